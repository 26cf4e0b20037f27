package io.sallyport.demo;

import io.sallyport.IdentityId;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.method.provider.Providers;
import io.sallyport.simulated.google.MetadataServer;
import io.sallyport.simulated.google.SimulatedGoogle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Services call each other, each with a token for the other only. */
final class TokenScenarios {
    private static final IdentityId STOREFRONT = new IdentityId("storefront");
    private static final IdentityId ORDERS = new IdentityId("orders-api-service");
    private static final IdentityId BILLING = new IdentityId("billing-api-service");
    private static final String ORDERS_API = "orders-api";
    private static final String BILLING_API = "billing-api";
    private static final String ACCOUNT_OF = "@shop.iam.gserviceaccount.com";
    private static final String GRANT = "urn:ietf:params:oauth:grant-type:";

    private final DemoClient client;
    private final Transcript transcript;
    private final SimulatedGoogle google;

    TokenScenarios(DemoClient client, SimulatedGoogle google) {
        this.client = client;
        this.transcript = client.transcript();
        this.google = google;
    }

    static List<Identity> identities() {
        return List.of(
                identity(STOREFRONT, List.of(), List.of(grant(ORDERS_API, "read write"), grant(BILLING_API, "pay"))),
                identity(
                        ORDERS, List.of(audience(ORDERS_API, "read write")), List.of(grant(BILLING_API, "pay refund"))),
                identity(BILLING, List.of(audience(BILLING_API, "pay refund")), List.of()));
    }

    private static Identity identity(IdentityId id, List<Object> audiences, List<Object> grants) {
        Map<String, Object> gcp = Map.of("type", "gce", "allowedServiceAccounts", id + ACCOUNT_OF);
        return Providers.DOCUMENTS.read(id, Map.of("audiences", audiences, "grants", grants, "gcpAuth", gcp));
    }

    private static Map<String, Object> audience(String name, String scopes) {
        return Map.of("name", name, "scopes", List.of(scopes.split(" ")));
    }

    private static Map<String, Object> grant(String audience, String scopes) {
        return Map.of("audience", audience, "scopes", List.of(scopes.split(" ")));
    }

    void tokensForServices() throws IOException, InterruptedException, MalformedJsonException {
        transcript.act("The storefront requests a token for the orders API, for which it has a grant.");
        HttpResponse<String> issued = ask(ORDERS_API, "write");
        String token = accessToken(issued);
        transcript.check(
                "a token for " + ORDERS_API + " with the scope write",
                issued.statusCode() == 200
                        && "write".equals(Json.parseObject(issued.body()).get("scope")));
        transcript.decoded(token);
        transcript.say("Without a grant, it gets no token:");
        HttpResponse<String> denied = ask("payroll-api", "");
        transcript.check("denied", denied.statusCode() == 400);
        client.explain(denied, "grant_missing");

        transcript.act("The orders API introspects the token, and calls billing on the storefront's behalf.");
        Map<String, @Nullable Object> answer = client.introspectAsAClient(idTokenOf(ORDERS), token);
        transcript.check(
                "the token is active and belongs to the storefront",
                Boolean.TRUE.equals(answer.get("active")) && STOREFRONT.value().equals(answer.get("sub")));
        HttpResponse<String> passedOn = passOn(token, "pay");
        transcript.check("a token for " + BILLING_API, passedOn.statusCode() == 200);
        transcript.decoded(accessToken(passedOn));
        transcript.say("The orders API may refund for itself, but not for the storefront, which may not refund:");
        HttpResponse<String> refund = passOn(token, "refund");
        transcript.check("denied", refund.statusCode() == 400);
        client.explain(refund, "scope_not_granted");
    }

    private HttpResponse<String> passOn(String token, String scope) throws IOException, InterruptedException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", GRANT + "token-exchange");
        form.put("subject_token", token);
        form.put("subject_token_type", "urn:ietf:params:oauth:token-type:access_token");
        form.put("audience", BILLING_API);
        form.put("scope", scope);
        DemoClient.authenticate(form, idTokenOf(ORDERS));
        return client.token(form);
    }

    private HttpResponse<String> ask(String audience, String scope) throws IOException, InterruptedException {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("grant_type", GRANT + "jwt-bearer");
        form.put("assertion", idTokenOf(STOREFRONT));
        form.put("audience", audience);
        if (!scope.isEmpty()) {
            form.put("scope", scope);
        }
        return client.token(form);
    }

    private String idTokenOf(IdentityId identity) throws IOException, InterruptedException {
        try (MetadataServer metadata = google.metadataServer(google.serviceAccount(identity + ACCOUNT_OF))) {
            URI uri = URI.create(metadata.identity() + "?audience=" + identity + "&format=full");
            return transcript
                    .exchange(HttpRequest.newBuilder(uri).header("Metadata-Flavor", "Google"), "")
                    .body();
        }
    }

    private static String accessToken(HttpResponse<String> response) throws MalformedJsonException {
        return String.valueOf(Json.parseObject(response.body()).get("access_token"));
    }
}
