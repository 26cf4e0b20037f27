package io.sallyport.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OAuthErrorTest {
    /** Reasons that no OAuth endpoint answers with in this way. */
    private static final Set<Reason> ELSEWHERE = Set.of(
            Reason.BODY_TOO_LARGE,
            Reason.TOKEN_MISSING,
            Reason.ROLE_MISSING,
            Reason.NO_SUCH_IDENTITY,
            Reason.NO_SUCH_METHOD,
            Reason.IDENTITY_EXISTS,
            Reason.METHOD_EXISTS,
            Reason.NAME_TAKEN,
            Reason.MANAGED_ELSEWHERE,
            Reason.STORED_IDENTITY_INVALID,
            Reason.CHANGED_MEANWHILE,
            Reason.DELETE_PROTECTED,
            Reason.INTERNAL_ERROR);

    @ParameterizedTest
    @EnumSource(Reason.class)
    void isWhatTheOperationsPageSays(Reason reason) throws IOException {
        List<String> row = Files.readAllLines(Path.of("../docs/operations.md")).stream()
                .filter(line -> line.startsWith("| `" + reason.code() + "` | "))
                .map(line -> List.of(line.split(" \\| ", -1)))
                .findFirst()
                .orElseThrow();

        assertThat(row.get(2)).isEqualTo(ELSEWHERE.contains(reason) ? "-" : "`" + error(reason) + "`");
    }

    private static String error(Reason reason) {
        if (reason.isPermanent()) {
            return "server_error";
        }
        return reason.isUndecided()
                ? "temporarily_unavailable"
                : OAuthError.of(reason).name().toLowerCase(Locale.ROOT);
    }
}
