package io.sallyport.oauth;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.FormCoding;
import io.sallyport.http.Headers;
import io.sallyport.secret.Secret;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A client's id and secret in the header {@code Authorization} (RFC 7617 §2), each form-encoded first, as OAuth
 * requires and HTTP does not (RFC 6749 §2.3.1, appendix B).
 */
record BasicCredentials(String clientId, Secret secret) {
    private static final String SCHEME = "Basic ";

    /**
     * @return empty if the header is absent, empty, or of another scheme
     * @throws Refused {@link Reason#MALFORMED_REQUEST} if it cannot be read, or is repeated
     */
    static Optional<BasicCredentials> of(Headers headers) throws Refused {
        List<String> values = headers.all("Authorization").stream()
                .filter(value -> !value.isBlank())
                .toList();
        if (values.size() > 1) {
            throw OAuthForm.malformed("two Authorization headers");
        }
        if (values.isEmpty() || !values.get(0).regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Optional.empty();
        }
        byte[] pair = decode(values.get(0).substring(SCHEME.length()).trim());
        int colon = 0;
        while (colon < pair.length && pair[colon] != ':') {
            colon++;
        }
        if (colon == pair.length) {
            throw OAuthForm.malformed("Basic credentials without a colon");
        }
        return Optional.of(new BasicCredentials(
                FormCoding.decode(pair, 0, colon), new Secret(FormCoding.decode(pair, colon + 1, pair.length))));
    }

    private static byte[] decode(String base64) throws Refused {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw OAuthForm.malformed("Basic credentials that are not base64");
        }
    }
}
