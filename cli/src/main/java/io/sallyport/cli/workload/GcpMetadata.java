package io.sallyport.cli.workload;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.IdentityId;
import java.net.URI;
import java.net.URLEncoder;
import java.util.Map;

/**
 * The metadata server of Google Cloud, which issues an ID token for an audience: the documentation of Compute Engine,
 * "Verify VM identity".
 */
record GcpMetadata(BoundedHttp http, URI server, IdentityId audience) implements PlatformToken {
    private static final String SERVER = "GCE_METADATA_HOST";

    /** The server at {@code GCE_METADATA_HOST}, a host with or without a port, as Google's own libraries read it. */
    static GcpMetadata at(Map<String, String> variables, IdentityId audience) throws NoTokenException {
        String host = variables.getOrDefault(SERVER, "metadata.google.internal");
        return new GcpMetadata(BoundedHttp.direct(), PlatformToken.server(SERVER, "http://" + host), audience);
    }

    @Override
    public String get() throws NoTokenException {
        String from = "the metadata server";
        URI uri = URI.create(server + "/computeMetadata/v1/instance/service-accounts/default/identity?audience="
                + URLEncoder.encode(audience.value(), UTF_8) + "&format=full");
        BoundedHttp.Answer answer = http.get(PLATFORM_UNAVAILABLE, from, uri, "Metadata-Flavor", "Google");
        if (answer.status() != 200) {
            throw new NoTokenException(PLATFORM_UNAVAILABLE, from + " answered with status " + answer.status());
        }
        return PlatformToken.checked(from, answer.body());
    }
}
