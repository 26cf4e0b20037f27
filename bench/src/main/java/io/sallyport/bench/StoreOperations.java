package io.sallyport.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.gcplogin.GcpLoginFunction;
import io.sallyport.http.Body;
import io.sallyport.http.ClientAddress;
import io.sallyport.http.Handler;
import io.sallyport.http.Headers;
import io.sallyport.http.Request;
import io.sallyport.identity.Identity;
import io.sallyport.jwt.Algorithm;
import io.sallyport.login.Login;
import io.sallyport.method.gcp.GcpAttestation;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Settings;
import io.sallyport.runtime.StoreAddress;
import io.sallyport.runtime.Stores;
import io.sallyport.store.firestore.FirestoreEmulator;
import io.sallyport.store.firestore.FirestoreProxy;
import io.sallyport.testing.FixedVerifier;
import io.sallyport.testing.MemoryStores;
import io.sallyport.testing.TestClock;
import io.sallyport.token.Signer;
import io.sallyport.token.TokenMinter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the logins of one hot identity cost the store: counted, not timed. Time is simulated, and cryptography is
 * omitted, since the store does not depend on it.
 */
final class StoreOperations implements Program {
    static final String LOGINS = "logins";
    static final String READS = "reads";
    static final String WRITES = "writes";

    /** A JWT in form only: {@code {"alg":"RS256","kid":"k"}}, no claims, and a signature of zeros. */
    private static final String ASSERTION = "eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.e30.AAAA";

    private static final IdentityId UNLIMITED = new IdentityId("unlimited");
    private static final IdentityId LIMITED = new IdentityId("limited");

    @Override
    public Measured run(Plan plan) throws Exception {
        Measured measured = new Measured();
        for (int perSecond : List.of(20, 100, 1000)) {
            for (Identity identity : identities()) {
                MemoryStores memory = new MemoryStores();
                memory.save(identity);
                int reads = memory.reads();
                int writes = memory.writes();
                int count = plan.of(1_000_000, 10_000);
                logIn(
                        new Stores(memory, memory),
                        identity.id(),
                        Duration.ofSeconds(1).dividedBy(perSecond),
                        count);
                String row = identity.id() + " uses, " + perSecond + " logins a second";
                add(row, count, memory.reads() - reads, memory.writes() - writes, measured);
            }
        }
        for (Identity identity : identities()) {
            onFirestore(identity, plan.of(3600, 200), measured);
        }
        return measured;
    }

    private static List<Identity> identities() {
        return List.of(
                LoginWorld.identity(UNLIMITED, Map.of()),
                LoginWorld.identity(LIMITED, Map.of("accessTokenNumUsesLimit", 10)));
    }

    private static void add(String row, int logins, int reads, int writes, Measured measured) {
        measured.add(row, LOGINS, logins);
        measured.add(row, READS, reads);
        measured.add(row, WRITES, writes);
    }

    /** What Firestore's client sends. */
    private static void onFirestore(Identity identity, int count, Measured measured) throws Exception {
        try (FirestoreProxy proxy = FirestoreProxy.start()) {
            Environment environment = new Environment(
                    Map.of("FIRESTORE_EMULATOR_HOST", proxy.hostAndPort()),
                    new TestClock(),
                    () -> "none",
                    HttpFetcher.plainHttpToo(),
                    line -> {});
            StoreAddress address = StoreAddress.parse("firestore:" + FirestoreEmulator.freshProject() + "/sallyport");
            Stores stores = Stores.open(address, environment).stores();
            stores.identities().save(identity);
            int reads = proxy.calls("BatchGetDocuments");
            int writes = proxy.calls("Commit");
            logIn(stores, identity.id(), Duration.ofSeconds(1), count);
            add(
                    identity.id() + " uses, one login a second, calls to Firestore",
                    count,
                    proxy.calls("BatchGetDocuments") - reads,
                    proxy.calls("Commit") - writes,
                    measured);
        }
    }

    private static void logIn(Stores stores, IdentityId identity, Duration interval, int count) throws Refused {
        TestClock clock = new TestClock();
        Handler login = login(stores, clock);
        Headers json = Headers.of(Map.of("Content-Type", List.of("application/json")));
        Body body = Body.of(LoginWorld.body(identity, ASSERTION).getBytes(UTF_8));
        for (int i = 0; i < count; i++) {
            login.handle(new Request("req-" + i, "POST", LoginWorld.PATH, json, body, ClientAddress.UNKNOWN));
            clock.advance(interval);
        }
    }

    /** Like {@link GcpLoginFunction}, with a verifier and a signer that do nothing. */
    private static Handler login(Stores stores, TestClock clock) {
        Environment environment = new Environment(
                Map.of(
                        "SALLYPORT_ISSUER",
                        "https://login.example.com",
                        "SALLYPORT_SIGNING_KEYS",
                        LoginWorld.signingKeys()),
                clock,
                Environment.system().ids(),
                HttpFetcher.plainHttpToo(),
                line -> {});
        Login.Services real = stores.forLogin(environment, Settings.forServing(environment.variables()));
        Login.Services services = new Login.Services(
                real.identities(),
                new TokenMinter("https://login.example.com", new NoSigner()),
                real.tokens(),
                real.lastLogins(),
                real.audit(),
                real.clock(),
                real.ids());
        FixedVerifier<GcpAuth, GcpAttestation> verifier = new FixedVerifier<>(
                GcpAuth.class, new GcpAttestation(GcpAuth.Type.GCE, LoginWorld.EMAIL, "1", Optional.empty()));
        return new Login<>(GcpAuth.class, verifier, services).audited();
    }

    private record NoSigner() implements Signer {
        @Override
        public Algorithm algorithm() {
            return Algorithm.ES256;
        }

        @Override
        public String keyId() {
            return "none";
        }

        @Override
        public byte[] sign(byte[] input) {
            return new byte[64];
        }
    }
}
