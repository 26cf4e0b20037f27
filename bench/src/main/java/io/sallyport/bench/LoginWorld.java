package io.sallyport.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.bench.served.FirestoreByTls;
import io.sallyport.bench.served.SimulatedGoogleKeys;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.method.provider.Providers;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.StoreAddress;
import io.sallyport.runtime.Stores;
import io.sallyport.simulated.google.Instance;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.store.firestore.FirestoreEmulator;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The environment of a deployed login: Firestore (its emulator) and Google over TLS, and a VM. */
final class LoginWorld implements AutoCloseable {
    static final String PATH = "/api/v1/auth/gcp-auth/login";
    static final String EMAIL = "payments@shop.iam.gserviceaccount.com";

    static final String ISSUER = "https://login.example.com";
    private static final IdentityId VM = new IdentityId("payments-vm");
    private static final Instance INSTANCE =
            new Instance("shop", 326694433618L, "europe-west1-b", "2875949485074006138", "payments-1", Instant.EPOCH);

    private final SimulatedGoogle google = SimulatedGoogle.startTls(InstantSource.system());
    private final String project = FirestoreEmulator.freshProject();
    private final TlsFront firestore;

    private LoginWorld() throws IOException {
        firestore = TlsFront.before(FirestoreEmulator.hostAndPort(), google.serverContext());
    }

    /** With one identity in the store. */
    static LoginWorld open() throws Refused, IOException {
        LoginWorld world = new LoginWorld();
        world.save(identity(VM, Map.of()));
        // The first token creates the keys, before anything is measured.
        world.login();
        return world;
    }

    /** Logs in with an ID token of that account; {@code more} is added to its auth method. */
    static Identity identity(IdentityId id, Map<String, Object> more) {
        Map<String, Object> method = new LinkedHashMap<>(Map.of(
                "type", "gce", "allowedServiceAccounts", EMAIL, "accessTokenTTL", 600, "accessTokenMaxTTL", 3600));
        method.putAll(more);
        return Providers.DOCUMENTS.read(id, Map.of("name", "Payments", "gcpAuth", method));
    }

    void save(Identity identity) throws Refused {
        StoreAddress address = StoreAddress.parse("firestore:" + project + "/sallyport");
        Environment environment = new Environment(
                Map.of("FIRESTORE_EMULATOR_HOST", FirestoreEmulator.hostAndPort()),
                InstantSource.system(),
                () -> "none",
                uri -> {
                    throw new IOException("nothing is fetched");
                },
                line -> {});
        Stores.open(address, environment).stores().identities().save(identity);
    }

    /** The environment of a function that reaches Firestore over TLS: only {@link FirestoreByTls} reads that address. */
    Map<String, String> variables(String store) {
        return variables(store, FirestoreByTls.ADDRESS, firestore.hostAndPort());
    }

    /** The environment of a function that reaches the emulator in clear text. */
    Map<String, String> variablesInClearText(String store) {
        return variables(store, "FIRESTORE_EMULATOR_HOST", FirestoreEmulator.hostAndPort());
    }

    private Map<String, String> variables(String store, String addressName, String address) {
        return Map.of(
                "SALLYPORT_ISSUER",
                ISSUER,
                "SALLYPORT_SIGNING_KEYS",
                SIGNING_KEYS,
                "SALLYPORT_STORE",
                store + ":" + project + "/sallyport",
                addressName,
                address,
                SimulatedGoogleKeys.ID_TOKENS,
                google.oauth2Certs().toString(),
                SimulatedGoogleKeys.SERVICE_ACCOUNTS,
                google.serviceAccountCerts().toString());
    }

    private static final String SIGNING_KEYS = signingKeys();

    /** One key for ES256. */
    static String signingKeys() {
        try {
            return Json.writeString(Map.of(
                    "keys",
                    List.of(new ECKeyGenerator(Curve.P_256)
                            .keyIDFromThumbprint(true)
                            .generate()
                            .toJSONObject())));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A login of the VM, with a new token each time. */
    HttpMessage login() {
        return HttpMessage.json(PATH, body(VM, idToken(google, VM)));
    }

    /** What the VM's metadata server returns for that identity. */
    static String idToken(SimulatedGoogle google, IdentityId audience) {
        return google.signIdToken(google.idTokenClaims(google.serviceAccount(EMAIL), INSTANCE, audience.value())
                .build());
    }

    static String body(IdentityId identity, String jwt) {
        return Json.writeString(Map.of("identityId", identity.value(), "jwt", jwt));
    }

    String caCertificate() {
        return google.caCertificate();
    }

    @Override
    public void close() throws IOException {
        firestore.close();
        google.close();
    }
}
