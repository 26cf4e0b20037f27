package io.sallyport.cli.identity;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What becomes of the tokens of an auth method. */
final class PolicyOptions {
    @Option(names = "--ttl", paramLabel = "SECONDS", description = "How long a token lives.")
    private @Nullable Long ttl;

    @Option(
            names = "--max-ttl",
            paramLabel = "SECONDS",
            description = "How long a session lives, with all its renewals; 0 for no limit.")
    private @Nullable Long maxTtl;

    @Option(
            names = "--max-uses",
            paramLabel = "N",
            description = "How often a session's tokens are good; 0 for no limit.")
    private @Nullable Long maxUses;

    @Option(
            names = "--trusted-ip",
            paramLabel = "BLOCK",
            split = ",",
            description = "From where tokens are good: addresses and blocks such as 10.0.0.0/8; 0.0.0.0/0,::/0 for"
                    + " anywhere.")
    private @Nullable List<String> trustedIps;

    FieldMap addTo(FieldMap fields) {
        return fields.put("accessTokenTTL", ttl)
                .put("accessTokenMaxTTL", maxTtl)
                .put("accessTokenNumUsesLimit", maxUses)
                .texts("accessTokenTrustedIps", trustedIps);
    }
}
