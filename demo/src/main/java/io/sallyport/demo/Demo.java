package io.sallyport.demo;

import io.sallyport.identity.Identity;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.server.LocalServer;
import io.sallyport.simulated.ReplacedAddresses;
import io.sallyport.simulated.azure.SimulatedEntra;
import io.sallyport.simulated.federation.SimulatedIamCredentials;
import io.sallyport.simulated.federation.SimulatedSts;
import io.sallyport.simulated.google.MetadataServer;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Shows the product on simulated clouds, with real tokens and real requests. */
final class Demo implements AutoCloseable {
    private final Path data;
    private final DemoClock clock;
    private final SimulatedGoogle google;
    private final SimulatedEntra entra;
    private final SimulatedCluster cluster;
    private final LocalServer server;
    private final DemoClient client;

    private Demo(
            Path data,
            DemoClock clock,
            SimulatedGoogle google,
            SimulatedEntra entra,
            SimulatedCluster cluster,
            LocalServer server,
            DemoClient client) {
        this.data = data;
        this.clock = clock;
        this.google = google;
        this.entra = entra;
        this.cluster = cluster;
        this.server = server;
        this.client = client;
    }

    /** The clock of the server and of the clouds: real time, plus the time that was skipped. */
    private static final class DemoClock implements InstantSource {
        private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead.get());
        }

        void pass(Duration time) {
            ahead.updateAndGet(before -> before.plus(time));
        }
    }

    static Demo start(Transcript transcript) throws IOException {
        Path data = Files.createTempDirectory("sallyport-demo");
        DemoClock clock = new DemoClock();
        SimulatedGoogle google = SimulatedGoogle.start(clock);
        SimulatedEntra entra = SimulatedEntra.start(clock);
        SimulatedCluster cluster = SimulatedCluster.start(clock).allowDiscoveryByAnyone();
        Queue<String> auditLog = new ConcurrentLinkedQueue<>();
        Environment environment =
                new Environment(Map.of(), clock, Environment.system().ids(), HttpFetcher.plainHttpToo(), auditLog::add);
        int port = LocalServer.freePort();
        String issuer = "http://127.0.0.1:" + port;
        List<Identity> identities = new ArrayList<>(GoogleScenarios.identities());
        identities.addAll(AzureScenarios.identities());
        identities.addAll(SessionScenarios.identities(issuer));
        identities.addAll(TokenScenarios.identities());
        identities.addAll(FederationScenarios.identities());
        LocalServer server = LocalServer.start(
                environment,
                new LocalServer.Options(
                        "127.0.0.1",
                        port,
                        data,
                        identities,
                        ReplacedAddresses.of(google.replacedAddresses(), entra.replacedAddresses()),
                        Optional.of(KubernetesScenarios.writeIdentities(cluster, data.resolve("identities.yaml"))),
                        Optional.of(AddressPolicy.forSimulatedClusters())));
        return new Demo(data, clock, google, entra, cluster, server, new DemoClient(transcript, issuer, auditLog));
    }

    void play() throws IOException, InterruptedException, MalformedJsonException {
        GoogleScenarios onGoogle = new GoogleScenarios(client, google);
        SessionScenarios sessions = new SessionScenarios(client, google);
        try (MetadataServer metadata = onGoogle.paymentsMachine()) {
            onGoogle.logInFromAMachine(metadata);
            onGoogle.logInAsAServiceAccount();
            new AzureScenarios(client, entra).logInFromAzure();
            new KubernetesScenarios(client, cluster).logInFromACluster();
            sessions.countedUses();
            onGoogle.denials(metadata);
            onGoogle.rotation(metadata, () -> clock.pass(Duration.ofSeconds(31)));
            sessions.renewal(() -> clock.pass(Duration.ofSeconds(500)));
            new TokenScenarios(client, google).tokensForServices();
            reachGoogleCloud();
        }
    }

    private void reachGoogleCloud() throws IOException, InterruptedException, MalformedJsonException {
        try (SimulatedSts sts = SimulatedSts.start(clock);
                SimulatedIamCredentials iam = SimulatedIamCredentials.start(clock, google, sts)) {
            FederationScenarios federation = new FederationScenarios(client, google, sts, iam);
            federation.trust(server.issuer());
            federation.reachGoogleCloud();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        google.close();
        entra.close();
        cluster.close();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
