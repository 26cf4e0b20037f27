package io.sallyport.oauth;

import static io.sallyport.session.SessionFixture.ISSUER;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.audit.Audit;
import io.sallyport.http.Handler;
import io.sallyport.http.Response;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.jwt.Fetcher;
import io.sallyport.login.LastLogins;
import io.sallyport.login.SingleUses;
import io.sallyport.method.AssertionAuthenticator;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.clientkey.ClientKeyVerifier;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.provider.Providers;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import io.sallyport.session.Revocation;
import io.sallyport.session.SessionFixture;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.mockito.Mockito;

/** An authorization server with its clients, an issuer that they trust, and a resource. */
public final class OAuthFixture {
    public static final IdentityId CLIENT = new IdentityId("shop-frontend");
    static final IdentityId RESOURCE = new IdentityId("orders-api-server");
    static final String ALIAS = "shop.frontend:v2";
    static final String AUDIENCE = "orders-api";
    static final String TRUSTED = "https://ci.example.com";
    static final String SUBJECT = "repo:shop/frontend:ref:refs/heads/main";
    static final String BASIC = "Basic ";

    static final ECKey ISSUERS_KEY = key();
    static final ECKey CLIENTS_KEY = key();
    public static final Secret SECRET = ClientSecret.make(new byte[ClientSecret.BYTES]);

    public final SessionFixture sessions;
    final List<URI> fetched = new ArrayList<>();
    public final Handler token;
    public final Handler introspect;
    final Handler revoke;

    /** Google, Entra, clusters and other issuers. */
    record Platforms(Map<URI, URI> replacedAddresses, Fetcher fetcher, Optional<GuardedHosts> hosts) {
        static final Platforms UNREACHABLE = new Platforms(
                Map.of(),
                uri -> {
                    throw new IOException("nothing is fetched here");
                },
                Optional.empty());
    }

    /** Whose platforms cannot be reached. */
    public OAuthFixture() {
        this(Platforms.UNREACHABLE);
    }

    public OAuthFixture(Platforms platforms) {
        this(platforms, Duration.ZERO);
    }

    public OAuthFixture(Platforms platforms, Duration identityCache) {
        sessions = new SessionFixture(identityCache);
        Fetcher counting = uri -> {
            fetched.add(uri);
            return platforms.fetcher().get(uri);
        };
        GuardedHosts hosts = platforms.hosts().orElseGet(() -> hosts(counting));
        VerifierContext context = new VerifierContext(
                platforms.replacedAddresses(), counting, hosts, Mockito.mock(SecretCipher.class), ISSUER);
        AssertionAuthenticator assertions =
                new AssertionAuthenticator(sessions.identities, Providers.verifiers(context));
        ClientAuthenticator clients = new ClientAuthenticator(
                sessions.identities, assertions, new ClientKeyVerifier(Set.of(ISSUER, ISSUER + "/v1/token")));
        GrantPolicy targets = new GrantPolicy(sessions.identities, sessions.newSessions.own());
        token = new TokenEndpoint(
                        clients,
                        assertions,
                        targets,
                        new TokenExchange(sessions.sessions, sessions.newSessions, targets),
                        sessions.newSessions,
                        sessions.clock)
                .writingTo(sessions.audits::add, "token");
        CallerAuthenticator callers = new CallerAuthenticator(
                sessions.sessions, clients, new SingleUses(sessions.stores, new LastLogins(sessions.stores)));
        introspect = new Introspection(callers, sessions.sessions, sessions.clock)
                .writingTo(sessions.audits::add, "introspection");
        revoke = new TokenRevocation(
                        callers,
                        sessions.sessions,
                        new Revocation(sessions.sessions, sessions.stores, sessions.clock),
                        sessions.clock)
                .writingTo(sessions.audits::add, "revocation");
        save(CLIENT, client());
        save(
                RESOURCE,
                Map.of(
                        "audiences",
                        List.of(Map.of("name", AUDIENCE, "scopes", List.of("read", "write", "delete"))),
                        "clientSecretAuth",
                        secrets("resource")));
    }

    private static GuardedHosts hosts(Fetcher fetcher) {
        return new GuardedHosts() {
            @Override
            public Answer post(URI uri, Optional<CaCertificates> authorities, String bearer, byte[] json)
                    throws IOException {
                throw new IOException("no cluster is asked here");
            }

            @Override
            public Fetcher fetcher(Optional<CaCertificates> authorities) {
                return fetcher;
            }
        };
    }

