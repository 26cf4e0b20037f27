package io.sallyport.session;

import static io.sallyport.session.SessionFixture.WORKLOAD;
import static io.sallyport.session.SessionFixture.accessToken;
import static io.sallyport.testing.Property.forAll;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.Reason;
import io.sallyport.http.Response;
import io.sallyport.testing.Generator;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Any sequence of renewals, changes of the policy, revocations and time. */
final class RenewalPropertyTest {
    /** What may happen between two renewals. */
    sealed interface Step {
        record Wait(long seconds) implements Step {}

        record Policy(long ttl, long maxTtl) implements Step {}

        record Revoke() implements Step {}
    }

    private static Generator<List<Step>> steps() {
        Generator<Step> wait = Generator.longs(0, 5000).map(Step.Wait::new);
        Generator<Step> policy = Generator.longs(0, 4000)
                .flatMap(ttl -> Generator.longs(0, 8000)
                        .map(maxTtl -> new Step.Policy(maxTtl == 0 ? ttl : Math.min(ttl, maxTtl), maxTtl)));
        Generator<Step> any = Generator.from(source -> {
            int kind = source.nextInt(11);
            return kind == 0 ? new Step.Revoke() : (kind < 5 ? policy : wait).next(source);
        });
        return any.lists(0, 30);
    }

    /** Vault, CVE-2021-32923 and CVE-2020-25816: whatever the sequence, no session outlives its bound or its end. */
    @Test
    void neverOutlivesItsBoundNorRevivesNorDestroysATokenThatLives() {
        forAll(300, steps(), steps -> {
            SessionFixture each = new SessionFixture();
            List<String> tokens = new ArrayList<>(List.of(each.login(WORKLOAD)));
            long maxTtl = 3600;
            boolean revoked = false;
            Set<String> sessions = Set.of(claims(tokens.get(0)).getStringClaim("sid"));
            for (Step step : steps) {
                if (step instanceof Step.Wait wait) {
                    each.clock.advance(Duration.ofSeconds(wait.seconds()));
                } else if (step instanceof Step.Policy policy) {
                    maxTtl = policy.maxTtl();
                    each.save(
                            WORKLOAD,
                            Map.of("accessTokenTTL", policy.ttl(), "accessTokenMaxTTL", policy.maxTtl()),
                            Map.of());
                } else {
                    revoked |= each.revoke(tokens.get(tokens.size() - 1)).status() == 200;
                }
                for (String token : List.copyOf(tokens)) {
                    boolean unexpired =
                            claims(token).getExpirationTime().toInstant().isAfter(each.clock.instant());
                    Response response = each.renew(token);
                    if (response.status() == 200) {
                        assertThat(unexpired).isTrue();
                        assertThat(revoked).isFalse();
                        JWTClaimsSet renewed = claims(accessToken(response));
                        assertThat(sessions).contains(renewed.getStringClaim("sid"));
                        assertThat(renewed.getExpirationTime().toInstant()).isAfter(each.clock.instant());
                        if (maxTtl > 0) {
                            assertThat(renewed.getExpirationTime().toInstant())
                                    .isBeforeOrEqualTo(renewed.getDateClaim("auth_time")
                                            .toInstant()
                                            .plusSeconds(maxTtl));
                        }
                        if (tokens.size() < 5) {
                            tokens.add(accessToken(response));
                        }
                    } else if (unexpired && !revoked) {
                        // Refused only by the policy; the token itself is as valid as before.
                        assertThat(each.lastAudit().reason()).contains(Reason.SESSION_ENDED);
                        each.save(WORKLOAD, Map.of("accessTokenTTL", 60L, "accessTokenMaxTTL", 0L), Map.of());
                        assertThat(each.renew(token).status()).isEqualTo(200);
                        maxTtl = 0;
                    }
                }
            }
        });
    }

    private static JWTClaimsSet claims(String token) throws ParseException {
        return SignedJWT.parse(token).getJWTClaimsSet();
    }
}
