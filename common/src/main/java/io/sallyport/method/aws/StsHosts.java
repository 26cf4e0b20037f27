package io.sallyport.method.aws;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The hosts of AWS's security token service, by region: AWS General Reference, "AWS Security Token Service endpoints and
 * quotas". A fixed list: a caller that could choose the host would be the one to say who it is.
 */
final class StsHosts {
    static final String AWS = "aws";
    static final String CHINA = "aws-cn";
    static final String US_GOVERNMENT = "aws-us-gov";
    static final String EUROPEAN_SOVEREIGN = "aws-eusc";

    /** The host of the first region, from before there were others. */
    static final String GLOBAL = "sts.amazonaws.com";

    private static final String GLOBAL_REGION = "us-east-1";

    private static final Set<String> REGIONS = Set.of(
            "af-south-1",
            "ap-east-1",
            "ap-east-2",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-south-2",
            "ap-southeast-1",
            "ap-southeast-2",
            "ap-southeast-3",
            "ap-southeast-4",
            "ap-southeast-5",
            "ap-southeast-6",
            "ap-southeast-7",
            "ca-central-1",
            "ca-west-1",
            "eu-central-1",
            "eu-central-2",
            "eu-north-1",
            "eu-south-1",
            "eu-south-2",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "il-central-1",
            "me-central-1",
            "me-south-1",
            "mx-central-1",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2");

    /** The regions with a separate host that meets FIPS 140; those of AWS GovCloud do so themselves. */
    private static final Set<String> FIPS = Set.of("us-east-1", "us-east-2", "us-west-1", "us-west-2");

    private static final Set<String> REGIONS_OF_US_GOVERNMENT = Set.of("us-gov-east-1", "us-gov-west-1");
    private static final Set<String> REGIONS_OF_CHINA = Set.of("cn-north-1", "cn-northwest-1");
    private static final Set<String> REGIONS_OF_EUROPE = Set.of("eusc-de-east-1");

    private StsHosts() {}

    /** The partition that a region is in; empty if the region is not on the list. */
    static Optional<String> partition(String region) {
        if (REGIONS.contains(region)) {
            return Optional.of(AWS);
        }
        if (REGIONS_OF_US_GOVERNMENT.contains(region)) {
            return Optional.of(US_GOVERNMENT);
        }
        if (REGIONS_OF_CHINA.contains(region)) {
            return Optional.of(CHINA);
        }
        return REGIONS_OF_EUROPE.contains(region) ? Optional.of(EUROPEAN_SOVEREIGN) : Optional.empty();
    }

    /** The host of a listed region that is called unless the caller signed for another one. */
    static String regional(String region) {
        String suffix = REGIONS_OF_CHINA.contains(region)
                ? ".amazonaws.com.cn"
                : REGIONS_OF_EUROPE.contains(region) ? ".amazonaws.eu" : ".amazonaws.com";
        return "sts." + region + suffix;
    }

    /** Whether it is a host of that listed region. */
    static boolean isOf(String region, String host) {
        return host.equals(regional(region))
                || (FIPS.contains(region) && host.equals("sts-fips." + region + ".amazonaws.com"))
                || (region.equals(GLOBAL_REGION) && host.equals(GLOBAL));
    }

    /** Whether it is a host of any region. */
    static boolean isListed(String host) {
        for (Set<String> regions : List.of(REGIONS, REGIONS_OF_US_GOVERNMENT, REGIONS_OF_CHINA, REGIONS_OF_EUROPE)) {
            for (String region : regions) {
                if (isOf(region, host)) {
                    return true;
                }
            }
        }
        return false;
    }
}
