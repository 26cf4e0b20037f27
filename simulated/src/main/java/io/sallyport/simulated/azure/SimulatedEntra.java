package io.sallyport.simulated.azure;

import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import io.sallyport.simulated.Behaviour;
import io.sallyport.simulated.KeyPool;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.RotatingKeys;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The part of Azure that workloads prove themselves with: an Entra of several tenants that issues managed identities'
 * access tokens with its own keys and publishes them, and the Instance Metadata Service, over HTTP on loopback.
 */
public final class SimulatedEntra implements AutoCloseable {
    private static final Duration LIFETIME = Duration.ofSeconds(86_399);
    private static final Duration BEFORE = Duration.ofMinutes(5);
    private static final String HEADER = "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5t\":\"KID\",\"kid\":\"KID\"}";

    private final InstantSource clock;
    private final Issuers issuers;
    private final KeyPool pool = new KeyPool();
    private final RotatingKeys keys;
    private final Set<String> tenants = ConcurrentHashMap.newKeySet();
    private final Map<String, String> version2 = new ConcurrentHashMap<>();
    private final List<AppServiceIdentity> appServices = new CopyOnWriteArrayList<>();
    private final List<Imds> metadataServices = new CopyOnWriteArrayList<>();
    private final EntraEndpoint endpoint;
    private final Loopback server;

    /**
     * The hosts in the {@code iss} of tokens, without a slash at the end.
     *
     * @param v1 of tokens of version 1.0
     * @param v2 of tokens of version 2.0
     */
    public record Issuers(String v1, String v2) {
        /** Of the global Azure cloud. */
        public static final Issuers PUBLIC =
                new Issuers("https://sts.windows.net", "https://login.microsoftonline.com");
    }

    private SimulatedEntra(InstantSource clock, Issuers issuers) {
        this.clock = clock;
        this.issuers = issuers;
        this.keys = new EntraKeys(pool, clock, issuers.v2() + "/{tenantid}/v2.0").rotating();
        this.endpoint = new EntraEndpoint(tenants::contains, this::document, keys::jwks);
        this.server = Loopback.start(Map.of("/", endpoint));
    }

    /** @param clock of tokens and certificates; keys are made when they are first needed */
    public static SimulatedEntra start(InstantSource clock) {
        return start(clock, Issuers.PUBLIC);
    }

    /** The Entra of another national cloud. */
    public static SimulatedEntra start(InstantSource clock, Issuers issuers) {
        return new SimulatedEntra(clock, issuers);
    }

    /** Without a path; {@code https://login.microsoftonline.com}. */
    public URI authority() {
        return server.uri("");
    }

    /** What is asked in place of the addresses that Entra publishes, in every cloud. */
    public Map<URI, URI> replacedAddresses() {
        return Map.of(
                URI.create("https://login.microsoftonline.com"),
                authority(),
                URI.create("https://login.microsoftonline.us"),
                authority(),
                URI.create("https://login.partner.microsoftonline.cn"),
                authority());
    }

    /** A tenant's OpenID configuration of version 1.0, which creates the tenant. */
    public URI configuration(String tenantId) {
        tenants.add(tenantId);
        return server.uri("/" + tenantId + "/.well-known/openid-configuration");
    }

    /** The keys of all tenants; {@code https://login.microsoftonline.com/common/discovery/keys}. */
    public URI keys() {
        return server.uri("/common/discovery/keys");
    }

    /** How often any tenant's OpenID configuration was asked for, answered or not. */
    public int configurationRequests() {
        return endpoint.configurations().requests().get();
    }

    /** How often the keys were asked for, answered or not. */
    public int keysRequests() {
        return endpoint.keySets().requests().get();
    }

    /** What the OpenID configurations' endpoint does. */
    public Behaviour configurationBehaviour() {
        return endpoint.configurations().behaviour();
    }

    /** What the keys' endpoint does. */
    public Behaviour keysBehaviour() {
        return endpoint.keySets().behaviour();
    }

    /** Lets an application take tokens of version 2.0, whose {@code aud} is its client id whatever was asked for. */
    public void registerVersion2(String identifierUri, String clientId) {
        version2.put(identifierUri, clientId);
    }

    /** The metadata service of a virtual machine with that identity; closed with this at the latest. */
    public Imds imds(ManagedIdentity identity) {
        tenants.add(identity.tenantId());
        Imds started = Imds.start(new ImdsEndpoint(identity, resource -> token(identity, resource)));
        metadataServices.add(started);
        return started;
    }

