package io.sallyport.runtime;

import io.sallyport.method.VerifierContext;
import io.sallyport.outbound.HttpsGuardedHosts;
import java.util.Map;

/** The platforms that vouch for workloads. */
public final class Platforms {
    private Platforms() {}

    /** The real platforms' addresses, and how they are reached. */
    public static VerifierContext real(Environment environment, Settings settings) {
        return new VerifierContext(
                Map.of(),
                environment.fetcher(),
                new HttpsGuardedHosts(settings.addresses()),
                SecretCiphers.with(settings.encryptionKey(), environment),
                settings.issuer().url());
    }
}
