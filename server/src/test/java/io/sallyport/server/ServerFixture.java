package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.jwt.Fetcher;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.simulated.google.Instance;
import io.sallyport.simulated.google.SimulatedGoogle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A local server that uses a simulated Google, and its log. */
public final class ServerFixture implements AutoCloseable {
    public static final String LOGIN = "/api/v1/auth/gcp-auth/login";
    static final String EMAIL = "payments@shop.iam.gserviceaccount.com";
    public static final IdentityId VM = new IdentityId("payments-vm");
    static final IdentityId JOB = new IdentityId("nightly-job");
    static final Instance INSTANCE =
            new Instance("shop", 326694433618L, "europe-west1-b", "2875949485074006138", "payments-1", Instant.EPOCH);

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final SimulatedGoogle google;
    private final Queue<String> log;
    private final LocalServer server;

    private ServerFixture(SimulatedGoogle google, Queue<String> log, LocalServer server) {
        this.google = google;
        this.log = log;
        this.server = server;
    }

    public static ServerFixture open(
            SimulatedGoogle google, Path data, Map<String, String> variables, List<Identity> identities) {
        return open(google, data, variables, HttpFetcher.plainHttpToo(), identities);
    }

    /** @param fetcher fetches Google's keys */
    public static ServerFixture open(
            SimulatedGoogle google,
            Path data,
            Map<String, String> variables,
            Fetcher fetcher,
            List<Identity> identities) {
        Queue<String> log = new ConcurrentLinkedQueue<>();
        Environment environment = new Environment(
                variables, InstantSource.system(), Environment.system().ids(), fetcher, log::add);
        return new ServerFixture(
                google,
                log,
                LocalServer.start(
                        environment,
                        new LocalServer.Options("127.0.0.1", 0, data, identities, google.replacedAddresses())));
    }

    public static SimulatedGoogle google() {
        return SimulatedGoogle.start(InstantSource.system());
    }

    /** An identity that logs in with an ID token. */
    public static Identity vm(Map<String, Object> moreOfGcpAuth) {
        Map<String, Object> gcpAuth = new HashMap<>(Map.of(
                "type", "gce", "allowedServiceAccounts", EMAIL, "accessTokenTTL", 600, "accessTokenMaxTTL", 3600));
        gcpAuth.putAll(moreOfGcpAuth);
        return Providers.DOCUMENTS.read(VM, Map.of("name", "Payments", "gcpAuth", gcpAuth));
    }

    /** An identity that logs in with a JWT signed by its service account. */
    static Identity job() {
        return Providers.DOCUMENTS.read(
                JOB, Map.of("gcpAuth", Map.of("type", "iam", "allowedServiceAccounts", EMAIL, "singleUse", true)));
    }

    public LocalServer server() {
        return server;
    }

    /** Every logged line, oldest first. */
    List<String> log() {
        return List.copyOf(log);
    }

    public String idToken(IdentityId audience) {
        return google.signIdToken(google.idTokenClaims(google.serviceAccount(EMAIL), INSTANCE, audience.value())
                .build());
    }

    /** A new one at each call. */
    String signedJwt(IdentityId audience) {
        return google.serviceAccount(EMAIL)
                .signJwt(Json.writeString(Map.of(
                        "sub",
                        EMAIL,
                        "aud",
                        audience.value(),
                        "jti",
                        UUID.randomUUID().toString())));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .timeout(Duration.ofSeconds(30));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HTTP.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(request(path));
    }

    HttpResponse<String> post(String contentType, String body) throws IOException, InterruptedException {
        return send(request(LOGIN).header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
    }

    HttpResponse<String> logIn(IdentityId identity, String jwt) throws IOException, InterruptedException {
        return post("application/json", json(identity, jwt));
    }

    public static String json(IdentityId identity, String jwt) {
        return Json.writeString(Map.of("identityId", identity.value(), "jwt", jwt));
    }

    /** The only line that was logged about the request with this answer. */
    Map<String, Object> lineAbout(String answerBody) throws Exception {
        String id = String.valueOf(Json.parseObject(answerBody).get("reqId"));
        assertThat(id).startsWith("req-");
        List<String> lines = log.stream().filter(line -> line.contains(id)).toList();
        assertThat(lines).hasSize(1);
        return Json.parseObject(lines.get(0));
    }

    public static SignedJWT accessToken(String answerBody) throws Exception {
        return SignedJWT.parse(String.valueOf(Json.parseObject(answerBody).get("accessToken")));
    }

    @Override
    public void close() {
        server.close();
    }
}
