package io.sallyport.local;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.sallyport.identity.GcpVerifier;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityDocument;
import io.sallyport.identity.IdentityId;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.HttpFetcher;
import io.sallyport.simulated.Instance;
import io.sallyport.simulated.MetadataServer;
import io.sallyport.simulated.SimulatedGoogle;
import io.sallyport.simulated.SimulatedServiceAccount;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** What the product does, shown on a simulated Google Cloud with real tokens and real requests. */
final class Demo implements AutoCloseable {
    private static final IdentityId VM = new IdentityId("payments-vm");
    private static final IdentityId JOB = new IdentityId("nightly-job");
    private static final String LOGIN = "/api/v1/auth/gcp-auth/login";

    private final Transcript transcript;
    private final Path data;
    private final AtomicReference<Duration> ahead;
    private final SimulatedGoogle google;
    private final ConcurrentLinkedQueue<String> auditLog;
    private final LocalServer server;

    private Demo(
            Transcript transcript,
            Path data,
            AtomicReference<Duration> ahead,
            SimulatedGoogle google,
            ConcurrentLinkedQueue<String> auditLog,
            LocalServer server) {
        this.transcript = transcript;
        this.data = data;
        this.ahead = ahead;
        this.google = google;
        this.auditLog = auditLog;
        this.server = server;
    }

    static Demo start(Transcript transcript) throws IOException {
        Path data = Files.createTempDirectory("sallyport-demo");
        AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
        InstantSource clock = () -> Instant.now().plus(ahead.get());
        SimulatedGoogle google = SimulatedGoogle.start(clock);
        ConcurrentLinkedQueue<String> auditLog = new ConcurrentLinkedQueue<>();
        Environment environment =
                new Environment(Map.of(), clock, Environment.system().ids(), HttpFetcher.plainHttpToo(), auditLog::add);
        LocalServer server = LocalServer.start(
                environment,
                new LocalServer.Options(
                        "127.0.0.1",
                        0,
                        data,
                        identities(),
                        new GcpVerifier.Endpoints(google.oauth2Certs(), google.serviceAccountCerts())));
        return new Demo(transcript, data, ahead, google, auditLog, server);
    }

    private static List<Identity> identities() {
        return List.of(
                IdentityDocument.read(
                        VM,
                        Map.of(
                                "name", "Payments",
                                "projects", Map.of("shop", List.of("reader")),
                                "gcpAuth",
                                        Map.of(
                                                "type", "gce",
                                                "allowedServiceAccounts", "payments@shop.iam.gserviceaccount.com",
                                                "allowedProjects", "shop",
                                                "allowedZones", "europe-west1-b, europe-west1-c",
                                                "accessTokenTTL", 3600,
                                                "accessTokenMaxTTL", 86400))),
                IdentityDocument.read(
                        JOB,
                        Map.of(
                                "name",
                                "Nightly job",
                                "gcpAuth",
                                Map.of(
                                        "type",
                                        "iam",
                                        "allowedServiceAccounts",
                                        "nightly@shop.iam.gserviceaccount.com",
                                        "singleUse",
                                        true,
                                        "accessTokenTTL",
                                        600,
                                        "accessTokenMaxTTL",
                                        600))));
    }

    void play() throws IOException, InterruptedException, MalformedJsonException {
        SimulatedServiceAccount payments = google.serviceAccount("payments@shop.iam.gserviceaccount.com");
        Instance instance = new Instance(
                "shop", 326694433618L, "europe-west1-b", "2875949485074006138", "payments-1", Instant.now());
        try (MetadataServer metadata = google.metadataServer(payments, instance)) {
            String idToken = askMetadataServer(metadata);
            String accessToken = logIn(idToken);
            useTheToken(accessToken);
            logInAsServiceAccount();
            denials(metadata);
            rotation(metadata, idToken);
        }
    }

    private String askMetadataServer(MetadataServer metadata) throws IOException, InterruptedException {
        transcript.act("A virtual machine asks its metadata server for a token that is meant for its identity alone.");
        HttpResponse<String> response = transcript.exchange(identityToken(metadata, VM, "full"), "");
        transcript.check("the metadata server gave an ID token", response.statusCode() == 200);
        transcript.say("Google says in it:");
        transcript.decoded(response.body());
        return response.body();
    }

    private String logIn(String idToken) throws IOException, InterruptedException, MalformedJsonException {
        transcript.act("It logs in with that token. Nobody gave it a secret.");
        HttpResponse<String> response = logInWithJson(VM, idToken);
        transcript.check("the login is granted", response.statusCode() == 200);
        String accessToken = accessToken(response);
        transcript.say("The access token says:");
        transcript.decoded(accessToken);
        return accessToken;
    }

    private void useTheToken(String accessToken) throws IOException, InterruptedException {
        transcript.act(
                "A service gets the access token and checks it by itself, with the keys that Sallyport publishes.");
        transcript.exchange(get("/.well-known/openid-configuration"), "");
        HttpResponse<String> keys = transcript.exchange(get("/.well-known/jwks.json"), "");
        transcript.check(
                "signature, type, issuer, audience and times are right, says a library that knows nothing of Sallyport",
                verifies(accessToken, keys.body()));
        String last = accessToken.substring(accessToken.length() - 20);
        String forged = accessToken.substring(0, accessToken.length() - 20) + new StringBuilder(last).reverse();
        transcript.check("the same token with a changed signature is not", !verifies(forged, keys.body()));
    }

