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

/** What follows a login: its token is used, counted, renewed and revoked. */
final class SessionScenarios {
    private static final IdentityId WORKER = new IdentityId("worker");
    private static final IdentityId SERVICE = new IdentityId("orders-service");
    private static final String PLATFORM = "gcp-auth";

    private final DemoClient client;
    private final Transcript transcript;
    private final SimulatedGoogle google;

    SessionScenarios(DemoClient client, SimulatedGoogle google) {
        this.client = client;
        this.transcript = client.transcript();
        this.google = google;
    }

    /** @param issuer the audience of login tokens: the service owns it */
    static List<Identity> identities(String issuer) {
        Map<String, Object> worker = new LinkedHashMap<>();
        worker.put("type", "gce");
        worker.put("allowedServiceAccounts", "worker@shop.iam.gserviceaccount.com");
        worker.put("accessTokenTTL", 600);
        worker.put("accessTokenMaxTTL", 900);
        worker.put("accessTokenNumUsesLimit", 3);
        Map<String, Object> service = new LinkedHashMap<>();
        service.put("type", "gce");
        service.put("allowedServiceAccounts", "orders@shop.iam.gserviceaccount.com");
        return List.of(
                Providers.DOCUMENTS.read(WORKER, Map.of("name", "Worker", "gcpAuth", worker)),
                Providers.DOCUMENTS.read(
                        SERVICE, Map.of("name", "Orders service", "audiences", List.of(issuer), "gcpAuth", service)));
    }

    void countedUses() throws IOException, InterruptedException, MalformedJsonException {
        transcript.act(
                "A worker's token is valid for three uses. The service that receives it asks Sallyport each time.");
        String own = logIn(SERVICE, "orders@shop.iam.gserviceaccount.com");
        String shown = logIn(WORKER, "worker@shop.iam.gserviceaccount.com");
        for (long left = 2; left >= 0; left--) {
            Map<String, @Nullable Object> answer = client.introspect(own, shown);
            transcript.check(
                    "active, with " + left + " uses left",
                    Boolean.TRUE.equals(answer.get("active"))
                            && Long.valueOf(left).equals(answer.get("uses_left")));
        }
        transcript.check(
                "the fourth use is refused", client.introspect(own, shown).equals(Map.of("active", false)));
    }

    /** @param pass skips 500 seconds */
    void renewal(Runnable pass) throws IOException, InterruptedException, MalformedJsonException {
        transcript.act("A session is renewed before its token expires, but not beyond the session's end.");
        String first = logIn(WORKER, "worker@shop.iam.gserviceaccount.com");
        pass.run();
        HttpResponse<String> renewed = client.renew(first);
        Object left = Json.parseObject(renewed.body()).get("expiresIn");
        transcript.check(
                "a new token of the same session, for the remaining 400 s of its 900 s",
                left instanceof Long seconds && seconds > 0 && seconds <= 400);
        transcript.decoded(DemoClient.accessToken(renewed));

        transcript.act("The session is revoked, and with it all its tokens.");
        String second = DemoClient.accessToken(renewed);
        transcript.check("revoked", client.revoke(first).statusCode() == 200);
        HttpResponse<String> refused = client.renew(second);
        transcript.check("the newer token cannot be renewed", refused.statusCode() == 403);
        client.explain(refused, "session_revoked");
        String own = logIn(SERVICE, "orders@shop.iam.gserviceaccount.com");
        transcript.check(
                "introspection reports it as inactive",
                client.introspect(own, second).equals(Map.of("active", false)));
    }

    private String logIn(IdentityId identity, String account)
            throws IOException, InterruptedException, MalformedJsonException {
        try (MetadataServer metadata = google.metadataServer(google.serviceAccount(account))) {
            URI uri = URI.create(metadata.identity() + "?audience=" + identity + "&format=full");
            String idToken = transcript
                    .exchange(HttpRequest.newBuilder(uri).header("Metadata-Flavor", "Google"), "")
                    .body();
            HttpResponse<String> response = client.logIn(PLATFORM, identity, idToken);
            transcript.check(identity + " is logged in", response.statusCode() == 200);
            return DemoClient.accessToken(response);
        }
    }
}
