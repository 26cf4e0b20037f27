package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.simulated.azure.Imds;
import io.sallyport.simulated.azure.ManagedIdentity;
import io.sallyport.simulated.azure.SimulatedEntra;
import io.sallyport.testing.TestClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A virtual machine on Azure logs in over HTTP with its metadata service's token. */
class AzureLoginTest {
    private static final String TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private static final String APPLICATION = "6f0a7c8e-5f0e-4f63-9d43-0b6f0a2f7b21";
    private static final String GROUP = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/";
    private static final ManagedIdentity VM = identity("prod");
    private static final ManagedIdentity STRANGER = identity("prod-dev");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final TestClock clock = new TestClock();
    private final SimulatedEntra entra = SimulatedEntra.start(clock);
    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
    private LocalServer server;

    @BeforeEach
    void start(@TempDir Path data) {
        Environment environment =
                new Environment(Map.of(), clock, Environment.system().ids(), HttpFetcher.plainHttpToo(), log::add);
        server = LocalServer.start(
                environment,
                new LocalServer.Options(
                        "127.0.0.1",
                        0,
                        data,
                        List.of(
                                identity("payments-vm", Map.of()),
                                identity("payments-api", Map.of("resource", APPLICATION))),
                        entra.replacedAddresses()));
    }

    private static Identity identity(String id, Map<String, Object> more) {
        Map<String, Object> azure =
                new HashMap<>(Map.of("tenantId", TENANT, "allowedResources", GROUP + "Prod", "accessTokenTTL", 600L));
        azure.putAll(more);
        return Providers.DOCUMENTS.read(new IdentityId(id), Map.of("azureAuth", azure));
    }

    private static ManagedIdentity identity(String group) {
        return new ManagedIdentity(
                TENANT,
                "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11",
                "c1d2e3f4-0000-4000-8000-0123456789ab",
                (GROUP + group).replace("Groups", "groups") + "/providers/Microsoft.Compute/virtualMachines/vm-1");
    }

    @AfterEach
    void stop() {
        server.close();
        entra.close();
    }

    @Test
    void isGrantedForATokenOfVersion1() throws Exception {
        HttpResponse<String> response = logIn("payments-vm", token(VM, "https://management.azure.com/"), "");

        assertThat(response.statusCode()).isEqualTo(200);
        Map<String, Object> body = Json.parseObject(response.body());
        assertThat(body).containsEntry("expiresIn", 600L).containsEntry("tokenType", "Bearer");
        assertThat(claims((String) body.get("accessToken")))
                .containsEntry("sub", "payments-vm")
                .containsEntry("auth_method", "azure")
                .containsEntry(
                        "attestation",
                        Map.of(
                                "tenant_id", TENANT,
                                "service_principal_id", VM.objectId(),
                                "client_id", VM.clientId(),
                                "resource_id", VM.resourceId()));
    }

    @Test
    void isGrantedForATokenOfVersion2() throws Exception {
        entra.registerVersion2("api://payments", APPLICATION);

        assertThat(logIn("payments-api", token(VM, "api://payments"), "").statusCode())
                .isEqualTo(200);
    }

    /** Vault Azure, CVE-2025-3879: what the caller sends next to the token does not count. */
    @Test
    void isDeniedToAnotherResourceWhateverItSaysBesideTheToken() throws Exception {
        HttpResponse<String> response = logIn(
                "payments-vm",
                token(STRANGER, "https://management.azure.com/"),
                ",\"subscription_id\":\"0b1f6471-1bf0-4dda-aec3-cb9272f09590\",\"resource_group_name\":\"prod\","
                        + "\"vm_name\":\"vm-1\",\"resource_id\":\"" + VM.resourceId() + "\",\"xms_mirid\":\""
                        + VM.resourceId() + "\",\"tenantId\":\"" + TENANT + "\"");

        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(log).anyMatch(line -> line.contains("azure_resource_not_allowed"));
    }

    @Test
    void isUndecidedWhileEntraIsDown() throws Exception {
        entra.keysBehaviour().fail(503);

        assertThat(logIn("payments-vm", token(VM, "https://management.azure.com/"), "")
                        .statusCode())
                .isEqualTo(503);
        assertThat(log).anyMatch(line -> line.contains("keys_unavailable"));
    }

    private String token(ManagedIdentity identity, String resource) throws Exception {
        try (Imds imds = entra.imds(identity)) {
            URI uri = URI.create(imds.token() + "?api-version=2018-02-01&resource=" + resource);
            String body = CLIENT.send(
                            HttpRequest.newBuilder(uri)
                                    .header("Metadata", "true")
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return (String) Json.parseObject(body).get("access_token");
        }
    }

    private HttpResponse<String> logIn(String identityId, String jwt, String more) throws Exception {
        String body = "{\"identityId\":\"" + identityId + "\",\"jwt\":\"" + jwt + "\"" + more + "}";
        return CLIENT.send(
                HttpRequest.newBuilder(URI.create(server.issuer() + "/api/v1/auth/azure-auth/login"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static Map<String, Object> claims(String jwt) throws Exception {
        byte[] payload = Base64.getUrlDecoder().decode(jwt.split("\\.")[1]);
        return Json.parseObject(new String(payload, StandardCharsets.UTF_8));
    }
}
