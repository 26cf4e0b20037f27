package io.sallyport.simulated.spiffe;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.sallyport.simulated.Behaviour;
import io.sallyport.simulated.ClusterAuthority;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Reply;
import io.sallyport.simulated.ServerCertificate;
import java.io.IOException;
import java.math.BigInteger;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A SPIFFE trust domain as SPIRE 1.15 runs one: it signs JWT-SVIDs (SPIFFE JWT-SVID §3), and serves its bundle at an
 * {@code https_web} endpoint over TLS on loopback, with its own certificate authority.
 */
public final class SimulatedTrustDomain implements AutoCloseable {
    private final String name;
    private final InstantSource clock;
    private final ClusterAuthority authority = new ClusterAuthority();
    private final ServerCertificate certificate =
            new ServerCertificate(authority.server(List.of("localhost", "127.0.0.1", "::1")));
    private final Behaviour behaviour = new Behaviour();
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger keysMade = new AtomicInteger();
    private final ECKey x509Authority;
    private final List<JWK> jwtAuthorities = new ArrayList<>();
    private final Loopback server;

    private SimulatedTrustDomain(String name, InstantSource clock) {
        this.name = name;
        this.clock = clock;
        x509Authority = ec(Curve.P_384, "x509-svid", "x509");
        rotate();
        server = Loopback.startTls(certificate.context(), Map.of("/bundle", exchange -> {
            requests.incrementAndGet();
            return behaviour.applyTo(Reply.json(200, bundle()));
        }));
    }

    public static SimulatedTrustDomain start(String name, InstantSource clock) {
        return new SimulatedTrustDomain(name, clock);
    }

    /** Adds a key on P-256, which signs from now on, as SPIRE does by default; the earlier ones stay in the bundle. */
    public void rotate() {
        jwtAuthorities.add(ec(Curve.P_256, "jwt-svid", "jwt-" + keysMade.incrementAndGet()));
    }

    /** Adds a key on P-384, which signs from now on ({@code jwt_key_type = "ec-p384"}). */
    public void rotateToP384() {
        jwtAuthorities.add(ec(Curve.P_384, "jwt-svid", "jwt-" + keysMade.incrementAndGet()));
    }

    /** Adds an RSA key, which signs from now on ({@code jwt_key_type = "rsa-2048"}). */
    public void rotateToRsa() {
        try {
            jwtAuthorities.add(new RSAKeyGenerator(2048)
                    .keyID("jwt-" + keysMade.incrementAndGet())
                    .keyUse(new KeyUse("jwt-svid"))
                    .generate());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ECKey ec(Curve curve, String use, String id) {
        try {
            return new ECKeyGenerator(curve).keyID(id).keyUse(new KeyUse(use)).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The bundle, as {@code spire-server bundle show -format spiffe} prints it. */
    public String bundle() {
        List<Map<String, Object>> keys = new ArrayList<>();
        Map<String, Object> x509 =
                new LinkedHashMap<>(x509Authority.toPublicJWK().toJSONObject());
        x509.put("x5c", List.of(Base64.getEncoder().encodeToString(certificate())));
        keys.add(x509);
        for (JWK key : jwtAuthorities) {
            keys.add(key.toPublicJWK().toJSONObject());
        }
        Map<String, Object> bundle = new LinkedHashMap<>();
        bundle.put("keys", keys);
        bundle.put("spiffe_sequence", jwtAuthorities.size());
        bundle.put("spiffe_refresh_hint", 300);
        return JSONObjectUtils.toJSONString(bundle);
    }

    /** The self-signed certificate of the authority of X.509-SVIDs, in DER. */
    private byte[] certificate() {
        try {
            X500Name subject = new X500Name("O=SPIRE");
            return new JcaX509v3CertificateBuilder(
                            subject,
                            BigInteger.ONE,
                            Date.from(clock.instant().minusSeconds(60)),
                            Date.from(clock.instant().plusSeconds(86_400)),
                            subject,
                            x509Authority.toECPublicKey())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .build(new JcaContentSignerBuilder("SHA384withECDSA").build(x509Authority.toECPrivateKey()))
                    .getEncoded();
        } catch (IOException | OperatorCreationException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The claims of a JWT-SVID for five minutes, which tests may change. */
    public Map<String, Object> claims(String path, String audience) {
        long now = clock.instant().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", "spiffe://" + name + path);
        claims.put("aud", List.of(audience));
        claims.put("iat", now);
        claims.put("exp", now + 300);
        return claims;
    }

    /** A JWT-SVID. */
    public String svid(String path, String audience) {
        return sign(claims(path, audience));
    }

    /** Signs any claims with the current key. */
    public String sign(Map<String, Object> claims) {
        return sign(jwtAuthorities.get(jwtAuthorities.size() - 1), claims);
    }

    /** Signs any claims with the authority of X.509-SVIDs, which SPIRE never does. */
    public String signByX509Authority(Map<String, Object> claims) {
        return sign(x509Authority, claims);
    }

    private static String sign(JWK key, Map<String, Object> claims) {
        try {
            // As JSON rather than as a claims set, which drops values of the wrong type.
            JWSObject jwt = new JWSObject(
                    new JWSHeader.Builder(algorithm(key))
                            .keyID(key.getKeyID())
                            .type(JOSEObjectType.JWT)
                            .build(),
                    new Payload(claims));
            jwt.sign(signer(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JWSAlgorithm algorithm(JWK key) {
        if (key instanceof ECKey ec) {
            return ec.getCurve().equals(Curve.P_384) ? JWSAlgorithm.ES384 : JWSAlgorithm.ES256;
        }
        return JWSAlgorithm.RS256;
    }

    private static JWSSigner signer(JWK key) throws JOSEException {
        return key instanceof ECKey ec ? new ECDSASigner(ec) : new RSASSASigner((RSAKey) key);
    }

    /** The address of the bundle endpoint. */
    public String endpoint() {
        return "https://localhost:" + server.port() + "/bundle";
    }

    /** The authority of the endpoint's certificate, in PEM. */
    public String caCertificate() {
        return authority.pem();
    }

    /** How the endpoint answers. */
    public Behaviour behaviour() {
        return behaviour;
    }

    /** How often the bundle was asked for. */
    public int requests() {
        return requests.get();
    }

    @Override
    public void close() {
        server.close();
    }
}
