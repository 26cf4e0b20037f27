package io.sallyport.jwt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimsTest {
    @ParameterizedTest
    @ValueSource(longs = {0, 1_772_366_400, 253_402_300_799L})
    void readsTimesFrom1970ToTheYear9999(long seconds) throws Exception {
        assertThat(claims("{\"t\":" + seconds + "}").optionalTime("t")).contains(Instant.ofEpochSecond(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "253402300800", "1.0", "\"1\"", "true", "[1]", "null"})
    void refusesAsATime(String value) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> claims("{\"t\":" + value + "}").optionalTime("t"))
                .returns(Reason.CLAIM_MALFORMED, Refused::reason);
    }

    @Test
    void tellsWhatIsMissingFromWhatIsMalformed() throws Exception {
        Claims claims = claims("{\"text\":\"a\",\"object\":{\"inner\":true},\"none\":null}");
        assertThat(claims.text("text")).isEqualTo("a");
        assertThat(claims.optionalText("other")).isEmpty();
        assertThat(claims.optionalTime("other")).isEmpty();
        assertThat(claims.optionalObject("other")).isEmpty();
        assertThat(claims.optionalObject("object").orElseThrow().optionalFlag("inner"))
                .contains(true);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> claims.text("other"))
                .returns(Reason.CLAIM_MISSING, Refused::reason);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> claims.optionalText("object"))
                .returns(Reason.CLAIM_MALFORMED, Refused::reason);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> claims.optionalObject("none"))
                .returns(Reason.CLAIM_MALFORMED, Refused::reason);
    }

    @Test
    void showsTheNamesOnly() throws Exception {
        assertThat(claims("{\"sub\":\"secret\"}")).hasToString("[sub]");
    }

    @Test
    void takesAKeyIdAsLongAsTheLongest() throws Exception {
        String header = base64url("{\"alg\":\"RS256\",\"kid\":\"" + "k".repeat(256) + "\"}");
        assertThat(UnverifiedJwt.parse(header + "." + base64url("{}") + ".AAAA").keyId())
                .hasSize(256);
    }

    private static Claims claims(String json) throws Exception {
        return new Claims(Json.parseObject(json));
    }

    private static String base64url(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
