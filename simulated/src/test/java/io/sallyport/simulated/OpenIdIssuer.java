package io.sallyport.simulated;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An issuer that is not Google: a discovery document, keys, and tokens. */
public final class OpenIdIssuer implements AutoCloseable {
    private final KeyPool pool = new KeyPool();
    private final RSAKey rsa = pool.draw().key();
    private final ECKey ec;
    private final Map<String, Object> document = new LinkedHashMap<>();
    private final Loopback server;

    public OpenIdIssuer() throws JOSEException {
        ec = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        server = Loopback.start(Map.of(
                "/.well-known/openid-configuration",
                exchange -> Reply.json(200, document),
                "/keys",
                exchange -> Reply.json(
                        200, new JWKSet(List.<JWK>of(rsa, ec)).toPublicJWKSet().toString())));
        document.put("issuer", url());
        document.put("jwks_uri", url() + "/keys");
    }

    public String url() {
        return server.uri("").toString();
    }

    /** The discovery document; tests may change it. */
    public Map<String, Object> document() {
        return document;
    }

    public JWTClaimsSet.Builder claims(String audience, Instant now) {
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .subject("payments")
                .audience(audience)
                .claim("client_id", "payments")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(3600)));
    }

    public JWSHeader.Builder header(JWSAlgorithm algorithm) {
        boolean onCurve = JWSAlgorithm.Family.EC.contains(algorithm);
        return new JWSHeader.Builder(algorithm).type(JOSEObjectType.JWT).keyID((onCurve ? ec : rsa).getKeyID());
    }

    public String sign(JWTClaimsSet claims) throws JOSEException {
        return sign(header(JWSAlgorithm.ES256).build(), claims);
    }

    public String sign(JWSHeader header, JWTClaimsSet claims) throws JOSEException {
        SignedJWT jwt = new SignedJWT(header, claims);
        JWSSigner signer =
                JWSAlgorithm.Family.EC.contains(header.getAlgorithm()) ? new ECDSASigner(ec) : new RSASSASigner(rsa);
        jwt.sign(signer);
        return jwt.serialize();
    }

    @Override
    public void close() {
        server.close();
        pool.close();
    }
}
