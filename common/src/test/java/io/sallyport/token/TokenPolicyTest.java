package io.sallyport.token;

import static io.sallyport.testing.Property.forAll;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.testing.Generator;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenPolicyTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest(name = "TTL {0}, max TTL {1}, {2} s into the session: {3} s")
    @CsvSource({
        "60, 3600, 0, 60",
        "60, 3600, 3539, 60",
        "60, 3600, 3541, 59",
        "60, 3600, 3600, 0",
        "60, 3600, 3601, -1",
        "0, 3600, 0, 3600",
        "0, 3600, 3599, 1",
        "60, 0, 1000000000, 60",
        "0, 0, 0, 7776000",
        "0, 0, 5, 7776000",
        "7776000, 0, 0, 7776000",
        "7776001, 0, 0, 7776000",
        "315360000, 315360000, 0, 7776000",
        "0, 315360000, 315359999, 1",
    })
    void givesATokenTheLifetime(long ttl, long maxTtl, long intoSession, long lifetime) {
        Instant now = START.plusSeconds(intoSession);
        assertThat(policy(ttl, maxTtl, 0).expiry(now, START)).isEqualTo(now.plusSeconds(lifetime));
    }

    @Test
    void neverLetsATokenOutliveItsSession() {
        forAll(
                1000,
                Generator.longs(0, 315_360_000),
                Generator.longs(1, 315_360_000),
                Generator.longs(0, 400_000_000),
                (ttl, maxTtl, intoSession) -> {
                    TokenPolicy policy = policy(Math.min(ttl, maxTtl), maxTtl, 0);
                    assertThat(policy.expiry(START.plusSeconds(intoSession), START))
                            .isBeforeOrEqualTo(START.plusSeconds(maxTtl))
                            .isBeforeOrEqualTo(START.plusSeconds(intoSession).plus(TokenPolicy.MAX_TOKEN_TTL));
                });
    }

    @Test
    void endsTheSessionWithTheMaxTtlAndNeverWithoutOne() {
        assertThat(policy(0, 60, 0).sessionEnd(START)).contains(START.plusSeconds(60));
        assertThat(policy(60, 0, 0).sessionEnd(START)).isEmpty();
    }

    @ParameterizedTest(name = "TTL {0}, max TTL {1}, uses {2}")
    @CsvSource({
        "-1, 60, 0",
        "60, -1, 0",
        "61, 60, 0",
        "315360001, 0, 0",
        "0, 315360001, 0",
        "60, 60, -1",
        "9223372036854775807, 0, 0"
    })
    void refusesAPolicyOf(long ttl, long maxTtl, long uses) {
        assertThatIllegalArgumentException().isThrownBy(() -> policy(ttl, maxTtl, uses));
    }

    @Test
    void refusesPartsOfSeconds() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new TokenPolicy(Duration.ofMillis(1500), Duration.ofHours(1), 0, TrustedIps.ANYWHERE));
    }

    @Test
    void takesTheBoundsThemselves() {
        assertThat(policy(60, 60, 0).limitsUses()).isFalse();
        assertThat(policy(315_360_000, 315_360_000, Long.MAX_VALUE).limitsUses())
                .isTrue();
        assertThat(policy(60, 0, 1).limitsUses()).isTrue();
    }

    @Test
    void roundsInstantsDown() {
        assertThat(TokenPolicy.wholeSeconds(START.plusMillis(999))).isEqualTo(START);
    }

    private static TokenPolicy policy(long ttl, long maxTtl, long uses) {
        return new TokenPolicy(Duration.ofSeconds(ttl), Duration.ofSeconds(maxTtl), uses, TrustedIps.ANYWHERE);
    }
}
