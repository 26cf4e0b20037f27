package io.sallyport.identity.document;

import io.sallyport.token.TokenPolicy;
import io.sallyport.token.TrustedIps;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@link TokenPolicy} as the fields that every auth method has beside its own. */
public final class TokenPolicyDocument {
    private TokenPolicyDocument() {}

    public static TokenPolicy read(Document document) {
        Duration maxTtl = document.seconds("accessTokenMaxTTL", TokenPolicy.DEFAULT_TTL);
        Duration ttl = document.seconds("accessTokenTTL", defaultTtl(maxTtl));
        List<String> trustedIps = document.textsOrObjectsWith("accessTokenTrustedIps", "ipAddress");
        return new TokenPolicy(
                ttl,
                maxTtl,
                document.number("accessTokenNumUsesLimit").orElse(0L),
                trustedIps.isEmpty() ? TrustedIps.ANYWHERE : new TrustedIps(trustedIps));
    }

    private static Duration defaultTtl(Duration maxTtl) {
        boolean shorter = !maxTtl.isZero() && maxTtl.compareTo(TokenPolicy.DEFAULT_TTL) < 0;
        return shorter ? maxTtl : TokenPolicy.DEFAULT_TTL;
    }

    public static void write(TokenPolicy policy, Map<String, Object> fields) {
        fields.put("accessTokenTTL", policy.ttl().toSeconds());
        fields.put("accessTokenMaxTTL", policy.maxTtl().toSeconds());
        fields.put("accessTokenNumUsesLimit", policy.maxUses());
        fields.put("accessTokenTrustedIps", policy.trustedIps().blocks());
    }
}
