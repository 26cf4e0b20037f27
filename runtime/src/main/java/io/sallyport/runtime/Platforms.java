package io.sallyport.runtime;

import io.sallyport.http.outbound.Clusters;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.jwt.Fetcher;
import io.sallyport.method.Assertions;
import io.sallyport.method.azure.AzureVerifier;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.method.jwtbearer.JwtBearerVerifier;
import io.sallyport.method.kubernetes.KubernetesVerifier;
import io.sallyport.outbound.HttpsClusters;
import io.sallyport.secret.Sealer;

/**
 * Where the platforms are that vouch for workloads, and how they are reached.
 *
 * @param fetcher to Google and Entra
 * @param hosts to what identities name: clusters and issuers
 * @param sealer opens the secrets that identities hold
 */
public record Platforms(
        GcpVerifier.Endpoints google, AzureVerifier.Endpoints entra, Fetcher fetcher, Clusters hosts, Sealer sealer) {
    /** The real ones. */
    public static Platforms real(Environment environment, Settings settings) {
        return new Platforms(
                GcpVerifier.Endpoints.GOOGLE,
                AzureVerifier.Endpoints.ENTRA,
                environment.fetcher(),
                new HttpsClusters(settings.addresses()),
                Sealers.with(settings.encryptionKey(), environment));
    }

    /** What admits assertions of all of them. */
    public Assertions assertions(CachedIdentities identities, Settings settings) {
        return new Assertions(
                identities,
                new GcpVerifier(google, fetcher),
                new AzureVerifier(entra, fetcher),
                new KubernetesVerifier(hosts, sealer),
                new JwtBearerVerifier(hosts, settings.issuer().url()));
    }
}
