package io.sallyport.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.json.Json;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.server.LocalServer;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Query;
import io.sallyport.simulated.ReplacedAddresses;
import io.sallyport.simulated.Reply;
import io.sallyport.simulated.aws.AwsSession;
import io.sallyport.simulated.aws.AwsStsServer;
import io.sallyport.simulated.aws.SimulatedAws;
import io.sallyport.simulated.aws.TemporaryCredentials;
import io.sallyport.simulated.azure.SimulatedEntra;
import io.sallyport.simulated.federation.OidcProvider;
import io.sallyport.simulated.federation.SimulatedIamCredentials;
import io.sallyport.simulated.federation.SimulatedSts;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.kubernetes.Pod;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.simulated.spiffe.SimulatedTrustDomain;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The server beside the simulated clouds, on loopback and in real time, for the clients of {@code conformance/}. Its
 * argument is a folder: there it keeps its data, its log ({@code log.jsonl}), and {@code stage.json}, which names the
 * addresses and tokens that clients need. It ends when its standard input does.
 */
public final class ConformanceStage implements AutoCloseable {
    private final InstantSource clock = InstantSource.system();
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final SimulatedEntra entra = SimulatedEntra.start(clock);
    private final SimulatedAws aws = SimulatedAws.start(clock);
    private final AwsStsServer sts = aws.sts();
    private final SimulatedCluster cluster = SimulatedCluster.start(clock).allowDiscoveryByAnyone();
    private final SimulatedTrustDomain domain = SimulatedTrustDomain.start(ConformanceIdentities.TRUST_DOMAIN, clock);
    private final SimulatedSts googleSts = SimulatedSts.start(clock);
    private final SimulatedIamCredentials iam = SimulatedIamCredentials.start(clock, google, googleSts);
    private final Loopback issue = Loopback.start(Map.of(
            "/aws",
            exchange -> keys(new Query(exchange.getRequestURI()).value("role")),
            "/svid",
            exchange -> svid(new Query(exchange.getRequestURI()))));
    private final PrintStream log;
    private final LocalServer server;

    private ConformanceStage(Path folder) throws IOException {
        Path identities = Files.write(
                folder.resolve("identities.yaml"),
                Json.write(Map.of("identities", ConformanceIdentities.of(cluster, domain.bundle()))));
        log = new PrintStream(Files.newOutputStream(folder.resolve("log.jsonl")), true, UTF_8);
        server = LocalServer.start(
                new Environment(Map.of(), clock, Environment.system().ids(), HttpFetcher.plainHttpToo(), log::println),
                new LocalServer.Options(
                        "127.0.0.1",
                        0,
                        folder.resolve("data"),
                        List.of(),
                        ReplacedAddresses.of(
                                google.replacedAddresses(), entra.replacedAddresses(), sts.replacedAddresses()),
                        Optional.of(identities),
                        Optional.of(AddressPolicy.forSimulatedClusters())));
        googleSts.register(OidcProvider.of(ConformanceIdentities.GOOGLE_POOL, server.issuer()));
        iam.allow(ConformanceIdentities.MACHINE, ConformanceIdentities.GOOGLE_POOL.principal("kubernetes"));
    }

    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        try (ConformanceStage stage = new ConformanceStage(folder)) {
            Path written = Files.write(folder.resolve("stage.json.new"), Json.write(stage.describe()));
            // In one step: the runner waits for it.
            Files.move(written, folder.resolve("stage.json"), StandardCopyOption.ATOMIC_MOVE);
            System.in.transferTo(OutputStream.nullOutputStream());
        }
        System.exit(0);
    }

    private Map<String, Object> describe() {
        Map<String, Object> stage = new LinkedHashMap<>();
        stage.put("issuer", server.issuer());
        stage.put("audience", ConformanceIdentities.AUDIENCE);
        stage.put("orders", ConformanceIdentities.ORDERS);
        stage.put("secret", ConformanceIdentities.SECRET);
        stage.put("issue", issue.uri("").toString());
        stage.put(
                "gcp",
                Map.of(
                        "account", ConformanceIdentities.MACHINE,
                        "metadata", metadata(ConformanceIdentities.MACHINE),
                        "strangersMetadata", metadata("stranger@shop.iam.gserviceaccount.com"),
                        "iamCredentials", google.iamCredentials().toString(),
                        "poolAudience", ConformanceIdentities.GOOGLE_POOL.audience(),
                        "sts", googleSts.token().toString(),
                        "impersonation", iam.uri().toString()));
        stage.put(
                "azure",
                Map.of(
                        "metadata",
                        entra.imds(ConformanceIdentities.MANAGED_IDENTITY).uri().toString(),
                        "strangersMetadata",
                        entra.imds(ConformanceIdentities.managedIdentity("00000000-9b5b-4b2c-8f1a-6d1f0f6c8f11"))
                                .uri()
                                .toString()));
        stage.put(
                "kubernetes",
                Map.of(
                        "token", pod("payments", ConformanceIdentities.AUDIENCE),
                        "agentsToken", pod("agent", ConformanceIdentities.AUDIENCE),
                        "strangersToken", pod("web", ConformanceIdentities.AUDIENCE),
                        "tokenForAnother", pod("payments", "another-service")));
        stage.put("spiffe", Map.of("trustDomain", ConformanceIdentities.TRUST_DOMAIN, "bundle", domain.bundle()));
        return stage;
    }

    private String metadata(String account) {
        return google.metadataServer(google.serviceAccount(account)).uri().toString();
    }

    private String pod(String account, String audience) {
        return cluster.serviceAccount("shop", account)
                .token(audience, Duration.ofHours(1), Pod.named(account + "-7d9f5c"));
    }

    /** New keys for each caller: two requests that one key signs in one second have the same signature. */
    private Reply keys(String role) {
        TemporaryCredentials keys = aws.assume(new AwsSession("123456789012", role, "i-0123456789abcdef0"));
        return Reply.json(
                200,
                Map.of(
                        "AWS_ACCESS_KEY_ID", keys.accessKeyId(),
                        "AWS_SECRET_ACCESS_KEY", keys.secretAccessKey(),
                        "AWS_SESSION_TOKEN", keys.sessionToken(),
                        "AWS_REGION", "eu-west-1",
                        "AWS_DEFAULT_REGION", "eu-west-1"));
    }

    private Reply svid(Query query) {
        return Reply.json(200, Map.of("svid", domain.svid(query.value("path"), query.value("audience"))));
    }

    @Override
    public void close() {
        server.close();
        issue.close();
        iam.close();
        googleSts.close();
        domain.close();
        cluster.close();
        aws.close();
        entra.close();
        google.close();
        log.close();
    }
}