    private void logInAsServiceAccount() throws IOException, InterruptedException, MalformedJsonException {
        transcript.act("A job anywhere else has a service account sign a JWT for it, and logs in with a form.");
        SimulatedServiceAccount nightly = google.serviceAccount("nightly@shop.iam.gserviceaccount.com");
        String payload = Json.writeString(
                Map.of("payload", Json.writeString(Map.of("sub", nightly.email(), "aud", JOB.value()))));
        HttpResponse<String> signed = transcript.exchange(
                HttpRequest.newBuilder(google.iamCredentials()
                                .resolve("/v1/projects/-/serviceAccounts/" + nightly.email() + ":signJwt"))
                        .header("Authorization", "Bearer ya29.simulated")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(payload)),
                payload);
        String jwt = String.valueOf(Json.parseObject(signed.body()).get("signedJwt"));
        transcript.check("the login is granted", logInWithForm(JOB, jwt).statusCode() == 200);
        transcript.say("This identity admits each JWT once only; the same one again:");
        HttpResponse<String> again = logInWithForm(JOB, jwt);
        transcript.check("the replay is denied", again.statusCode() == 401);
        explain(again, "assertion_reused");
    }

    private void denials(MetadataServer metadata) throws IOException, InterruptedException, MalformedJsonException {
        transcript.act("A token that was meant for another identity is denied, and the caller does not learn why.");
        String foreign = send(identityToken(metadata, JOB, "full")).body();
        HttpResponse<String> wrongAudience = logInWithJson(VM, foreign);
        transcript.check("denied", wrongAudience.statusCode() == 401);
        explain(wrongAudience, "wrong_audience");

        transcript.act("Another virtual machine of the same project is denied as well, in the same words.");
        Instance other = new Instance("shop", 326694433618L, "europe-west1-b", "991", "web-1", Instant.now());
        SimulatedServiceAccount web = google.serviceAccount("web@shop.iam.gserviceaccount.com");
        try (MetadataServer webMetadata = google.metadataServer(web, other)) {
            HttpResponse<String> stranger = logInWithJson(
                    VM, send(identityToken(webMetadata, VM, "full")).body());
            transcript.check("denied", stranger.statusCode() == 401);
            transcript.check(
                    "the two answers differ in the request id only",
                    withoutRequestId(stranger).equals(withoutRequestId(wrongAudience)));
            explain(stranger, "service_account_not_allowed");
        }
    }

    private void rotation(MetadataServer metadata, String earlier)
            throws IOException, InterruptedException, MalformedJsonException {
        transcript.act("Google rotates its keys, half a minute passes, and logins go on; then its key server fails.");
        google.rotateIdTokenKeys();
        ahead.set(Duration.ofSeconds(31));
        String rotated = send(identityToken(metadata, VM, "full")).body();
        transcript.check(
                "a token by the new key is admitted", logInWithJson(VM, rotated).statusCode() == 200);
        google.behaviour().fail(500);
        transcript.check(
                "with the key server down, known keys serve on",
                logInWithJson(VM, earlier).statusCode() == 200);
        transcript.say("Google's key server was asked " + google.certsRequests() + " times in all this.");
    }

    /** Shows the audit line of a request, as an operator would look it up by the id that the caller was given. */
    private void explain(HttpResponse<String> denied, String reason) throws MalformedJsonException {
        String requestId = String.valueOf(Json.parseObject(denied.body()).get("reqId"));
        String line = auditLog.stream()
                .filter(entry -> entry.contains(requestId))
                .findFirst()
                .orElse("{}");
        transcript.say("The operator finds in the log by that reqId:");
        transcript.show("  ", line);
        transcript.check(
                "the reason is " + reason, reason.equals(Json.parseObject(line).get("reason")));
    }

    private static String withoutRequestId(HttpResponse<String> response) {
        return response.body().replaceFirst("req-[A-Za-z0-9_-]+", "");
    }

    private static HttpRequest.Builder identityToken(MetadataServer metadata, IdentityId audience, String format) {
        URI uri = URI.create(metadata.identity() + "?audience=" + audience + "&format=" + format);
        return HttpRequest.newBuilder(uri).header("Metadata-Flavor", "Google");
    }

    private HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder(URI.create(server.issuer() + path));
    }

    private HttpResponse<String> logInWithJson(IdentityId identity, String jwt)
            throws IOException, InterruptedException {
        String body = Json.writeString(Map.of("identityId", identity.value(), "jwt", jwt));
        return transcript.exchange(
                get(LOGIN).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)),
                body);
    }

    private HttpResponse<String> logInWithForm(IdentityId identity, String jwt)
            throws IOException, InterruptedException {
        String body = "identityId=" + URLEncoder.encode(identity.value(), StandardCharsets.UTF_8) + "&jwt="
                + URLEncoder.encode(jwt, StandardCharsets.UTF_8);
        return transcript.exchange(
                get(LOGIN)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body)),
                body);
    }

    private static String accessToken(HttpResponse<String> response) throws MalformedJsonException {
        return String.valueOf(Json.parseObject(response.body()).get("accessToken"));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return transcript.exchange(request, "");
    }

    /** As a resource server would (RFC 9068 §4), by nimbus alone. */
    private boolean verifies(String accessToken, String jwks) {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                server.issuer(),
                new JWTClaimsSet.Builder().issuer(server.issuer()).build(),
                Set.of("sub", "exp", "iat", "jti", "client_id")));
        try {
            processor.setJWSKeySelector(
                    new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, new ImmutableJWKSet<>(JWKSet.parse(jwks))));
            return processor.process(accessToken, null) != null;
        } catch (ParseException | BadJOSEException | JOSEException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        google.close();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
