package io.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.IdentityId;
import io.sallyport.method.azure.AzureAuth;
import io.sallyport.method.azure.AzureCloud;
import io.sallyport.method.azure.Guid;
import io.sallyport.method.clientkey.ClientKeyAttestation;
import io.sallyport.method.provider.Providers;
import io.sallyport.token.TokenPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionCutoffsTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final String KEYS = ClientKeyAttestation.METHOD;
    private static final Credential ONE = key(1);

    private static Credential key(int number) {
        return new Credential(KEYS, String.format("%022d", number));
    }

    @Test
    void revokeTheSessionsOfACredentialUpToItsMarkAndNoOthers() {
        SessionCutoffs marks = SessionCutoffs.NONE.upTo(NOON, ONE);
        assertThat(marks.covering(KEYS, Optional.of(ONE), NOON)).contains(NOON);
        assertThat(marks.covering(KEYS, Optional.of(ONE), NOON.plusMillis(1))).isEmpty();
        assertThat(marks.covering(KEYS, Optional.of(key(2)), NOON)).isEmpty();
        assertThat(marks.cover(KEYS, NOON)).isFalse();
    }

    @Test
    void areThoseOfTheLaterOfTwo() {
        SessionCutoffs early = new SessionCutoffs(NOON, Map.of("azure", NOON.plusSeconds(1)), Map.of(ONE, NOON));
        SessionCutoffs late = new SessionCutoffs(NOON.plusSeconds(1), Map.of("azure", NOON), Map.of(key(2), NOON));
        SessionCutoffs both = new SessionCutoffs(
                NOON.plusSeconds(1), Map.of("azure", NOON.plusSeconds(1)), Map.of(ONE, NOON, key(2), NOON));
        AuthMethod<?> azure = new AzureAuth(
                AzureCloud.PUBLIC,
                new Guid("72f988bf-86f1-41af-91ab-2d7cd011db47"),
                "https://management.azure.com/",
                Allowlist.of("*"),
                Allowlist.NONE,
                TokenPolicy.DEFAULT);
        assertThat(early.and(late)).isEqualTo(both);
        assertThat(late.and(early)).isEqualTo(both);
        assertThat(both.upTo(NOON).upTo(NOON, azure).upTo(NOON.minusMillis(1), ONE))
                .isEqualTo(both);
    }

    /** Rotations over a day, a month and two years, each removing a key. */
    static Stream<Duration> intervals() {
        return Stream.of(Duration.ofMinutes(3), Duration.ofHours(2), Duration.ofHours(36));
    }

    @ParameterizedTest
    @MethodSource("intervals")
    void forgetTheOldestCredentialAndReviveNoTokenOfIt(Duration interval) {
        SessionCutoffs marks = SessionCutoffs.NONE;
        Instant now = NOON;
        for (int number = 0; number < 1200; number++) {
            now = now.plus(interval);
            marks = marks.upTo(now, key(number));
        }
        assertThat(marks.credentials()).hasSize(SessionCutoffs.MAX_CREDENTIALS).containsKey(key(1199));
        assertThat(marks.credentials()).doesNotContainKey(key(699)).containsKey(key(700));
        Instant longestToken = now.minus(Duration.ofDays(90));
        for (int number = 0; number < 1200; number++) {
            Instant removed = NOON.plus(interval.multipliedBy(number + 1));
            if (removed.isAfter(longestToken)) {
                assertThat(marks.covering(KEYS, Optional.of(key(number)), removed))
                        .as("key %s", number)
                        .isPresent();
            }
        }
        // A session whose credential was never removed lives on, unless a mark of its age had to be dropped.
        assertThat(marks.covering(KEYS, Optional.of(key(9999)), NOON).isPresent())
                .isEqualTo(interval.multipliedBy(500).compareTo(Duration.ofDays(91)) < 0);
    }

    @Test
    void readADocumentOfMoreCredentialsThanAreRemembered() {
        Map<String, Object> names = new HashMap<>();
        for (int number = 0; number < 2000; number++) {
            names.put(key(number).toString(), NOON.getEpochSecond() + number);
        }
        SessionCutoffs marks = Providers.DOCUMENTS
                .read(new IdentityId("a"), Map.of("credentialNotBefore", names))
                .cutoffs();
        assertThat(marks.credentials()).hasSize(SessionCutoffs.MAX_CREDENTIALS);
        assertThat(marks.methods()).containsEntry(KEYS, NOON.plusMillis(1_499_999));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "client-secret",
                "client-secret/",
                "client-secret/tooshort",
                "/0123456789012345678901",
                "azure/0123456789012345678901",
                "client-secret/012345678901234567890+",
                "client-secret/0123456789012345678901/",
                "client-secret//0123456789012345678901",
                "Client-Secret/0123456789012345678901",
                "client-secret/01234567890123456789012345678901234567890123"
            })
    void nameNoCredentialAs(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Providers.DOCUMENTS.read(
                        new IdentityId("a"), Map.of("credentialNotBefore", Map.of(name, 1_700_000_000L))))
                .withMessageContaining("credentialNotBefore");
    }
}
