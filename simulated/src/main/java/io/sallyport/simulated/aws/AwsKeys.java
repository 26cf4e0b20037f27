package io.sallyport.simulated.aws;

import java.time.Instant;
import java.util.Optional;

/**
 * Keys, with whose they are.
 *
 * @param partition they are known in this partition alone: AWS General Reference, "Amazon Resource Names", partition
 * @param expiry for a session's
 */
record AwsKeys(AwsPrincipal principal, TemporaryCredentials credentials, String partition, Optional<Instant> expiry) {}
