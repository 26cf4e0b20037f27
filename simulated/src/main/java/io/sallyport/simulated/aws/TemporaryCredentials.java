package io.sallyport.simulated.aws;

import java.time.Instant;

/** Keys of a session of an AWS role: AWS STS API, data type {@code Credentials}. */
public record TemporaryCredentials(
        String accessKeyId, String secretAccessKey, String sessionToken, Instant expiration) {}
