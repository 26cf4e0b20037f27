package io.sallyport.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Verifies tokens with the published keys, which it caches for exactly as long as the answer allows (RFC 9111
 * §5.2.2.1). It fetches at no other time, not even for an unknown key.
 */
public final class CachingVerifier {
    private static final Pattern MAX_AGE = Pattern.compile("(?:^|[ ,])max-age=(\\d+)");

    private final Keys keys;
    private final InstantSource clock;
    private Optional<Cached> cached = Optional.empty();

    /** Gets {@code /.well-known/jwks.json}. */
    @FunctionalInterface
    public interface Keys {
        HttpResponse<String> get() throws Exception;
    }

    private record Cached(JWKSet keys, Instant until) {}

    public CachingVerifier(Keys keys, InstantSource clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /** Whether the token is valid; an expired token does not count, since refusing it is right. */
    boolean accepts(SignedJWT token) throws Exception {
        JWK key = keys().getKeyByKeyId(token.getHeader().getKeyID());
        return key != null ? isSignedBy(key, token) : hasExpired(token);
    }

    private static boolean isSignedBy(JWK key, SignedJWT token) throws JOSEException {
        return token.verify(new DefaultJWSVerifierFactory()
                .createJWSVerifier(token.getHeader(), ((AsymmetricJWK) key).toPublicKey()));
    }

    private boolean hasExpired(SignedJWT token) throws ParseException {
        return !clock.instant()
                .isBefore(token.getJWTClaimsSet().getExpirationTime().toInstant());
    }

    /** Fetches them if its cached keys are not fresh. */
    public synchronized JWKSet keys() throws Exception {
        // Taken before the request, since the answer ages on its way.
        Instant now = clock.instant();
        if (cached.filter(entry -> now.isBefore(entry.until())).isEmpty()) {
            HttpResponse<String> answer = keys.get();
            Matcher maxAge =
                    MAX_AGE.matcher(answer.headers().firstValue("Cache-Control").orElseThrow());
            if (answer.statusCode() != 200 || !maxAge.find()) {
                throw new AssertionError("no keys to keep: " + answer);
            }
            cached = Optional.of(
                    new Cached(JWKSet.parse(answer.body()), now.plusSeconds(Long.parseLong(maxAge.group(1)))));
        }
        return cached.orElseThrow().keys();
    }
}
