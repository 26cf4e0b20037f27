package io.sallyport.runtime;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.KubernetesHost;
import io.sallyport.json.Json;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Assumptions;

/**
 * A real Kubernetes API server with its etcd, on loopback: no kubelet and no controllers, so pods are objects that do not
 * run. {@code K8S_HOME} names a folder that has the programs {@code kube-apiserver} and {@code etcd}, at any depth.
 */
final class ApiServer implements AutoCloseable {
    /** The name that the server's self-made certificate is for. Names inside a cluster resolve to loopback here. */
    private static final String NAME = "kubernetes.default.svc";

    private static final String ADMIN = "admin-of-this-test";
    private static final Duration MAX_START = Duration.ofMinutes(2);

    private final List<Process> processes = new ArrayList<>();
    private final Path folder;
    private final int port = freePort();
    private final String issuer;
    private final String ca;
    private final HttpClient client;

    /**
     * Starts it; the test is skipped if the programs are missing.
     *
     * @param issuer of service account tokens; if empty, the server itself, which then publishes its keys there
     */
    ApiServer(Path folder, Optional<String> issuer) throws Exception {
        Optional<String> home = Optional.ofNullable(System.getenv("K8S_HOME"));
        Assumptions.assumeTrue(home.isPresent(), "no Kubernetes API server: set K8S_HOME");
        this.folder = Files.createDirectories(folder);
        this.issuer = issuer.orElse("https://" + NAME + ":" + port);
        try {
            start(Path.of(home.get()), issuer.isEmpty());
            Path certificates = folder.resolve("certificates").resolve("apiserver.crt");
            Instant until = Instant.now().plus(MAX_START);
            while (!Files.exists(certificates)) {
                pause(until);
            }
            // The server's own certificate comes first, then its authority's.
            String pem = Files.readString(certificates);
            this.ca = pem.substring(pem.lastIndexOf("-----BEGIN CERTIFICATE-----"));
            // The API server ends HTTP/2 connections after it refused a request.
            this.client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(trusting(ca))
                    .build();
            while (!isReady()) {
                pause(until);
            }
        } catch (Exception | AssertionError e) {
            close();
            throw e;
        }
    }

    private void start(Path home, boolean ownKeys) throws Exception {
        int etcd = freePort();
        int peers = freePort();
        processes.add(run(
                "etcd",
                List.of(
                        find(home, "etcd").toString(),
                        "--data-dir=" + folder.resolve("etcd"),
                        "--listen-client-urls=http://127.0.0.1:" + etcd,
                        "--advertise-client-urls=http://127.0.0.1:" + etcd,
                        "--listen-peer-urls=http://127.0.0.1:" + peers,
                        "--initial-advertise-peer-urls=http://127.0.0.1:" + peers,
                        "--initial-cluster=default=http://127.0.0.1:" + peers)));
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        Path key = Files.writeString(
                folder.resolve("sa.key"),
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII))
                                .encodeToString(
                                        generator.generateKeyPair().getPrivate().getEncoded())
                        + "\n-----END PRIVATE KEY-----\n");
        Path tokens = Files.writeString(folder.resolve("tokens.csv"), ADMIN + ",admin,admin,\"system:masters\"\n");
        List<String> command = new ArrayList<>(List.of(
                find(home, "kube-apiserver").toString(),
                "--etcd-servers=http://127.0.0.1:" + etcd,
                "--bind-address=127.0.0.1",
                "--advertise-address=127.0.0.1",
                "--secure-port=" + port,
                "--endpoint-reconciler-type=none",
                "--cert-dir=" + folder.resolve("certificates"),
                "--authorization-mode=RBAC",
                "--anonymous-auth=true",
                "--service-cluster-ip-range=10.0.0.0/24",
                "--token-auth-file=" + tokens,
                "--service-account-issuer=" + issuer,
                "--service-account-signing-key-file=" + key,
                "--service-account-key-file=" + key));
        if (ownKeys) {
            command.add("--service-account-jwks-uri=" + issuer + "/openid/v1/jwks");
        }
        processes.add(run("kube-apiserver", command));
    }

    private Process run(String name, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start();
    }

    private static Path find(Path home, String program) throws IOException {
        try (Stream<Path> files = Files.walk(home, 3)) {
            return files.filter(file -> file.endsWith(program))
                    .filter(Files::isRegularFile)
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("K8S_HOME has no program " + program));
        }
    }

    private boolean isReady() throws InterruptedException {
        try {
            return send("GET", "/readyz", Map.of("Authorization", "Bearer " + ADMIN), "")
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Only while the processes start; nothing is timed. */
    private void pause(Instant until) throws InterruptedException {
        if (Instant.now().isAfter(until) || !processes.stream().allMatch(Process::isAlive)) {
            throw new AssertionError("the API server did not start; its log is in " + folder);
        }
        TimeUnit.MILLISECONDS.sleep(100);
    }

    static SSLContext trusting(String pem) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(pem.getBytes(US_ASCII))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    KubernetesHost host() {
        return KubernetesHost.parse(NAME + ":" + port);
    }

    String issuer() {
        return issuer;
    }

    String keys() {
        return "https://" + NAME + ":" + port + "/openid/v1/jwks";
    }

    CaCertificates authorities() {
        return CaCertificates.parse(ca);
    }

    /** Connects as Sallyport does, with a name that resolves to loopback. */
    HttpsGuardedHosts clusters() {
        return new HttpsGuardedHosts(
                AddressPolicy.forSimulatedClusters(),
                host -> List.of(InetAddress.getLoopbackAddress()),
                System::nanoTime);
    }

    HttpResponse<String> send(String method, String path, Map<String, String> headers, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        headers.forEach(request::header);
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /** As an administrator. */
    Map<String, ?> create(String path, Map<String, ?> object) throws Exception {
        HttpResponse<String> response = send(
                "POST",
                path,
                Map.of("Authorization", "Bearer " + ADMIN, "Content-Type", "application/json"),
                Json.writeString(object));
        if (response.statusCode() != 201) {
            throw new AssertionError(path + ": " + response.statusCode() + " " + response.body());
        }
        return Json.parseObject(response.body());
    }

    void createServiceAccount(String namespace, String name) throws Exception {
        create("/api/v1/namespaces/" + namespace + "/serviceaccounts", Map.of("metadata", Map.of("name", name)));
    }

    /** @param subject of the API group rbac.authorization.k8s.io, or a service account */
    void bind(String name, String clusterRole, Map<String, ?> subject) throws Exception {
        create(
                "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
                Map.of(
                        "metadata",
                        Map.of("name", name),
                        "roleRef",
                        Map.of("apiGroup", "rbac.authorization.k8s.io", "kind", "ClusterRole", "name", clusterRole),
                        "subjects",
                        List.of(subject)));
    }

    /** What {@code kubectl create token} prints. */
    String token(String namespace, String name, List<String> audiences, long seconds, Optional<Map<String, ?>> pod)
            throws Exception {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("audiences", audiences);
        spec.put("expirationSeconds", seconds);
        pod.ifPresent(bound -> spec.put("boundObjectRef", bound));
        Map<String, ?> made = create(
                "/api/v1/namespaces/" + namespace + "/serviceaccounts/" + name + "/token",
                Map.of("apiVersion", "authentication.k8s.io/v1", "kind", "TokenRequest", "spec", spec));
        return String.valueOf(((Map<?, ?>) made.get("status")).get("token"));
    }

    @Override
    public void close() {
        try {
            for (int i = processes.size() - 1; i >= 0; i--) {
                Process process = processes.get(i);
                process.destroy();
                if (!process.waitFor(20, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the API server stops", e);
        }
    }
}
