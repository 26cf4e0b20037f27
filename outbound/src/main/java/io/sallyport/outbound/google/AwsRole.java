package io.sallyport.outbound.google;

import io.sallyport.settings.HeaderValue;
import io.sallyport.settings.Variables;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The role of a Lambda function. Its keys are in environment variables; with SnapStart they come from the container
 * credentials endpoint instead, since a snapshot would keep the variables beyond the expiry of the keys in them: AWS
 * Lambda Developer Guide, "Activating and managing Lambda SnapStart".
 *
 * @param region whose security token service vouches for the role
 */
record AwsRole(String region, AwsKeys.Source keys) implements Federation.Platform {
    private static final String ID = "AWS_ACCESS_KEY_ID";
    private static final String SECRET = "AWS_SECRET_ACCESS_KEY";
    private static final String TOKEN = "AWS_SESSION_TOKEN";

    private static final String REGION_FORM = "a region, such as eu-west-1";

    /** The region becomes part of a host name. */
    private static final Pattern REGION = Pattern.compile("[a-z]{2,4}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}");

    static boolean isPresent(Variables read) {
        return read.isSet(ID) || ContainerCredentials.isPresent(read);
    }

    /** Reads the role; empty if the configuration cannot work, with the faults recorded. */
    static Optional<AwsRole> read(Variables read) {
        Optional<String> region = read.required(
                read.isSet("AWS_REGION") ? "AWS_REGION" : "AWS_DEFAULT_REGION", REGION_FORM, AwsRole::region);
        Optional<? extends AwsKeys.Source> keys = read.isSet(ID) ? given(read) : ContainerCredentials.read(read);
        return region.flatMap(name -> keys.map(source -> new AwsRole(name, source)));
    }

    private static String region(String text) {
        if (!REGION.matcher(text).matches()) {
            throw new IllegalArgumentException("it is not of that form");
        }
        return text;
    }

    /** Without a session token they would be a user's keys, which never expire. */
    private static Optional<AwsKeys.Source> given(Variables read) {
        Optional<String> id = read.required(ID, "the id of an access key", HeaderValue::parse);
        Optional<String> secret = read.required(SECRET, "the access key's secret part", HeaderValue::parse);
        Optional<String> token = read.required(TOKEN, "the token that temporary keys have", HeaderValue::parse);
        return id.flatMap(known -> secret.flatMap(s -> token.map(t -> {
            AwsKeys keys = new AwsKeys(known, s, t);
            return () -> keys;
        })));
    }
}