    /** What an app or function with that identity sees; closed with this at the latest. */
    public AppServiceIdentity appService(ManagedIdentity identity) {
        tenants.add(identity.tenantId());
        AppServiceIdentity started = AppServiceIdentity.start(identity, resource -> token(identity, resource));
        appServices.add(started);
        return started;
    }

    /** Signs with a new key from now on; that before it stays published, and any older one does not. */
    public void rotateKeys() {
        keys.rotate();
    }

    /** Publishes the current key alone. */
    public void withdrawOldKeys() {
        keys.withdrawOld();
    }

    /** The key pair that signs now. */
    public RSAKey signingKey() {
        return keys.current().key();
    }

    /** The claims of a token of version 1.0 for a resource; the tenant is created. The map may be changed. */
    public Map<String, @Nullable Object> claimsV1(ManagedIdentity identity, String resource) {
        return claims(identity, resource, false);
    }

    /** The claims of a token of version 2.0: with another issuer, and {@code azp} in place of {@code appid}. */
    public Map<String, @Nullable Object> claimsV2(ManagedIdentity identity, String clientId) {
        return claims(identity, clientId, true);
    }

    /** With the current key, under the header that Entra writes. */
    public String sign(Map<String, ? extends @Nullable Object> claims) {
        return sign(HEADER, JSONObjectUtils.toJSONString(new LinkedHashMap<>(claims)));
    }

    /** With the current key, both texts as they are; {@code KID} in the header becomes the key's id. */
    public String sign(String headerJson, String payloadJson) {
        return keys.current().sign(headerJson, payloadJson);
    }

    @Override
    public void close() {
        configurationBehaviour().release();
        keysBehaviour().release();
        metadataServices.forEach(Imds::close);
        appServices.forEach(AppServiceIdentity::close);
        server.close();
        pool.close();
    }

    private ImdsEndpoint.Token token(ManagedIdentity identity, String resource) {
        String clientId = version2.get(resource);
        String signed = sign(clientId == null ? claimsV1(identity, resource) : claimsV2(identity, clientId));
        Instant now = clock.instant();
        return new ImdsEndpoint.Token(
                signed,
                now.minus(BEFORE).getEpochSecond(),
                LIFETIME.toSeconds(),
                now.plus(LIFETIME).getEpochSecond());
    }

    /** "Access token claims reference"; {@code xms_mirid} is in managed identities' tokens and documented nowhere. */
    private Map<String, @Nullable Object> claims(ManagedIdentity identity, String audience, boolean v2) {
        tenants.add(identity.tenantId());
        Instant now = clock.instant();
        long from = now.minus(BEFORE).getEpochSecond();
        Map<String, @Nullable Object> claims = new LinkedHashMap<>();
        claims.put("aud", audience);
        claims.put("iss", issuer(identity.tenantId(), v2));
        claims.put("iat", from);
        claims.put("nbf", from);
        claims.put("exp", now.plus(LIFETIME).getEpochSecond());
        claims.put("aio", "k2RgYPjQyLf0ps3KBwsVuC8tlPkbCwA=");
        claims.put(v2 ? "azp" : "appid", identity.clientId());
        claims.put(v2 ? "azpacr" : "appidacr", "2");
        claims.put("idp", issuer(identity.tenantId(), false));
        claims.put("idtyp", "app");
        claims.put("oid", identity.objectId());
        claims.put("rh", "1.AXoA" + identity.tenantId().substring(0, 8));
        claims.put("sub", identity.objectId());
        claims.put("tid", identity.tenantId());
        claims.put("uti", UUID.randomUUID().toString().substring(0, 22));
        claims.put("ver", v2 ? "2.0" : "1.0");
        claims.put("xms_mirid", identity.resourceId());
        return claims;
    }

    private String issuer(String tenantId, boolean v2) {
        return v2 ? issuers.v2() + "/" + tenantId + "/v2.0" : issuers.v1() + "/" + tenantId + "/";
    }

    private Map<String, Object> document(String tenantId, boolean v2) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("token_endpoint", authority() + "/" + tenantId + "/oauth2" + (v2 ? "/v2.0" : "") + "/token");
        document.put("jwks_uri", v2 ? authority() + "/" + tenantId + "/discovery/v2.0/keys" : keys().toString());
        document.put("id_token_signing_alg_values_supported", List.of("RS256"));
        document.put("subject_types_supported", List.of("pairwise"));
        document.put("issuer", issuer(tenantId, v2));
        return document;
    }
}
