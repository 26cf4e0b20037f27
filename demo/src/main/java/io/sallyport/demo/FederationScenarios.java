package io.sallyport.demo;

import io.sallyport.IdentityId;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.method.provider.Providers;
import io.sallyport.simulated.federation.OidcProvider;
import io.sallyport.simulated.federation.ProviderName;
import io.sallyport.simulated.federation.SimulatedIamCredentials;
import io.sallyport.simulated.federation.SimulatedSts;
import io.sallyport.simulated.google.MetadataServer;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A workload exchanges its platform's token for access to Google Cloud: with our token, and without a service account
 * key.
 */
final class FederationScenarios {
    static final IdentityId IDENTITY = new IdentityId("reports");
    static final ProviderName PROVIDER = new ProviderName("326694433618", "workloads", "sallyport");

    private static final ProviderName OTHER = new ProviderName("326694433618", "partners", "sallyport");
    private static final String TYPE = "urn:ietf:params:oauth:token-type:";
    private static final String CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform";
    private static final String MACHINE = "reports@shop.iam.gserviceaccount.com";
    private static final String TARGET = "warehouse-reader@shop.iam.gserviceaccount.com";
    private static final String SERVICE = "https://orders.example.com";

    private final DemoClient client;
    private final Transcript transcript;
    private final SimulatedGoogle google;
    private final SimulatedSts sts;
    private final SimulatedIamCredentials iam;

    FederationScenarios(DemoClient client, SimulatedGoogle google, SimulatedSts sts, SimulatedIamCredentials iam) {
        this.client = client;
        this.transcript = client.transcript();
        this.google = google;
        this.sts = sts;
        this.iam = iam;
    }

    /** The workload, and its grants. */
    static List<Identity> identities() {
        Map<String, Object> gcp = Map.of("type", "gce", "allowedServiceAccounts", MACHINE);
        return List.of(
                Providers.DOCUMENTS.read(IDENTITY, Map.of("grants", List.of(PROVIDER.audience()), "gcpAuth", gcp)));
    }

    /**
     * The steps of docs/federation.md with gcloud: providers that trust the issuer, and the principals that may
     * impersonate the account.
     */
    void trust(String issuer) {
        sts.register(OidcProvider.of(PROVIDER, issuer));
        sts.register(OidcProvider.of(OTHER, issuer));
        SimulatedServiceAccount target = google.serviceAccount(TARGET);
        iam.allow(target.email(), PROVIDER.principal(IDENTITY.value()));
    }

    void reachGoogleCloud() throws IOException, InterruptedException, MalformedJsonException {
        transcript.act("A workload requests a token for Google's token service, with its machine's own token.");
        HttpResponse<String> issued = tokenFor(PROVIDER.audience());
        transcript.check("the token is issued", issued.statusCode() == 200);
        if (issued.statusCode() != 200) {
            return;
        }
        String token = member(issued, "access_token");
        transcript.decoded(token);

        transcript.act(
                "Google's token service reads Sallyport's discovery document and keys, and returns a federated token.");
        HttpResponse<String> federated = exchange(token, PROVIDER.audience());
        String accessToken = member(federated, "access_token");
        transcript.check(
                "it stands for the identity " + IDENTITY,
                sts.identity(accessToken)
                        .filter(identity -> identity.subject().equals(IDENTITY.value()))
                        .isPresent());

        transcript.act(
                "The identity impersonates the service account that it may use. No one holds a key of that account.");
        HttpResponse<String> impersonated = generate(
                accessToken, TARGET, "AccessToken", Map.of("scope", List.of(CLOUD_PLATFORM), "lifetime", "600s"));
        transcript.check(
                "an access token of " + TARGET,
                iam.account(member(impersonated, "accessToken"))
                        .filter(TARGET::equals)
                        .isPresent());
        HttpResponse<String> idToken =
                generate(accessToken, TARGET, "IdToken", Map.of("audience", SERVICE, "includeEmail", true));
        transcript.check("and an ID token for a service", idToken.statusCode() == 200);
        if (idToken.statusCode() == 200) {
            transcript.decoded(member(idToken, "token"));
        }
        denials(token, accessToken);
    }

    private void denials(String token, String accessToken)
            throws IOException, InterruptedException, MalformedJsonException {
        transcript.act("The identity gets no further than it was allowed to.");
        transcript.say("The identity may not impersonate any other service account:");
        transcript.check(
                "denied",
                generate(accessToken, MACHINE, "AccessToken", Map.of("scope", List.of(CLOUD_PLATFORM)))
                                .statusCode()
                        == 403);
        transcript.say("A token that was issued for another provider is valid only there:");
        transcript.check("refused", exchange(token, OTHER.audience()).statusCode() == 400);
    }

    /** Requests a token with the jwt-bearer grant, RFC 7523 §2.1. */
    private HttpResponse<String> tokenFor(String audience) throws IOException, InterruptedException {
        try (MetadataServer metadata = google.metadataServer(google.serviceAccount(MACHINE))) {
            URI uri = URI.create(metadata.identity() + "?audience=" + IDENTITY + "&format=full");
            String idToken = transcript
                    .exchange(HttpRequest.newBuilder(uri).header("Metadata-Flavor", "Google"), "")
                    .body();
            Map<String, String> form = new LinkedHashMap<>();
            form.put("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
            form.put("client_id", IDENTITY.value());
            form.put("audience", audience);
            form.put("assertion", idToken);
            return client.token(form);
        }
    }

    private HttpResponse<String> exchange(String token, String audience) throws IOException, InterruptedException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        form.put("audience", audience);
        form.put("scope", CLOUD_PLATFORM);
        form.put("requested_token_type", TYPE + "access_token");
        form.put("subject_token_type", TYPE + "jwt");
        form.put("subject_token", token);
        return client.postForm(HttpRequest.newBuilder(sts.token()), form);
    }

    private HttpResponse<String> generate(String accessToken, String account, String what, Map<String, Object> request)
            throws IOException, InterruptedException {
        URI uri = URI.create(iam.uri() + "/v1/projects/-/serviceAccounts/" + account + ":generate" + what);
        return client.postJson(HttpRequest.newBuilder(uri).header("Authorization", "Bearer " + accessToken), request);
    }

    private static String member(HttpResponse<String> response, String name) throws MalformedJsonException {
        return String.valueOf(Json.parseObject(response.body()).get(name));
    }
}
