package io.sallyport.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.json.Json;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.server.LocalServer;
import io.sallyport.server.SessionClient;
import io.sallyport.simulated.ReplacedAddresses;
import io.sallyport.simulated.azure.Imds;
import io.sallyport.simulated.azure.ManagedIdentity;
import io.sallyport.simulated.azure.SimulatedEntra;
import io.sallyport.simulated.google.MetadataServer;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.kubernetes.ClusterServiceAccount;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.testing.TestClock;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs docs/quickstart.md line by line as written, with simulated clouds where a command would reach a real one. */
class QuickstartTest {
    private static final Path DOCUMENT = Path.of("../docs/quickstart.md");
    private static final Pattern BLOCK = Pattern.compile("(?s)```sh\n(.*?)```");
    private static final Pattern WORD = Pattern.compile("(?:\"([^\"]*)\"|(\\S+))");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final TestClock clock = new TestClock();
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final MetadataServer metadata =
            google.metadataServer(google.serviceAccount("payments@shop.iam.gserviceaccount.com"));
    private final SimulatedEntra entra = SimulatedEntra.start(clock);
    private final Imds imds = entra.imds(
            new ManagedIdentity(
                    "72f988bf-86f1-41af-91ab-2d7cd011db47",
                    "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11",
                    "c1d2e3f4-0000-4000-8000-0123456789ab",
                    "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourcegroups/prod/providers/Microsoft.Compute/virtualMachines/vm-1"));
    private final SimulatedCluster cluster = SimulatedCluster.start(clock);
    private final ClusterServiceAccount reviewer = cluster.serviceAccount("sallyport", "reviewer");
    private final ClusterServiceAccount payments = cluster.serviceAccount("shop", "payments");
    private final Map<String, String> shell = new HashMap<>();
    private final List<String> introspected = new ArrayList<>();

    @TempDir
    private Path folder;

    private LocalServer server;
    private Cli cli;

    @BeforeEach
    void serve() {
        Environment environment = SessionClient.environment(Map.of(), clock);
        assertThat(environment.fetcher()).isInstanceOf(HttpFetcher.class);
        server = LocalServer.start(
                environment,
                new LocalServer.Options(
                        "127.0.0.1",
                        0,
                        folder.resolve("data"),
                        List.of(),
                        ReplacedAddresses.of(google.replacedAddresses(), entra.replacedAddresses()),
                        Optional.empty(),
                        Optional.of(AddressPolicy.forSimulatedClusters())));
        cli = new Cli(environment, folder.resolve("data"));
        shell.put("SALLYPORT_ISSUER", SessionClient.ISSUER);
    }

    @AfterEach
    void stop() {
        server.close();
        cluster.close();
        imds.close();
        entra.close();
        metadata.close();
        google.close();
    }

    @Test
    void everyStepDoesWhatItShould() throws Exception {
        List<String> lines = commands();
        assertThat(lines).filteredOn(line -> line.startsWith("sallyport ")).hasSize(14);

        for (String line : lines) {
            run(line);
        }

        assertThat(introspected).containsExactly("payments-gcp", "payments-azure", "payments-k8s", "payments-k8s");
        assertThat(cluster.reviews()).isPositive();
        assertThat(cli.shown("payments-k8s")).extracting("lastLogin").isNotNull();
    }

    private static List<String> commands() throws IOException {
        List<String> lines = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(DOCUMENT));
        while (block.find()) {
            lines.addAll(block.group(1).replace("\\\n", " ").lines().toList());
        }
        return lines;
    }

    private void run(String line) throws Exception {
        // People take longer than a second from one step to the next.
        clock.advance(Duration.ofSeconds(10));
        List<String> words = words(line);
        switch (words.get(0)) {
            case "sallyport" -> sallyport(line, words.subList(1, words.size()));
            case "curl" -> curl(words.subList(1, words.size()));
            case "jq" -> jq(words);
            case "rm" -> Files.delete(folder.resolve(words.get(1)));
            default -> kubectl(line);
        }
    }

    private List<String> words(String line) {
        String expanded = line;
        for (Map.Entry<String, String> variable : shell.entrySet()) {
            expanded = expanded.replace("$" + variable.getKey(), variable.getValue());
        }
        List<String> words = new ArrayList<>();
        Matcher word = WORD.matcher(expanded);
        while (word.find()) {
            words.add(word.group(1) != null ? word.group(1) : word.group(2));
        }
        return words;
    }

    private void sallyport(String line, List<String> arguments) {
        List<String> all = new ArrayList<>(arguments.subList(0, 2));
        for (String argument : arguments.subList(2, arguments.size())) {
            Path file = folder.resolve(argument);
            all.add(Files.exists(file) ? file.toString() : argument);
        }
        boolean introspects = line.startsWith("sallyport token introspect");
        if (introspects) {
            all.add("--output=json");
        }
        Cli.Outcome outcome = cli.run(all.toArray(String[]::new));
        assertThat(outcome.exitCode()).as(line + "\n" + outcome).isZero();
        if (introspects) {
            introspected.add(String.valueOf(outcome.json().get("sub")));
        }
    }

    /** Supports only what the document uses. */
    private void curl(List<String> arguments) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder();
        List<String> form = new ArrayList<>();
        Path to = folder.resolve("none");
        for (int i = 0; i < arguments.size(); i++) {
            switch (arguments.get(i)) {
                case "-sf" -> {}
                case "-H" -> {
                    String[] header = arguments.get(++i).split(": ", 2);
                    request.header(header[0], header[1]);
                }
                case "-o" -> to = folder.resolve(arguments.get(++i));
                case "-d" -> form.add(arguments.get(++i));
                case "--data-urlencode" -> {
                    String[] field = arguments.get(++i).split("@", 2);
                    String value = Files.readString(folder.resolve(field[1]));
                    form.add(field[0] + "=" + URLEncoder.encode(value, UTF_8));
                }
                default -> request.uri(simulated(arguments.get(i)));
            }
        }
        if (!form.isEmpty()) {
            request.header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(String.join("&", form)));
        }
        HttpResponse<String> response = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(arguments + response.body()).isEqualTo(200);
        Files.writeString(to, response.body());
    }

    private URI simulated(String uri) {
        return URI.create(uri.replace("http://metadata.google.internal", origin(metadata.uri()))
                .replace("http://169.254.169.254", origin(imds.uri()))
                .replace(SessionClient.ISSUER, "http://127.0.0.1:" + server.port()));
    }

    private static String origin(URI uri) {
        return "http://" + uri.getAuthority();
    }

    private void jq(List<String> words) throws Exception {
        Object value = Json.parseObject(Files.readString(folder.resolve(words.get(3))))
                .get(words.get(2).substring(1));
        Files.writeString(folder.resolve(words.get(5)), value + "\n");
    }

    private void kubectl(String line) throws IOException {
        if (line.contains("create token reviewer")) {
            cluster.allowReviewsBy(reviewer);
            Files.writeString(folder.resolve("reviewer.jwt"), reviewer.legacyToken() + "\n");
        } else if (line.contains("certificate-authority-data")) {
            Files.writeString(folder.resolve("ca.crt"), cluster.caCertificate());
        } else if (line.startsWith("KUBERNETES_HOST=$(kubectl ")) {
            shell.put("KUBERNETES_HOST", String.valueOf(cluster.host()));
        } else if (line.contains("create token payments")) {
            // curl encodes a file unchanged, including its final line break, which kubectl prints.
            Files.writeString(folder.resolve("jwt"), payments.token("sallyport", Duration.ofHours(1)) + "\n");
        } else {
            assertThat(line).startsWith("kubectl ");
        }
    }
}
