package io.sallyport.session;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.http.Body;
import io.sallyport.http.ClientAddress;
import io.sallyport.http.ErrorResponse;
import io.sallyport.http.Handler;
import io.sallyport.http.Headers;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.identity.CachedIdentities;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityDocument;
import io.sallyport.identity.IdentityId;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.testing.MemoryStores;
import io.sallyport.testing.NoKms;
import io.sallyport.testing.TestClock;
import io.sallyport.token.AccessToken;
import io.sallyport.token.AccessTokenVerifier;
import io.sallyport.token.SessionId;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TokenPolicy;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An issuer with its identities, its sessions and its clock. */
final class SessionWorld {
    static final String ISSUER = "https://login.example.com";
    static final IdentityId WORKLOAD = new IdentityId("payments");
    static final IdentityId RESOURCE = new IdentityId("orders-api");

    private static final SigningKeys KEYS = keys();

    final TestClock clock = new TestClock();
    final MemoryStores stores = new MemoryStores();
    final List<Audit> audits = new ArrayList<>();
    final TokenMinter minter = new TokenMinter(ISSUER, KEYS.signer(NoKms.SUPPLIER));
    private final AtomicInteger count = new AtomicInteger();
    private final Sessions sessions = new Sessions(
            new AccessTokenVerifier(ISSUER, KEYS), new CachedIdentities(stores, Duration.ZERO, clock), stores);
    final Handler renew = new Renewal(sessions, minter, stores, clock, this::nextId).writingTo(audits::add, "renew");
    final Handler revoke = new Revocation(sessions, stores, clock).writingTo(audits::add, "revoke");
    final Handler introspect = new Introspection(sessions, stores, clock).writingTo(audits::add, "introspect");

    SessionWorld() {
        save(WORKLOAD, Map.of("accessTokenTTL", 600L, "accessTokenMaxTTL", 3600L), Map.of());
        save(RESOURCE, Map.of(), Map.of("audiences", List.of(ISSUER)));
    }

    private String nextId() {
        return String.format("id-%019d", count.incrementAndGet());
    }

    static SigningKeys keys() {
        try {
            return SigningKeys.parsePrivate(Json.writeString(Map.of(
                    "keys", List.of(new ECKeyGenerator(Curve.P_256).generate().toJSONObject()))));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stores an identity with a Google method of that policy. */
    void save(IdentityId id, Map<String, Object> policy, Map<String, Object> more) {
        Map<String, Object> gcp = new HashMap<>(Map.of("type", "gce", "allowedServiceAccounts", "*"));
        gcp.putAll(policy);
        Map<String, Object> fields = new HashMap<>(more);
        fields.put("gcpAuth", gcp);
        save(IdentityDocument.read(id, fields));
    }

    void save(Identity identity) {
        try {
            stores.save(identity);
        } catch (Refused e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token as a login of that identity gives it out now. */
    String login(IdentityId id) {
        return token(id, ISSUER);
    }

    /** The same for any audience. */
    String token(IdentityId id, String audience) {
        try {
            Identity identity = stores.find(id).orElseThrow();
            TokenPolicy policy = identity.methods().get(0).policy();
            Instant start = TokenPolicy.wholeSeconds(clock.instant());
            AccessToken token = new AccessToken(
                    nextId(),
                    identity.asSubject(),
                    new AccessToken.Session(
                            new SessionId(nextId()),
                            start,
                            identity.methods().get(0).sessionMethod(),
                            Map.of("project_id", "shop"),
                            policy.maxUses(),
                            policy.trustedIps()),
                    audience,
                    start,
                    policy.expiry(start, start));
            if (policy.limitsUses()) {
                stores.open(token.session().id(), policy.maxUses(), token.expiry());
            }
            return minter.mint(token);
        } catch (Refused e) {
            throw new IllegalStateException(e);
        }
    }

    Response renew(String token) {
        return renew(token, "192.0.2.1");
    }

    Response renew(String token, String client) {
        return send(renew, json(token), Map.of("Content-Type", "application/json"), client);
    }

    Response revoke(String token) {
        return send(revoke, json(token), Map.of("Content-Type", "application/json"), "192.0.2.1");
    }

    /** Asks about a token as the resource that a token belongs to. */
    Response introspect(String bearer, String token, String clientIp) {
        String form = "token=" + URLEncoder.encode(token, StandardCharsets.UTF_8)
                + (clientIp.isEmpty() ? "" : "&client_ip=" + URLEncoder.encode(clientIp, StandardCharsets.UTF_8));
        return send(
                introspect,
                form,
                Map.of("Content-Type", "application/x-www-form-urlencoded", "Authorization", "Bearer " + bearer),
                "192.0.2.1");
    }

    Response send(Handler handler, String body, Map<String, String> headers, String client) {
        Map<String, List<String>> lists = new HashMap<>();
        headers.forEach((name, value) -> lists.put(name, List.of(value)));
        try {
            Request request =
                    new Request("req-1", "POST", "/", Headers.of(lists), Body.of(body), new ClientAddress(client));
            try {
                return handler.handle(request);
            } catch (Refused refused) {
                return ErrorResponse.of(refused, request.id());
            }
        } catch (Refused e) {
            throw new IllegalStateException(e);
        }
    }

    private static String json(String token) {
        return Json.writeString(Map.of("accessToken", token));
    }

    static Map<String, Object> body(Response response) {
        try {
            return Json.parseObject(response.body());
        } catch (MalformedJsonException e) {
            throw new IllegalStateException(e);
        }
    }

    static String accessToken(Response response) {
        return String.valueOf(body(response).get("accessToken"));
    }

    Audit lastAudit() {
        return audits.get(audits.size() - 1);
    }
}
