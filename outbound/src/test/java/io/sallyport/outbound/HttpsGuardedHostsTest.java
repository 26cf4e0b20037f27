package io.sallyport.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.GuardedHosts.Answer;
import io.sallyport.http.outbound.TooManyReviewsException;
import io.sallyport.json.Json;
import io.sallyport.jwt.HostNotAllowedException;
import io.sallyport.simulated.kubernetes.ClusterServiceAccount;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.testing.RawServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class HttpsGuardedHostsTest {
    private static final String PATH = "/apis/authentication.k8s.io/v1/tokenreviews";
    private static final String LOOPBACK = "127.0.0.1";

    private final SimulatedCluster cluster =
            SimulatedCluster.start(InstantSource.system()).allowDiscoveryByAnyone();
    private final CaCertificates ca = CaCertificates.parse(cluster.caCertificate());
    private final AtomicLong resolved = new AtomicLong();
    private final Deque<List<String>> lookups = new ArrayDeque<>();
    private final HttpsGuardedHosts clusters = clusters(AddressPolicy.forSimulatedClusters());

    private final ClusterServiceAccount reviewer = cluster.serviceAccount("system", "reviewer");

    @BeforeEach
    void allowReviews() {
        cluster.allowReviewsBy(reviewer);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void postsToTheHostAndReadsItsAnswer() throws Exception {
        Map<String, Object> answer = Json.parseObject(post("localhost").body());
        assertThat(answer.get("status")).asString().contains("authenticated=true", reviewer.username());
        cluster.behaviour().answerWith(201, "{\"answer\": \"å\"}");
        assertThat(post("localhost")).isEqualTo(new Answer(201, "{\"answer\": \"å\"}"));
        assertThat(cluster.reviews()).isEqualTo(2);
    }

    @Test
    void getsDocumentsLikewise() throws Exception {
        assertThat(get("localhost", "/.well-known/openid-configuration")).contains(cluster.issuer());
    }

    // Whose certificate it is.

    @Test
    void verifiesTheCertificateWhereNoAuthorityIsGiven() {
        assertThatExceptionOfType(SSLException.class)
                .isThrownBy(() -> clusters.post(uri("localhost"), Optional.empty(), reviewer.token(), review()));
        assertThatExceptionOfType(SSLException.class)
                .isThrownBy(() -> clusters.fetcher(Optional.empty()).get(uri("localhost")));
        assertThat(cluster.reviews()).isZero();
    }

    @Test
    void refusesTheCertificateOfAnotherAuthority() {
        try (SimulatedCluster other = SimulatedCluster.start(InstantSource.system())) {
            CaCertificates others = CaCertificates.parse(other.caCertificate());
            assertThatExceptionOfType(SSLException.class)
                    .isThrownBy(() -> clusters.post(uri("localhost"), Optional.of(others), reviewer.token(), review()));
        }
        assertThat(cluster.reviews()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"kube.example", "localhost.example", "*.localhost", LOOPBACK, "::1"})
    void refusesACertificateFor(String name) {
        cluster.presentCertificateFor(name);
        assertThatExceptionOfType(SSLException.class).isThrownBy(() -> post("localhost"));
        assertThat(cluster.reviews()).isZero();
    }

    @Test
    void refusesAnExpiredCertificate() {
        cluster.presentExpiredCertificate();
        assertThatExceptionOfType(SSLException.class).isThrownBy(() -> post("localhost"));
        assertThat(cluster.reviews()).isZero();
    }

    @Test
    void refusesTheWrongNameEvenWhereTheProcessVerifiesNone() {
        cluster.presentCertificateFor("kube.example");
        HostnameVerifier before = HttpsURLConnection.getDefaultHostnameVerifier();
        HttpsURLConnection.setDefaultHostnameVerifier((host, session) -> true);
        try {
            assertThatExceptionOfType(SSLException.class).isThrownBy(() -> post("localhost"));
        } finally {
            HttpsURLConnection.setDefaultHostnameVerifier(before);
        }
    }

    @Test
    void comparesAnAddressWithTheAddressesInTheCertificate() throws Exception {
        cluster.presentCertificateFor("203.0.113.7");
        lookups.add(List.of(LOOPBACK));
        assertThat(post("203.0.113.7").status()).isEqualTo(201);
        lookups.add(List.of(LOOPBACK));
        assertThatExceptionOfType(SSLException.class).isThrownBy(() -> post("203.0.113.8"));
        cluster.presentCertificateFor("2001:db8::7");
        lookups.add(List.of(LOOPBACK));
        assertThat(post("[2001:db8::7]").status()).isEqualTo(201);
        lookups.add(List.of(LOOPBACK));
        assertThatExceptionOfType(SSLException.class).isThrownBy(() -> post("[2001:db8::8]"));
    }

    @Test
    void tellsTheServerWhichNameItAsksForAndNoAddress() throws Exception {
        cluster.presentCertificateFor("kube.example", LOOPBACK);
        lookups.add(List.of(LOOPBACK));
        post("kube.example");
        lookups.add(List.of(LOOPBACK));
        post(LOOPBACK);
        assertThat(cluster.serverNames()).containsExactly("kube.example", "-");
    }

    // Where the name leads.

    /** DNS rebinding: the address to which the name resolves a moment later does not count. */
    @Test
    void connectsToTheAddressThatWasCheckedAndResolvesOnce() throws Exception {
        lookups.add(List.of(LOOPBACK));
        lookups.add(List.of("169.254.169.254"));
        assertThat(post("localhost").status()).isEqualTo(201);
        assertThat(lookups).hasSize(1);
        cluster.behaviour().truncate();
        assertThatIOException().isThrownBy(() -> post("localhost"));
        cluster.behaviour().recover();
        assertThatExceptionOfType(HostNotAllowedException.class).isThrownBy(() -> post("localhost"));
        assertThat(cluster.reviews()).isEqualTo(2);
    }

    // Connections that are kept.

    @Test
    void usesAConnectionAgainForTheSameHostAndAuthorities() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(post("localhost").status()).isEqualTo(201);
            assertThat(get("localhost", "/openid/v1/jwks")).contains("keys");
        }
        assertThat(resolved.get()).isEqualTo(1);
        post(LOOPBACK);
        assertThat(resolved.get()).as("by another name of the host").isEqualTo(2);
    }

    @Test
    void usesAConnectionForNoOtherAuthorities() throws Exception {
        post("localhost");
        assertThatExceptionOfType(SSLException.class)
                .isThrownBy(() -> clusters.post(uri("localhost"), Optional.empty(), reviewer.token(), review()));
        try (SimulatedCluster other = SimulatedCluster.start(InstantSource.system())) {
            CaCertificates others = CaCertificates.parse(other.caCertificate());
            assertThatExceptionOfType(SSLException.class)
                    .isThrownBy(() -> clusters.post(uri("localhost"), Optional.of(others), reviewer.token(), review()));
        }
        assertThat(cluster.reviews()).isEqualTo(1);
        CaCertificates same = CaCertificates.parse(cluster.caCertificate());
        assertThat(clusters.post(uri("localhost"), Optional.of(same), reviewer.token(), review())
                        .status())
                .isEqualTo(201);
        assertThat(resolved.get()).isEqualTo(3);
    }

    /** Otherwise a busy connection would outlive the certificate, and the address, that were checked. */
    @Test
    void keepsNoConnectionBeyondItsAge() throws Exception {
        AtomicLong now = new AtomicLong();
        HttpsGuardedHosts hosts = new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters(), this::resolve, now::get);
        hosts.post(uri("localhost"), Optional.of(ca), reviewer.token(), review());
        now.addAndGet(Exchange.MAX_AGE.toNanos());
        hosts.post(uri("localhost"), Optional.of(ca), reviewer.token(), review());
        assertThat(resolved.get()).isEqualTo(1);
        now.addAndGet(1);
        hosts.post(uri("localhost"), Optional.of(ca), reviewer.token(), review());
        hosts.post(uri("localhost"), Optional.of(ca), reviewer.token(), review());
        assertThat(resolved.get()).isEqualTo(2);
    }

    @Test
    void connectsAgainWhenAKeptConnectionWasClosed() throws Exception {
        String answer = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}";
        try (RawServer server =
                new RawServer(secured(), out -> out.write(answer.getBytes(StandardCharsets.US_ASCII)))) {
            for (int i = 0; i < 5; i++) {
                assertThat(clusters.post(server.uri("https"), Optional.of(ca), "token", review()))
                        .isEqualTo(new Answer(201, "{}"));
            }
            assertThat(server.requests()).as("each was read once").hasSize(5);
        }
    }

    /** The server reads the second request of a connection and closes, as one that stops at that moment may. */
    @Test
    void sendsARequestAgainThatAKeptConnectionDidNotAnswer() throws Exception {
        byte[] answer = "HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII);
        AtomicLong requests = new AtomicLong();
        try (ServerSocket server = secured()) {
            CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
                for (int connection = 0; connection < 2; connection++) {
                    try (Socket caller = server.accept()) {
                        RawServer.head(caller.getInputStream());
                        requests.incrementAndGet();
                        caller.getOutputStream().write(answer);
                        caller.getOutputStream().flush();
                        if (connection == 0) {
                            RawServer.head(caller.getInputStream());
                            requests.incrementAndGet();
                        }
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
            URI uri = URI.create("https://127.0.0.1:" + server.getLocalPort() + PATH);
            assertThat(clusters.post(uri, Optional.of(ca), "token", review()).status())
                    .isEqualTo(201);
            assertThat(clusters.post(uri, Optional.of(ca), "token", review()).status())
                    .isEqualTo(201);
            serving.get();
        }
        assertThat(requests.get()).isEqualTo(3);
    }

    @Test
    void sendsNothingToANameThatLeadsToBothSidesOfAWall() {
        lookups.add(List.of("8.8.8.8", "10.0.0.1"));
        assertThatExceptionOfType(HostNotAllowedException.class)
                .isThrownBy(() -> clusters(AddressPolicy.publicOnly())
                        .post(uri("kube.example"), Optional.of(ca), reviewer.token(), review()));
        lookups.add(List.of(LOOPBACK, "fd00:ec2::254"));
        assertThatExceptionOfType(HostNotAllowedException.class).isThrownBy(() -> post("localhost"));
        assertThat(cluster.reviews()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "169.254.1.1", "169.254.169.254", "0.0.0.0", "fe80::1", "10.0.0.1"})
    void sendsNothingFromADeployedFunctionTo(String address) {
        lookups.add(List.of(address));
        assertThatExceptionOfType(HostNotAllowedException.class)
                .isThrownBy(() -> clusters(AddressPolicy.publicOnly())
                        .post(uri("localhost"), Optional.of(ca), reviewer.token(), review()));
        lookups.add(List.of(address));
        assertThatExceptionOfType(HostNotAllowedException.class)
                .isThrownBy(() -> clusters(AddressPolicy.publicOnly())
                        .fetcher(Optional.of(ca))
                        .get(uri("localhost")));
        assertThat(cluster.reviews()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "192.168.1.1", "172.31.0.1", "100.64.0.1", "fd12::1", "::ffff:10.0.0.1"})
    void privateNetworksAreASeparateSetting(String address) throws Exception {
        InetAddress host = InetAddress.getByName(address);
        assertThatExceptionOfType(HostNotAllowedException.class)
                .isThrownBy(() -> AddressPolicy.publicOnly().check(host))
                .withMessageContaining("SALLYPORT_ALLOW_PRIVATE_HOSTS");
        AddressPolicy.privateToo().check(host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "::1",
                "::ffff:127.0.0.1",
                "169.254.169.254",
                "168.63.129.16",
                "100.100.100.200",
                "fd00:ec2::254",
                "fd00:ec2::23",
                "fd00:c1::a9fe:a9fe",
                "fd20:ce::254",
                "203.0.113.7",
                "2001:db8::7"
            })
    void noSettingAllows(String address) throws Exception {
        InetAddress host = InetAddress.getByName(address);
        assertThatExceptionOfType(HostNotAllowedException.class)
                .isThrownBy(() -> AddressPolicy.privateToo().check(host));
    }

    @Test
    void triesTheNextAddressWhereNothingListensAtTheFirst() throws Exception {
        lookups.add(List.of("::1", LOOPBACK));
        assertThat(post("localhost").status()).isEqualTo(201);
    }

    @Test
    void failsForANameThatDoesNotResolve() {
        lookups.add(List.of());
        assertThatExceptionOfType(UnknownHostException.class).isThrownBy(() -> post("localhost"));
    }

    @Test
    void doesNotWaitForAResolverForEver() {
        CountDownLatch never = new CountDownLatch(1);
        HttpsGuardedHosts slow = new HttpsGuardedHosts(
                AddressPolicy.forSimulatedClusters(),
                host -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return List.of();
                },
                soonOver());
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> slow.post(uri("localhost"), Optional.of(ca), reviewer.token(), review()));
        never.countDown();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost/", "ftp://localhost/", "file:///etc/passwd", "https:///path"})
    void takesHttpsAlone(String uri) {
        assertThatIOException()
                .isThrownBy(() -> clusters.post(URI.create(uri), Optional.of(ca), reviewer.token(), review()));
        assertThatIOException()
                .isThrownBy(() -> clusters.fetcher(Optional.of(ca)).get(URI.create(uri)));
    }

    @Test
    void connectsOnlyToCheckedAddresses() throws Exception {
        try (Socket other = new Socket(InetAddress.getLoopbackAddress(), cluster.port())) {
            CheckedTls tls = new CheckedTls(Optional.of(ca), exchange -> new TimedSocket());
            InetAddress loopback = InetAddress.getLoopbackAddress();
            int port = cluster.port();
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> tls.createSocket("localhost", port));
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> tls.createSocket("localhost", port, loopback, 0));
            assertThatExceptionOfType(SocketException.class).isThrownBy(() -> tls.createSocket(loopback, port));
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> tls.createSocket(loopback, port, loopback, 0));
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> tls.createSocket(other, "localhost", port, true));
            assertThatExceptionOfType(SocketException.class)
                    .isThrownBy(() -> tls.createSocket(new TimedSocket(), "localhost", port, true));
            assertThatExceptionOfType(SocketException.class)
                    .as("outside of an exchange")
                    .isThrownBy(tls::createSocket);
        }
    }

    // The answer.

    @ParameterizedTest
    @ValueSource(ints = {202, 204, 400, 401, 403, 404, 429, 500, 503})
    void tellsAnyOtherStatusAlone(int status) throws Exception {
        cluster.behaviour().answerWith(status, status == 204 ? "" : "{\"kind\": \"Status\"}");
        assertThat(post("localhost")).isEqualTo(new Answer(status, ""));
        assertThat(cluster.reviews()).isEqualTo(1);
    }

    @Test
    void followsNoRedirect() throws Exception {
        try (SimulatedCluster other = SimulatedCluster.start(InstantSource.system())) {
            cluster.behaviour().redirectTo(URI.create(other.host() + PATH));
            assertThat(post("localhost")).isEqualTo(new Answer(307, ""));
            assertThat(clusters.fetcher(Optional.of(ca)).get(uri("localhost")).status())
                    .isEqualTo(307);
            assertThat(other.reviews() + other.serverNames().size()).isZero();
        }
    }

    @Test
    void takesAnAnswerOfTheLargestSizeAndNoLarger() throws Exception {
        String largest = "a".repeat(HttpsGuardedHosts.MAX_SIZE);
        cluster.behaviour().answerWith(201, largest);
        assertThat(post("localhost").body()).isEqualTo(largest);
        cluster.behaviour().answerWith(201, largest + "a");
        assertThatIOException().isThrownBy(() -> post("localhost")).withMessageContaining("larger");
    }

    @Test
    void refusesAnAnswerWithoutEnd() {
        cluster.behaviour().endless();
        assertThatIOException().isThrownBy(() -> post("localhost")).withMessageContaining("larger");
        assertThatIOException().isThrownBy(() -> get("localhost", "/openid/v1/jwks"));
    }

    @Test
    void refusesAnAnswerThatBreaksOff() {
        cluster.behaviour().truncate();
        assertThatIOException().isThrownBy(() -> post("localhost"));
        assertThatIOException().isThrownBy(() -> get("localhost", "/openid/v1/jwks"));
    }

    @Test
    void refusesHeadersWithoutEnd() throws Exception {
        AtomicLong lines = new AtomicLong();
        try (RawServer server = new RawServer(secured(), out -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(("X-" + lines.incrementAndGet() + ": " + "a".repeat(1000) + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
            }
        })) {
            assertThatIOException()
                    .isThrownBy(() -> clusters.fetcher(Optional.of(ca)).get(server.uri("https")));
        }
        assertThat(lines.get()).isLessThan(100_000);
    }

    @Test
    void speaksHttp1Alone() throws Exception {
        SSLServerSocket socket = (SSLServerSocket) secured();
        SSLParameters parameters = socket.getSSLParameters();
        // If only http/1.1 were offered, the handshake would fail; if h2 were, it would be used.
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        try (RawServer server = new RawServer(
                socket,
                out -> out.write(
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII)))) {
            assertThat(clusters.fetcher(Optional.of(ca))
                            .get(server.uri("https"))
                            .body())
                    .isEqualTo("{}");
        }
    }

    /** An API server answers 406 to a request that does not accept them. */
    @Test
    void asksForKeysInTheirMediaTypes() throws Exception {
        assertThat(get("localhost", "/openid/v1/jwks")).isEqualTo(cluster.jwksJson());
        assertThat(get("localhost", "/.well-known/openid-configuration")).contains("jwks_uri");
    }

    // The number of concurrent reviews.

    @Test
    void sendsAClusterNoMoreReviewsThanItsSlots() throws Exception {
        ReviewSlots slots = new ReviewSlots(1, 0);
        HttpsGuardedHosts limited =
                new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters(), this::resolve, System::nanoTime, slots);
        cluster.behaviour().hold();
        CompletableFuture<Answer> first = CompletableFuture.supplyAsync(() -> {
            try {
                return limited.post(uri("localhost"), Optional.of(ca), reviewer.token(), review());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        while (cluster.reviews() == 0) {
            Thread.onSpinWait();
        }
        assertThatExceptionOfType(TooManyReviewsException.class)
                .isThrownBy(() -> limited.post(uri("localhost"), Optional.of(ca), reviewer.token(), review()));
        assertThat(cluster.reviews()).isEqualTo(1);
        // Another cluster's reviews proceed meanwhile, and so do requests that are not reviews.
        try (SimulatedCluster other = SimulatedCluster.start(InstantSource.system())) {
            assertThat(limited.post(
                                    URI.create(other.host() + PATH),
                                    Optional.of(CaCertificates.parse(other.caCertificate())),
                                    "x",
                                    review())
                            .status())
                    .isEqualTo(401);
        }
        cluster.behaviour().release();
        assertThat(first.get().status()).isEqualTo(201);
        assertThat(limited.post(uri("localhost"), Optional.of(ca), reviewer.token(), review())
                        .status())
                .isEqualTo(201);
    }

    @Test
    void givesTheSlotBackWhateverHappens() throws Exception {
        ReviewSlots slots = new ReviewSlots(1, 0);
        HttpsGuardedHosts limited =
                new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters(), this::resolve, System::nanoTime, slots);
        cluster.behaviour().truncate();
        assertThatIOException()
                .isThrownBy(() -> limited.post(uri("localhost"), Optional.of(ca), reviewer.token(), review()));
        lookups.add(List.of("169.254.169.254"));
        assertThatExceptionOfType(HostNotAllowedException.class)
                .isThrownBy(() -> limited.post(uri("localhost"), Optional.of(ca), reviewer.token(), review()));
        assertThat(slots.size()).isZero();
        cluster.behaviour().recover();
        assertThat(limited.post(uri("localhost"), Optional.of(ca), reviewer.token(), review())
                        .status())
                .isEqualTo(201);
    }

    /** The wait is part of the ten seconds. */
    @Test
    void waitsForASlotNoLongerThanAReviewMayTake() throws Exception {
        ReviewSlots slots = new ReviewSlots(1, 1);
        HttpsGuardedHosts impatient =
                new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters(), this::resolve, soonOver(), slots);
        slots.acquire(new ReviewSlots.Cluster("localhost:" + cluster.port(), Optional.of(ca)), 1);
        assertThatExceptionOfType(TooManyReviewsException.class)
                .isThrownBy(() -> impatient.post(uri("localhost"), Optional.of(ca), reviewer.token(), review()));
        assertThat(cluster.reviews()).isZero();
    }

    // Time limits.

    @Test
    void givesUpOnAnAnswerThatTrickles() {
        cluster.behaviour().trickle();
        HttpsGuardedHosts impatient = new HttpsGuardedHosts(
                AddressPolicy.forSimulatedClusters(), this::resolve, passing(Duration.ofMillis(40)));
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> impatient.post(uri("localhost"), Optional.of(ca), reviewer.token(), review()));
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(
                        () -> impatient.fetcher(Optional.of(ca)).get(URI.create(cluster.host() + "/openid/v1/jwks")));
    }

    /** One byte at a time, so that no single read takes long. */
    @Test
    void givesUpOnHeadersThatTrickle() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        try (RawServer server = new RawServer(secured(), out -> {
            out.write("HTTP/1.1 200 OK\r\nX-Padding: ".getBytes(StandardCharsets.UTF_8));
            while (true) {
                out.write('a');
                out.flush();
                try {
                    assertThat(never.await(5, TimeUnit.MILLISECONDS)).isFalse();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        })) {
            HttpsGuardedHosts impatient = new HttpsGuardedHosts(
                    AddressPolicy.forSimulatedClusters(), this::resolve, passing(Duration.ofMillis(40)));
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> impatient.post(server.uri("https"), Optional.of(ca), reviewer.token(), review()));
        }
    }

    @Test
    void givesUpOnAHandshakeThatTakesTooLong() throws Exception {
        // A server that accepts and stays silent.
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            HttpsGuardedHosts impatient =
                    new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters(), this::resolve, soonOver());
            URI uri = URI.create("https://localhost:" + silent.getLocalPort() + PATH);
            assertThatExceptionOfType(SocketTimeoutException.class)
                    .isThrownBy(() -> impatient.post(uri, Optional.of(ca), reviewer.token(), review()));
        }
    }

    @Test
    void givesUpOnAnAnswerThatDoesNotCome() {
        cluster.behaviour().hold();
        HttpsGuardedHosts impatient =
                new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters(), this::resolve, soonOver());
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(() -> impatient.post(uri("localhost"), Optional.of(ca), reviewer.token(), review()));
    }

    @Test
    void doesNotAskAgainWhenTheConnectionBreaks() throws Exception {
        AtomicLong connections = new AtomicLong();
        try (RawServer server = new RawServer(secured(), out -> connections.incrementAndGet())) {
            URI uri = server.uri("https");
            assertThatIOException().isThrownBy(() -> clusters.post(uri, Optional.of(ca), reviewer.token(), review()));
            assertThatIOException()
                    .isThrownBy(() -> clusters.fetcher(Optional.of(ca)).get(uri));
        }
        assertThat(connections.get()).isEqualTo(2);
    }

    /** A clock that advances this much at every reading. */
    private static LongSupplier passing(Duration step) {
        AtomicLong now = new AtomicLong();
        return () -> now.getAndAdd(step.toNanos());
    }

    /** A clock on which all but half a second passes at once. */
    private static LongSupplier soonOver() {
        AtomicLong now = new AtomicLong();
        return () -> now.getAndSet(HttpsGuardedHosts.WHOLE_CALL.minusMillis(500).toNanos());
    }

    private HttpsGuardedHosts clusters(AddressPolicy policy) {
        return new HttpsGuardedHosts(policy, this::resolve, System::nanoTime);
    }

    /** As the next prepared lookup says; without any, loopback. */
    private List<InetAddress> resolve(String host) throws UnknownHostException {
        resolved.incrementAndGet();
        List<String> addresses = lookups.isEmpty() ? List.of(LOOPBACK) : lookups.remove();
        InetAddress[] found = new InetAddress[addresses.size()];
        for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByName(addresses.get(i));
        }
        return List.of(found);
    }

    private Answer post(String host) throws IOException {
        return clusters.post(uri(host), Optional.of(ca), reviewer.token(), review());
    }

    private byte[] review() {
        return Json.write(Map.of(
                "apiVersion",
                "authentication.k8s.io/v1",
                "kind",
                "TokenReview",
                "spec",
                Map.of("token", reviewer.token())));
    }

    private String get(String host, String path) throws IOException {
        return clusters.fetcher(Optional.of(ca))
                .get(URI.create("https://" + host + ":" + cluster.port() + path))
                .body();
    }

    private URI uri(String host) {
        return URI.create("https://" + host + ":" + cluster.port() + PATH);
    }

    private ServerSocket secured() throws IOException {
        return cluster.serverContext()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }
}
