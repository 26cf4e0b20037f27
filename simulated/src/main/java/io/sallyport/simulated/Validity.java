package io.sallyport.simulated;

import java.time.Duration;
import java.time.Instant;

/** The validity period of a certificate, both ends included (RFC 5280, section 4.1.2.5). */
public record Validity(Instant notBefore, Instant notAfter) {
    private static final Duration SYSTEM_MANAGED =
            Duration.ofDays(16).plusHours(12).plusMinutes(15);

    /** Of a key that Google holds and rotates. */
    public static Validity systemManaged(Instant created) {
        Instant notBefore = created.minus(Duration.ofDays(1));
        return new Validity(notBefore, notBefore.plus(SYSTEM_MANAGED));
    }

    /** For a key that a user downloaded: without an end. */
    public static Validity userManaged(Instant created) {
        return new Validity(created, Instant.parse("9999-12-31T23:59:59Z"));
    }

    /** For a key that Google held and rotated, expired an hour ago. */
    public static Validity over(Instant now) {
        Instant notAfter = now.minus(Duration.ofHours(1));
        return new Validity(notAfter.minus(SYSTEM_MANAGED), notAfter);
    }
}
