package io.sallyport.cli.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Map;
import java.util.Optional;

/**
 * The Instance Metadata Service of Azure, which issues a managed identity's access token for a resource: the
 * documentation of managed identities, "How to use managed identities for Azure resources on an Azure VM to acquire an
 * access token".
 *
 * @param clientId of the user-assigned identity, if it is not the default
 */
record AzureImds(BoundedHttp http, URI server, String resource, Optional<String> clientId) implements PlatformToken {
    private static final String SERVER = "AZURE_POD_IDENTITY_AUTHORITY_HOST";

    /** The service at {@code AZURE_POD_IDENTITY_AUTHORITY_HOST}, an address, as Azure's own libraries read it. */
    static AzureImds at(Map<String, String> variables, String resource, Optional<String> clientId)
            throws NoTokenException {
        String server = variables.getOrDefault(SERVER, "http://169.254.169.254");
        return new AzureImds(BoundedHttp.direct(), PlatformToken.server(SERVER, server), resource, clientId);
    }

    @Override
    public String get() throws NoTokenException {
        String from = "the Instance Metadata Service";
        URI uri = URI.create(server + "/metadata/identity/oauth2/token?api-version=2018-02-01&resource="
                + URLEncoder.encode(resource, UTF_8)
                + clientId.map(id -> "&client_id=" + id).orElse(""));
        BoundedHttp.Answer answer = http.get(PLATFORM_UNAVAILABLE, from, uri, "Metadata", "true");
        if (answer.status() != 200) {
            throw new NoTokenException(PLATFORM_UNAVAILABLE, from + " answered with status " + answer.status());
        }
        try {
            return PlatformToken.checked(
                    from, String.valueOf(Json.parseObject(answer.body()).get("access_token")));
        } catch (MalformedJsonException e) {
            throw new NoTokenException(PLATFORM_UNAVAILABLE, from + " did not answer with JSON");
        }
    }
}
