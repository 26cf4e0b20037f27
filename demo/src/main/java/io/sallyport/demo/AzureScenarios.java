package io.sallyport.demo;

import io.sallyport.IdentityId;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.method.provider.Providers;
import io.sallyport.simulated.azure.Imds;
import io.sallyport.simulated.azure.ManagedIdentity;
import io.sallyport.simulated.azure.SimulatedEntra;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Workloads on Azure: a managed identity logs in, and one of another resource group is denied. */
final class AzureScenarios {
    private static final IdentityId IDENTITY = new IdentityId("invoices");
    private static final String PLATFORM = "azure-auth";
    private static final String TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private static final String GROUPS = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/";

    private final DemoClient client;
    private final Transcript transcript;
    private final SimulatedEntra entra;

    AzureScenarios(DemoClient client, SimulatedEntra entra) {
        this.client = client;
        this.transcript = client.transcript();
        this.entra = entra;
    }

    static List<Identity> identities() {
        Map<String, Object> azure = new LinkedHashMap<>();
        azure.put("tenantId", TENANT);
        azure.put("allowedResources", GROUPS + "prod");
        azure.put("accessTokenTTL", 3600);
        return List.of(Providers.DOCUMENTS.read(IDENTITY, Map.of("name", "Invoices", "azureAuth", azure)));
    }

    void logInFromAzure() throws IOException, InterruptedException, MalformedJsonException {
        transcript.act("A virtual machine on Azure logs in with the token of its managed identity.");
        HttpResponse<String> granted = client.logIn(PLATFORM, IDENTITY, token("prod"));
        transcript.check("the login is granted", granted.statusCode() == 200);
        transcript.decoded(DemoClient.accessToken(granted));
        transcript.say(
                "A machine in the resource group prod-dev is denied: names are compared as a whole, segment by segment.");
        HttpResponse<String> denied = client.logIn(PLATFORM, IDENTITY, token("prod-dev"));
        transcript.check("denied", denied.statusCode() == 401);
        client.explain(denied, "azure_resource_not_allowed");
    }

    private String token(String group) throws IOException, InterruptedException, MalformedJsonException {
        ManagedIdentity machine = new ManagedIdentity(
                TENANT,
                "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11",
                "c1d2e3f4-0000-4000-8000-0123456789ab",
                GROUPS + group + "/providers/Microsoft.Compute/virtualMachines/invoices-1");
        try (Imds imds = entra.imds(machine)) {
            String resource = URLEncoder.encode("https://management.azure.com/", StandardCharsets.UTF_8);
            URI uri = URI.create(imds.token() + "?api-version=2018-02-01&resource=" + resource);
            HttpResponse<String> answer =
                    transcript.exchange(HttpRequest.newBuilder(uri).header("Metadata", "true"), "");
            return String.valueOf(Json.parseObject(answer.body()).get("access_token"));
        }
    }
}
