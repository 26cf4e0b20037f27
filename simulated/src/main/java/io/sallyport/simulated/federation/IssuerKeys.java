package io.sallyport.simulated.federation;

import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** An issuer's keys by OpenID Connect Discovery §4, asked for anew each time; Google keeps them for a while. */
final class IssuerKeys {
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

    private final Map<String, URI> elsewhere = new ConcurrentHashMap<>();

    void discover(String issuer, URI configuration) {
        elsewhere.put(issuer, configuration);
    }

    JWKSet of(String issuer) throws StsRefusal {
        try {
            String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
            var document = JSONObjectUtils.parse(
                    get(elsewhere.getOrDefault(issuer, URI.create(base + "/.well-known/openid-configuration"))));
            // Section 4.3: exactly the issuer that was asked.
            if (!issuer.equals(document.get("issuer"))) {
                throw new IOException("it calls itself " + document.get("issuer"));
            }
            return JWKSet.parse(get(JSONObjectUtils.getURI(document, "jwks_uri")));
        } catch (IOException | ParseException | IllegalArgumentException | NullPointerException e) {
            throw unreachable();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable();
        }
    }

    /** Never says why: seen in issue #1471 of GoogleCloudPlatform/gcs-fuse-csi-driver. */
    private static StsRefusal unreachable() {
        return StsRefusal.invalidGrant("Error connecting to the given credential's issuer.");
    }

    private String get(URI uri) throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException("status " + response.statusCode());
        }
        return response.body();
    }
}
