package io.sallyport.outbound.google;

import io.sallyport.settings.HeaderValue;
import io.sallyport.settings.LocalAddress;
import io.sallyport.settings.Variables;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The managed identity of an Azure function: Azure App Service, "How to use managed identities", REST endpoint
 * reference.
 *
 * @param secret the header that proves that this instance sends the request
 */
record AzureIdentity(PlatformEndpoint endpoint, String secret) implements Federation.Platform {
    static final String RESOURCE = "SALLYPORT_GOOGLE_AZURE_RESOURCE";

    private static final String ENDPOINT = "IDENTITY_ENDPOINT";
    private static final String HEADER = "IDENTITY_HEADER";
    private static final String CLIENT_ID = "AZURE_CLIENT_ID";

    private static final Pattern GUID = Pattern.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");
    private static final Pattern APPLICATION = Pattern.compile("[!-~]{1,255}");

    static boolean isPresent(Variables read) {
        return read.isSet(ENDPOINT);
    }

    /** Reads the identity; empty if the configuration cannot work, with the faults recorded. */
    static Optional<AzureIdentity> read(Variables read) {
        Optional<URI> address = read.required(
                ENDPOINT, "the address that Azure gives, which is not on the internet", AzureIdentity::address);
        Optional<String> secret = read.required(HEADER, "what Azure sets beside " + ENDPOINT, HeaderValue::parse);
        Optional<String> resource = read.required(
                RESOURCE,
                "the application id URI that the pool provider takes as audience, such as api://sallyport",
                text -> matching(APPLICATION, text));
        String clientId =
                read.optional(CLIENT_ID, "the client id of a user-assigned identity", "", text -> matching(GUID, text));
        return address.flatMap(uri -> secret.flatMap(value -> resource.map(
                application -> new AzureIdentity(new PlatformEndpoint(query(uri, application, clientId)), value))));
    }

    private static URI address(String text) {
        URI uri = LocalAddress.parse(text);
        if (uri.getRawQuery() != null) {
            throw new IllegalArgumentException("it has a query");
        }
        if (!"https".equals(uri.getScheme()) && LocalAddress.isPublic(uri.getHost())) {
            throw new IllegalArgumentException("http, and a host that may be anywhere");
        }
        return uri;
    }

    private static String matching(Pattern pattern, String text) {
        if (!pattern.matcher(text).matches()) {
            throw new IllegalArgumentException("it is not of that form");
        }
        return text;
    }

    private static URI query(URI endpoint, String resource, String clientId) {
        String client = clientId.isEmpty() ? "" : "&client_id=" + encode(clientId);
        return URI.create(endpoint + "?api-version=2019-08-01&resource=" + encode(resource) + client);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Entra's access token for the resource, which Google's token service accepts as a JWT. */
    String token() throws IOException {
        return endpoint.text(endpoint.get("X-IDENTITY-HEADER", secret), "access_token");
    }

    /** Omits the secret. */
    @Override
    public String toString() {
        return "AzureIdentity[" + endpoint + "]";
    }
}
