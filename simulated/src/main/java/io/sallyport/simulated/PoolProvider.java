package io.sallyport.simulated;

/** A provider of a workload identity pool. */
public sealed interface PoolProvider permits AwsProvider, OidcProvider {
    ProviderName name();

    boolean disabled();
}
