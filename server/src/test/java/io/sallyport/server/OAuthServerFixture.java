package io.sallyport.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.identity.Identity;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.provider.Providers;
import io.sallyport.secret.Secret;
import io.sallyport.simulated.google.SimulatedGoogle;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

/** A token service on 127.0.0.1 with clients, two resources and an issuer that they trust, for libraries to talk to. */
final class OAuthServerFixture implements AutoCloseable {
    static final IdentityId SHOP = new IdentityId("shop-frontend");
    static final IdentityId BATCH = new IdentityId("nightly-batch");
    static final IdentityId ORDERS_SERVER = new IdentityId("orders-server");
    static final IdentityId BILLING_SERVER = new IdentityId("billing-server");

    /** Basic can carry it only form-encoded: it has a colon. */
    static final String ALIAS = "https://shop.example.com/?a=b";

    static final String ORDERS = "https://orders.example.com/api";

    /** The shop's tokens for it are of the type JWT. */
    static final String BILLING = "billing-api";

    /** No identity has a grant for it. */
    static final String UNGRANTED = "payroll-api";

    static final String TRUSTED_ISSUER = "https://ci.example.com";
    static final String TRUSTED_SUBJECT = "repo:shop/frontend:ref:refs/heads/main";

    static final String SECRET = "100% salt&pepper + ü:=?";

    private static final ECKey EC_KEY = ecKey();
    private static final RSAKey RSA_KEY = rsaKey();
    private static final ECKey TRUSTED_KEY = ecKey();

    private final SimulatedGoogle google;
    private final ServerFixture stage;

    private OAuthServerFixture(SimulatedGoogle google, ServerFixture stage) {
        this.google = google;
        this.stage = stage;
    }

    /** With the real network and clock, which libraries always use. */
    static OAuthServerFixture open(Path data) {
        SimulatedGoogle google = ServerFixture.google();
        return new OAuthServerFixture(
                google,
                ServerFixture.open(google, data, Map.of(), List.of(shop(), batch(), ordersServer(), billingServer())));
    }

    /** With a secret, a key, a platform, and an issuer that vouches for it. */
    private static Identity shop() {
        return Providers.DOCUMENTS.read(
                SHOP,
                Map.of(
                        "alias",
                        ALIAS,
                        "grants",
                        List.of(
                                Map.of(
                                        "audience", ORDERS,
                                        "scopes", List.of("read", "write"),
                                        "defaultScopes", List.of("read")),
                                Map.of("audience", BILLING, "scopes", List.of("pay"), "tokenType", "JWT")),
                        "clientSecretAuth",
                        secret(),
                        "clientKeyAuth",
                        keys(EC_KEY, "ES256"),
                        "gcpAuth",
                        Map.of("type", "gce", "allowedServiceAccounts", ServerFixture.EMAIL),
                        "jwtBearerAuth",
                        Map.of(
                                "trustedIssuers",
                                List.of(Map.of(
                                        "issuer", TRUSTED_ISSUER,
                                        "subject", TRUSTED_SUBJECT,
                                        "audience", ALIAS,
                                        "algorithm", "ES256",
                                        "jwks", new JWKSet(TRUSTED_KEY.toPublicJWK()).toString())))));
    }

    /** With an RSA key. */
    private static Identity batch() {
        return Providers.DOCUMENTS.read(
                BATCH, Map.of("grants", List.of(ORDERS), "clientKeyAuth", keys(RSA_KEY, "RS256")));
    }

    /** A resource that calls another. */
    private static Identity ordersServer() {
        return Providers.DOCUMENTS.read(
                ORDERS_SERVER,
                Map.of(
                        "audiences",
                        List.of(Map.of("name", ORDERS, "scopes", List.of("read", "write", "delete"))),
                        "grants",
                        List.of(Map.of("audience", BILLING, "scopes", List.of("pay"))),
                        "clientSecretAuth",
                        secret(),
                        "clientKeyAuth",
                        keys(EC_KEY, "ES256")));
    }

    private static Identity billingServer() {
        return Providers.DOCUMENTS.read(
                BILLING_SERVER,
                Map.of(
                        "audiences",
                        List.of(Map.of("name", BILLING, "scopes", List.of("pay"))),
                        "clientSecretAuth",
                        secret()));
    }

    private static Map<String, Object> secret() {
        ClientSecret secret = ClientSecret.of("first", new Secret(SECRET), Instant.EPOCH);
        return Map.of("secrets", List.of(Map.of("id", secret.id(), "sha256", secret.sha256())));
    }

    private static Map<String, Object> keys(JWK key, String algorithm) {
        return Map.of("jwks", new JWKSet(key.toPublicJWK()).toString(), "algorithm", algorithm);
    }

    private static ECKey ecKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey rsaKey() {
        try {
            return new RSAKeyGenerator(2048).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String issuer() {
        return stage.server().issuer();
    }

    /** The shop's own, and the orders server's too. */
    static ECKey ecPrivateKey() {
        return EC_KEY;
    }

    /** The batch's own. */
    static RSAKey rsaPrivateKey() {
        return RSA_KEY;
    }

    /** The platform's token for the shop. */
    SignedJWT platformToken() throws java.text.ParseException {
        return SignedJWT.parse(stage.idToken(SHOP));
    }

    /** The trusted issuer's token for the shop, valid for five minutes. */
    static SignedJWT trustedToken() throws JOSEException {
        Instant now = Instant.now();
        return signed(new JWTClaimsSet.Builder()
                .issuer(TRUSTED_ISSUER)
                .subject(TRUSTED_SUBJECT)
                .audience(ALIAS)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))))
                .build());
    }

    /** A token of the trusted issuer about a subject that no identity trusts. */
    static SignedJWT trustedTokenOfAStranger() throws JOSEException {
        Instant now = Instant.now();
        return signed(new JWTClaimsSet.Builder()
                .issuer(TRUSTED_ISSUER)
                .subject("repo:somebody/else:ref:refs/heads/main")
                .audience(ALIAS)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(5))))
                .build());
    }

    private static SignedJWT signed(JWTClaimsSet claims) throws JOSEException {
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(JOSEObjectType.JWT)
                        .keyID(TRUSTED_KEY.getKeyID())
                        .build(),
                claims);
        jwt.sign(new ECDSASigner(TRUSTED_KEY));
        return jwt;
    }

    @Override
    public void close() {
        stage.close();
        google.close();
    }
}
