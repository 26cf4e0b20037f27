package io.sallyport.simulated.federation;

import io.sallyport.simulated.aws.SimulatedAws;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A workload identity pool provider for an account of AWS, with the default mapping: IAM API, resource {@code
 * projects.locations.workloadIdentityPools.providers}, fields {@code aws} and {@code attributeMapping}.
 *
 * @param aws whose token service is asked
 * @param account its number
 * @param condition on {@code arn}, {@code account} and {@code userid}
 */
public record AwsProvider(
        ProviderName name, SimulatedAws aws, String account, Predicate<Map<String, Object>> condition, boolean disabled)
        implements PoolProvider {
    public static AwsProvider of(ProviderName name, SimulatedAws aws, String account) {
        return new AwsProvider(name, aws, account, caller -> true, false);
    }

    public AwsProvider onlyIf(Predicate<Map<String, Object>> holds) {
        return new AwsProvider(name, aws, account, holds, disabled);
    }
}
