package io.sallyport.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.sun.management.ThreadMXBean;
import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.outbound.google.HttpsCloudKms;
import io.sallyport.outbound.google.KmsKeys;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Stores;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedKms;
import io.sallyport.testing.MemoryStores;
import io.sallyport.token.KmsKeyVersion;
import java.lang.management.ManagementFactory;
import java.security.interfaces.ECPublicKey;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A login whose token Cloud KMS signs, over a kept connection with TLS, in turns with one that a local key signs. What
 * counts is CPU time of the login's thread: the simulated Cloud KMS runs on others.
 */
final class KmsSigning implements Program {
    static final String CPU = "µs CPU";
    static final String WALL = "µs wall";
    static final String ALLOCATED = "KiB allocated";
    static final String RATIO = "CPU to a local key";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final String KEY =
            "projects/shop/locations/global/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/1";

    @Override
    public Measured run(Plan plan) throws Exception {
        Measured measured = new Measured();
        try (SimulatedGoogle google = SimulatedGoogle.start(InstantSource.system());
                SimulatedKms kms = SimulatedKms.start()) {
            Identity identity = LoginWorld.identity(new IdentityId("payments-vm"), Map.of());
            byte[] body = LoginWorld.body(identity.id(), LoginWorld.idToken(google, identity.id()))
                    .getBytes(UTF_8);
            KmsKeys keys = keys(kms);
            LoginInProcess local = function(google, identity, LoginWorld.signingKeys(), keys);
            LoginInProcess byKms = function(google, identity, signingKey(keys), keys);
            int count = plan.of(2000, 200);
            for (int round = 0; round < plan.of(5, 1); round++) {
                logins(local, body, count);
                logins(byKms, body, count);
            }
            int before = kms.signatures();
            for (int round = 0; round < plan.rounds(); round++) {
                double reference = add("local key", logins(local, body, count), measured);
                double cpu = add("Cloud KMS key", logins(byKms, body, count), measured);
                measured.add("Cloud KMS key", RATIO, cpu / reference);
            }
            if (kms.signatures() - before != plan.rounds() * count) {
                throw new IllegalStateException("Cloud KMS did not sign every token");
            }
        }
        return measured;
    }

    private static KmsKeys keys(SimulatedKms kms) {
        kms.createVersion(KEY, "EC_SIGN_P256_SHA256");
        return new KmsKeys(new HttpsCloudKms(
                kms.origin(),
                new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()),
                Optional.of(CaCertificates.parse(kms.caCertificate())),
                () -> "ya29.token"));
    }

    private static String signingKey(KmsKeys keys) throws Refused, JOSEException {
        ECPublicKey published = (ECPublicKey) keys.publicKey(new KmsKeyVersion(KEY));
        Map<String, Object> key = new LinkedHashMap<>(new ECKey.Builder(Curve.P_256, published)
                .keyIDFromThumbprint()
                .build()
                .toJSONObject());
        key.put("kms", KEY);
        return Json.writeString(Map.of("keys", List.of(key)));
    }

    private static LoginInProcess function(SimulatedGoogle google, Identity identity, String signingKeys, KmsKeys keys)
            throws Refused {
        MemoryStores memory = new MemoryStores();
        memory.save(identity);
        return new LoginInProcess(
                new Stores(memory, memory),
                new GcpVerifier.Endpoints(google.oauth2Certs(), google.serviceAccountCerts()),
                new Environment(
                        LoginInProcess.variables(signingKeys, 5),
                        InstantSource.system(),
                        Environment.system().ids(),
                        HttpFetcher.plainHttpToo(),
                        line -> {},
                        () -> keys));
    }

    /** Of one login. */
    private record Cost(double cpu, double wall, double bytes) {}

    private static Cost logins(LoginInProcess function, byte[] body, int count) {
        long thread = Thread.currentThread().getId();
        long bytes = THREADS.getThreadAllocatedBytes(thread);
        long wall = System.nanoTime();
        long cpu = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < count; i++) {
            function.logIn(body);
        }
        return new Cost(
                (THREADS.getCurrentThreadCpuTime() - cpu) / 1e3 / count,
                (System.nanoTime() - wall) / 1e3 / count,
                (double) (THREADS.getThreadAllocatedBytes(thread) - bytes) / count);
    }

    private static double add(String row, Cost cost, Measured measured) {
        measured.add(row, CPU, cost.cpu());
        measured.add(row, WALL, cost.wall());
        measured.add(row, ALLOCATED, cost.bytes() / 1024);
        return cost.cpu();
    }
}
