package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Check;
import io.sallyport.Reason;
import io.sallyport.cli.explain.Credential;
import io.sallyport.cli.explain.Diagnosis;
import io.sallyport.cli.explain.Flaw;
import io.sallyport.cli.explain.PlatformFixture;
import io.sallyport.cli.explain.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checks that are shown are those of the code, in its order: with real credentials, at simulated clouds. */
class ExplainedChecksTest {
    private static PlatformFixture platforms;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        platforms = new PlatformFixture(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        platforms.close();
    }

    @Test
    void showsThatAGoodCredentialPassesEveryCheck() {
        for (PlatformFixture.Kind kind : platforms.kinds()) {
            Diagnosis diagnosis = platforms.diagnose(kind, kind.good().get());
            assertThat(diagnosis.refusal()).as(kind.toString()).isEmpty();
            assertThat(diagnosis.findings())
                    .allSatisfy(finding -> assertThat(finding.verdict()).isEqualTo(Verdict.OK))
                    .extracting(Diagnosis.Finding::check)
                    .containsExactlyElementsOf(kind.checks());
        }
    }

    @Test
    void namesExactlyTheCheckThatIsNotPassed() {
        for (PlatformFixture.Kind kind : platforms.kinds()) {
            for (Flaw flaw : kind.flaws()) {
                assertStoppedAt(flaw, kind, List.of(flaw));
            }
        }
    }

    /** One check comes before another if, when both fail, the code always reports the first. */
    @Test
    void namesTheFirstOfTwoChecksThatAreNotPassed() {
        int pairs = 0;
        for (PlatformFixture.Kind kind : platforms.kinds()) {
            List<Check> order = kind.checks();
            for (Flaw one : kind.flaws()) {
                for (Flaw other : kind.flaws()) {
                    if (order.indexOf(one.check()) < order.indexOf(other.check()) && one.fitsBeside(other)) {
                        assertStoppedAt(one, kind, List.of(other, one));
                        pairs++;
                    }
                }
            }
        }
        assertThat(pairs).isGreaterThan(700);
    }

    @Test
    void hasAFlawForEveryCheckOnEveryWay() {
        List<PlatformFixture.Kind> logins = platforms.kinds().stream()
                .filter(kind -> !kind.atTokenService())
                .toList();
        for (PlatformFixture.Kind kind : logins) {
            Set<Check> flawed = logins.stream()
                    .filter(same -> same.name().equals(kind.name()))
                    .flatMap(same -> same.flaws().stream())
                    .map(Flaw::check)
                    .collect(Collectors.toSet());
            assertThat(flawed).as(kind.toString()).containsExactlyInAnyOrderElementsOf(kind.checks());
        }
    }

    /** Reasons that no verifier gives: requests, clients, the token service, sessions and the store have separate tests. */
    @Test
    void hasAFlawForEveryReasonOfAVerifier() {
        Set<Reason> given = EnumSet.noneOf(Reason.class);
        platforms.kinds().forEach(kind -> kind.flaws().forEach(flaw -> given.add(flaw.reason())));
        Set<Reason> ofVerifiers = EnumSet.range(Reason.ASSERTION_MALFORMED, Reason.CLAIM_NOT_ALLOWED);
        // They are found by the write at the end of a login, which does not happen here.
        ofVerifiers.remove(Reason.ASSERTION_REUSED);
        ofVerifiers.remove(Reason.SIGNATURE_REUSED);
        assertThat(given).containsAll(ofVerifiers);
    }

    private static void assertStoppedAt(Flaw flaw, PlatformFixture.Kind kind, List<Flaw> flaws) {
        Credential credential = kind.good().get();
        flaws.forEach(each -> each.change().accept(credential));
        Diagnosis diagnosis = platforms.diagnose(kind, credential);
        platforms.recover();
        String story = kind + " with " + flaws;
        assertThat(diagnosis.refusal())
                .as(story)
                .hasValueSatisfying(
                        refused -> assertThat(refused.reason()).as(story).isEqualTo(flaw.reason()));
        List<Diagnosis.Finding> findings = diagnosis.findings();
        int at = findings.stream().map(Diagnosis.Finding::check).toList().indexOf(flaw.check());
        assertThat(at).as(story + " in " + findings).isNotNegative();
        List<Verdict> expected = new ArrayList<>();
        for (int i = 0; i < findings.size(); i++) {
            expected.add(
                    i < at
                            ? Verdict.OK
                            : i > at
                                    ? Verdict.NOT_REACHED
                                    : flaw.reason().isUndecided() ? Verdict.UNDECIDED : Verdict.FAILED);
        }
        assertThat(findings).as(story).extracting(Diagnosis.Finding::verdict).isEqualTo(expected);
        assertThat(findings.get(at).detail()).isNotBlank();
    }
}