    /** A client with every kind of credential, and one grant. */
    public static Map<String, Object> client() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", "Shop");
        fields.put("alias", ALIAS);
        fields.put(
                "grants",
                List.of(Map.of(
                        "audience", AUDIENCE, "scopes", List.of("read", "write"), "defaultScopes", List.of("read"))));
        fields.put("jwtBearerAuth", new HashMap<>(Map.of("trustedIssuers", List.of(trustedIssuer()))));
        fields.put(
                "clientKeyAuth",
                new HashMap<>(Map.of("jwks", new JWKSet(CLIENTS_KEY.toPublicJWK()).toString(), "algorithm", "ES256")));
        fields.put("clientSecretAuth", secrets("first"));
        return fields;
    }

    public static Map<String, Object> trustedIssuer() {
        return new HashMap<>(Map.of(
                "issuer", TRUSTED,
                "subject", SUBJECT,
                "audience", ISSUER,
                "algorithm", "ES256",
                "jwks", new JWKSet(ISSUERS_KEY.toPublicJWK()).toString()));
    }

    public static Map<String, Object> secrets(String id) {
        String sha256 = ClientSecret.of(id, SECRET, java.time.Instant.EPOCH).sha256();
        return new HashMap<>(Map.of("secrets", List.of(Map.of("id", id, "sha256", sha256))));
    }

    public void save(IdentityId id, Map<String, Object> fields) {
        sessions.save(Providers.DOCUMENTS.read(id, fields));
    }

    /** The client with a change. */
    void change(UnaryOperator<Map<String, Object>> change) {
        save(CLIENT, change.apply(client()));
    }

    static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What the trusted issuer asserts about the workload. */
    JWTClaimsSet.Builder issuersClaims() {
        return claims(TRUSTED, SUBJECT);
    }

    /** What the client asserts about itself. */
    JWTClaimsSet.Builder clientsClaims() {
        return claims(CLIENT.value(), CLIENT.value()).jwtID(UUID.randomUUID().toString());
    }

    private JWTClaimsSet.Builder claims(String issuer, String subject) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(subject)
                .audience(ISSUER)
                .issueTime(Date.from(sessions.clock.instant()))
                .expirationTime(Date.from(sessions.clock.instant().plus(Duration.ofMinutes(5))));
    }

    String assertion() {
        return sign(ISSUERS_KEY, issuersClaims().build());
    }

    String clientAssertion() {
        return sign(CLIENTS_KEY, clientsClaims().build());
    }

    static String sign(ECKey key, JWTClaimsSet claims) {
        return sign(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()), key, claims);
    }

    static String signWithoutKeyId(ECKey key, JWTClaimsSet claims) {
        return sign(new JWSHeader.Builder(JWSAlgorithm.ES256), key, claims);
    }

    private static String sign(JWSHeader.Builder header, ECKey key, JWTClaimsSet claims) {
        try {
            SignedJWT jwt = new SignedJWT(header.build(), claims);
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Parameters: names and values alternate. */
    public static Map<String, String> form(String... namesAndValues) {
        Map<String, String> form = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            form.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return form;
    }

    static String encode(Map<String, String> form) {
        List<String> pairs = new ArrayList<>();
        form.forEach((name, value) -> pairs.add(encode(name) + "=" + encode(value)));
        return String.join("&", pairs);
    }

    static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    public static String basic(String clientId, String secret) {
        return BASIC
                + Base64.getEncoder()
                        .encodeToString((encode(clientId) + ":" + encode(secret)).getBytes(StandardCharsets.UTF_8));
    }

    /** Requests a token as the client, with its secret. */
    public Response tokenFor(String... namesAndValues) {
        return send(token, form(namesAndValues), basic(CLIENT.value(), SECRET.text()));
    }

    public Response send(Handler handler, Map<String, String> form) {
        return send(handler, encode(form), Map.of());
    }

    public Response send(Handler handler, Map<String, String> form, String authorization) {
        return send(handler, encode(form), Map.of("Authorization", authorization));
    }

    public Response send(Handler handler, String form, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/x-www-form-urlencoded");
        return sessions.send(handler, form, all, "192.0.2.1");
    }

    /** Introspects a token as a resource that authenticates with its own access token. */
    Response introspect(String bearer, String shown, String clientIp) {
        Map<String, String> form = form("token", shown);
        if (!clientIp.isEmpty()) {
            form.put("client_ip", clientIp);
        }
        return send(introspect, form, "Bearer " + bearer);
    }

    public static JWTClaimsSet claims(Response response) {
        try {
            return SignedJWT.parse(accessToken(response)).getJWTClaimsSet();
        } catch (java.text.ParseException e) {
            throw new IllegalStateException(response.body(), e);
        }
    }

    public static String accessToken(Response response) {
        return String.valueOf(SessionFixture.body(response).get("access_token"));
    }

    public static String error(Response response) {
        return response.status() + " " + SessionFixture.body(response).get("error");
    }

    public Audit lastAudit() {
        return sessions.lastAudit();
    }
}
