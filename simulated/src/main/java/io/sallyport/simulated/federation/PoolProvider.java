package io.sallyport.simulated.federation;

/** A provider of a workload identity pool. */
public sealed interface PoolProvider permits AwsProvider, OidcProvider {
    ProviderName name();

    boolean disabled();
}
