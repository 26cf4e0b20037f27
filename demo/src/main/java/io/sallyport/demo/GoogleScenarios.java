package io.sallyport.demo;

import io.sallyport.IdentityId;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.method.provider.Providers;
import io.sallyport.simulated.google.Instance;
import io.sallyport.simulated.google.MetadataServer;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Workloads on Google Cloud: how they log in, and how others are denied. */
final class GoogleScenarios {
    private static final IdentityId VM = new IdentityId("payments-vm");
    private static final IdentityId JOB = new IdentityId("nightly-job");
    private static final String PLATFORM = "gcp-auth";

    private final DemoClient client;
    private final Transcript transcript;
    private final SimulatedGoogle google;

    GoogleScenarios(DemoClient client, SimulatedGoogle google) {
        this.client = client;
        this.transcript = client.transcript();
        this.google = google;
    }

    static List<Identity> identities() {
        Map<String, Object> vm = new LinkedHashMap<>();
        vm.put("type", "gce");
        vm.put("allowedServiceAccounts", "payments@shop.iam.gserviceaccount.com");
        vm.put("allowedProjects", "shop");
        vm.put("allowedZones", "europe-west1-b, europe-west1-c");
        vm.put("accessTokenTTL", 3600);
        vm.put("accessTokenMaxTTL", 86400);
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("type", "iam");
        job.put("allowedServiceAccounts", "nightly@shop.iam.gserviceaccount.com");
        job.put("singleUse", true);
        job.put("accessTokenTTL", 600);
        job.put("accessTokenMaxTTL", 600);
        return List.of(
                Providers.DOCUMENTS.read(
                        VM, Map.of("name", "Payments", "projects", Map.of("shop", List.of("reader")), "gcpAuth", vm)),
                Providers.DOCUMENTS.read(JOB, Map.of("name", "Nightly job", "gcpAuth", job)));
    }

    /** A virtual machine of the payments service, with its own metadata server. */
    MetadataServer paymentsMachine() {
        return google.metadataServer(
                google.serviceAccount("payments@shop.iam.gserviceaccount.com"),
                new Instance(
                        "shop", 326694433618L, "europe-west1-b", "2875949485074006138", "payments-1", Instant.now()));
    }

    void logInFromAMachine(MetadataServer metadata) throws IOException, InterruptedException, MalformedJsonException {
        transcript.act("A virtual machine requests a token for its identity from the metadata server.");
        HttpResponse<String> idToken = identityToken(metadata, VM);
        transcript.check("the metadata server gave an ID token", idToken.statusCode() == 200);
        transcript.say("The ID token says:");
        transcript.decoded(idToken.body());

        transcript.act("It logs in with that token. No one gave it a secret.");
        HttpResponse<String> response = client.logIn(PLATFORM, VM, idToken.body());
        transcript.check("the login is granted", response.statusCode() == 200);
        String accessToken = DemoClient.accessToken(response);
        transcript.say("The access token says:");
        transcript.decoded(accessToken);

        transcript.act(
                "A service receives the access token and verifies it itself, with the keys that Sallyport publishes.");
        client.get("/.well-known/openid-configuration");
        String keys = client.get("/.well-known/jwks.json").body();
        transcript.check(
                "a standard JWT library accepts the signature, type, issuer, audience and times",
                client.verifies(accessToken, keys));
        String last = accessToken.substring(accessToken.length() - 20);
        String forged = accessToken.substring(0, accessToken.length() - 20) + new StringBuilder(last).reverse();
        transcript.check("the same token with a changed signature is not", !client.verifies(forged, keys));
    }

    void logInAsAServiceAccount() throws IOException, InterruptedException, MalformedJsonException {
        transcript.act("A job that runs anywhere has a service account sign a JWT, and logs in with a form.");
        SimulatedServiceAccount nightly = google.serviceAccount("nightly@shop.iam.gserviceaccount.com");
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("sub", nightly.email());
        claims.put("aud", JOB.value());
        String payload = Json.writeString(Map.of("payload", Json.writeString(claims)));
        HttpResponse<String> signed = transcript.exchange(
                HttpRequest.newBuilder(google.iamCredentials()
                                .resolve("/v1/projects/-/serviceAccounts/" + nightly.email() + ":signJwt"))
                        .header("Authorization", "Bearer ya29.simulated")
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(payload)),
                payload);
        String jwt = String.valueOf(Json.parseObject(signed.body()).get("signedJwt"));
        transcript.check(
                "the login is granted", client.logInByForm(PLATFORM, JOB, jwt).statusCode() == 200);
        transcript.say("This identity admits each JWT once. The same JWT again:");
        HttpResponse<String> again = client.logInByForm(PLATFORM, JOB, jwt);
        transcript.check("the replay is denied", again.statusCode() == 401);
        client.explain(again, "assertion_reused");
    }

    void denials(MetadataServer metadata) throws IOException, InterruptedException, MalformedJsonException {
        transcript.act("A token for another identity is denied, and the caller does not learn why.");
        HttpResponse<String> wrongAudience =
                client.logIn(PLATFORM, VM, identityToken(metadata, JOB).body());
        transcript.check("denied", wrongAudience.statusCode() == 401);
        client.explain(wrongAudience, "wrong_audience");

        transcript.act("Another virtual machine in the same project is denied too, in the same words.");
        SimulatedServiceAccount web = google.serviceAccount("web@shop.iam.gserviceaccount.com");
        Instance other = new Instance("shop", 326694433618L, "europe-west1-b", "991", "web-1", Instant.now());
        try (MetadataServer webMetadata = google.metadataServer(web, other)) {
            HttpResponse<String> stranger =
                    client.logIn(PLATFORM, VM, identityToken(webMetadata, VM).body());
            transcript.check("denied", stranger.statusCode() == 401);
            transcript.check(
                    "the two answers differ only in the request id",
                    withoutRequestId(stranger).equals(withoutRequestId(wrongAudience)));
            client.explain(stranger, "service_account_not_allowed");
        }
    }

    /** @param pass skips half a minute */
    void rotation(MetadataServer metadata, Runnable pass) throws IOException, InterruptedException {
        transcript.act("Google rotates its keys, half a minute passes, and logins go on; then its key server fails.");
        String earlier = identityToken(metadata, VM).body();
        google.rotateIdTokenKeys();
        pass.run();
        String rotated = identityToken(metadata, VM).body();
        transcript.check(
                "a token signed with the new key is admitted",
                client.logIn(PLATFORM, VM, rotated).statusCode() == 200);
        google.behaviour().fail(500);
        transcript.check(
                "while the key server is down, known keys still work",
                client.logIn(PLATFORM, VM, earlier).statusCode() == 200);
        transcript.say("All this took " + google.certsRequests() + " requests to Google's key server.");
        google.behaviour().recover();
    }

    private HttpResponse<String> identityToken(MetadataServer metadata, IdentityId audience)
            throws IOException, InterruptedException {
        URI uri = URI.create(metadata.identity() + "?audience=" + audience + "&format=full");
        return transcript.exchange(HttpRequest.newBuilder(uri).header("Metadata-Flavor", "Google"), "");
    }

    private static String withoutRequestId(HttpResponse<String> response) {
        return response.body().replaceFirst("req-[A-Za-z0-9_-]+", "");
    }
}
