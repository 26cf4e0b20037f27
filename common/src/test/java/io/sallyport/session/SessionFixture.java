package io.sallyport.session;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.http.Body;
import io.sallyport.http.ClientAddress;
import io.sallyport.http.ErrorResponse;
import io.sallyport.http.Handler;
import io.sallyport.http.Headers;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.identity.Identity;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.login.LastLogins;
import io.sallyport.login.TokenIssuer;
import io.sallyport.method.provider.Providers;
import io.sallyport.testing.MemoryStores;
import io.sallyport.testing.NoKms;
import io.sallyport.testing.TestClock;
import io.sallyport.token.AccessToken;
import io.sallyport.token.AccessTokenVerifier;
import io.sallyport.token.Scopes;
import io.sallyport.token.SessionId;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TokenPolicy;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** An issuer with its identities, its sessions and its clock. */
public final class SessionFixture {
    public static final String ISSUER = "https://login.example.com";
    public static final IdentityId WORKLOAD = new IdentityId("payments");
    public static final IdentityId RESOURCE = new IdentityId("orders-api");

    private static final ECKey KEY = key();
    public static final SigningKeys KEYS = keys(KEY);

    public final TestClock clock = new TestClock();
    public final MemoryStores stores = new MemoryStores();
    public final List<Audit> audits = Collections.synchronizedList(new ArrayList<>());
    public final TokenMinter minter = new TokenMinter(ISSUER, KEYS.signer(NoKms.SUPPLIER));
    private final AtomicInteger count = new AtomicInteger();
    public final CachedIdentities identities;
    public final Sessions sessions;
    public final TokenIssuer newSessions = new TokenIssuer(minter, stores, new LastLogins(stores), this::nextId);
    final Handler renew;
    final Handler revoke;

    /** Without a cache of identities. */
    public SessionFixture() {
        this(Duration.ZERO);
    }

    public SessionFixture(Duration identityCache) {
        identities = new CachedIdentities(stores, identityCache, clock);
        sessions = new Sessions(new AccessTokenVerifier(ISSUER, KEYS), identities, stores);
        renew = new Renewal(sessions, newSessions, clock).writingTo(audits::add, "renew");
        revoke = new Revocation(sessions, stores, clock).writingTo(audits::add, "revoke");
        save(WORKLOAD, Map.of("accessTokenTTL", 600L, "accessTokenMaxTTL", 3600L), Map.of());
        save(RESOURCE, Map.of(), Map.of("audiences", List.of(ISSUER)));
    }

    private String nextId() {
        return String.format("id-%019d", count.incrementAndGet());
    }

    public static SigningKeys keys() {
        return keys(key());
    }

    private static SigningKeys keys(ECKey key) {
        return SigningKeys.parsePrivate(Json.writeString(Map.of("keys", List.of(key.toJSONObject()))));
    }

    private static ECKey key() {
        try {
            return new ECKeyGenerator(Curve.P_256).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stores an identity with a Google method and this policy. */
    public void save(IdentityId id, Map<String, Object> policy, Map<String, Object> more) {
        Map<String, Object> gcp = new HashMap<>(Map.of("type", "gce", "allowedServiceAccounts", "*"));
        gcp.putAll(policy);
        Map<String, Object> fields = new HashMap<>(more);
        fields.put("gcpAuth", gcp);
        save(Providers.DOCUMENTS.read(id, fields));
    }

    public void save(Identity identity) {
        try {
            stores.save(identity);
        } catch (Refused e) {
            throw new IllegalStateException(e);
        }
    }

    public void delete(IdentityId id) {
        try {
            stores.delete(id);
        } catch (Refused e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token as a login of that identity issues it now. */
    public String login(IdentityId id) {
        return token(id, ISSUER);
    }

    /** A token of that login as another version, or a thief of our key, would have signed it. */
    public String login(IdentityId id, Consumer<Map<String, Object>> change) {
        return changed(login(id), change);
    }

    /** A token with other claims, signed as ours. */
    public String changed(String token, Consumer<Map<String, Object>> change) {
        try {
            ECDSASigner signer = new ECDSASigner(KEY);
            SignedJWT issued = SignedJWT.parse(token);
            Map<String, Object> claims = new LinkedHashMap<>(issued.getPayload().toJSONObject());
            change.accept(claims);
            JWSObject changed = new JWSObject(issued.getHeader(), new Payload(claims));
            changed.sign(signer);
            return changed.serialize();
        } catch (JOSEException | ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A token of that identity for any audience. */
    public String token(IdentityId id, String audience) {
        try {
            Identity identity = stores.find(id).orElseThrow();
            TokenPolicy policy = identity.methods().get(0).policy();
            Instant start = TokenPolicy.wholeSeconds(clock.instant());
            AccessToken token = new AccessToken(
                    nextId(),
                    identity.asSubject(),
                    new AccessToken.Session(
                            new SessionId(nextId()),
                            clock.instant(),
                            identity.methods().get(0).sessionMethod(),
                            Map.of("project_id", "shop"),
                            policy.maxUses(),
                            policy.trustedIps()),
                    audience.equals(ISSUER)
                            ? AccessToken.Target.own(ISSUER)
                            : new AccessToken.Target(audience, Scopes.NONE, false),
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

    public Response renew(String token) {
        return renew(token, "192.0.2.1");
    }

    Response renew(String token, String client) {
        return send(renew, json(token), Map.of("Content-Type", "application/json"), client);
    }

    public Response revoke(String token) {
        return send(revoke, json(token), Map.of("Content-Type", "application/json"), "192.0.2.1");
    }

    public Response send(Handler handler, String body, Map<String, String> headers, String client) {
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

    public static Map<String, Object> body(Response response) {
        try {
            return Json.parseObject(response.body());
        } catch (MalformedJsonException e) {
            throw new IllegalStateException(e);
        }
    }

    public static String accessToken(Response response) {
        return String.valueOf(body(response).get("accessToken"));
    }

    public Audit lastAudit() {
        return audits.get(audits.size() - 1);
    }
}
