package io.sallyport.store.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.json.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RestValuesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "null",
                "\"a\"",
                "{}",
                "{\"stringValue\":\"a\",\"integerValue\":\"1\"}",
                "{\"stringValue\":1}",
                "{\"stringValue\":null}",
                "{\"integerValue\":1.5}",
                "{\"integerValue\":\"1.5\"}",
                "{\"integerValue\":\"\"}",
                "{\"integerValue\":\"9223372036854775808\"}",
                "{\"doubleValue\":\"1\"}",
                "{\"doubleValue\":null}",
                "{\"booleanValue\":\"true\"}",
                "{\"timestampValue\":\"yesterday\"}",
                "{\"timestampValue\":1}",
                "{\"mapValue\":[]}",
                "{\"mapValue\":{\"fields\":[]}}",
                "{\"mapValue\":{\"fields\":{\"a\":1}}}",
                "{\"arrayValue\":{\"values\":{}}}",
                "{\"arrayValue\":{\"values\":[1]}}"
            })
    void takesNothingForWhatItIsNot(String value) throws Exception {
        Object parsed = Json.parseObject("{\"value\":" + value + "}").get("value");
        assertThatExceptionOfType(RestFailure.class)
                .isThrownBy(() -> RestValues.read(parsed))
                .returns("MALFORMED_ANSWER", RestFailure::code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytesValue", "referenceValue", "geoPointValue", "vectorOfTomorrowValue"})
    void takesWhatNoneOfOursIsForThat(String kind) throws Exception {
        assertThat(RestValues.read(Map.of(kind, "AAAA"))).isEqualTo(new RestValues.Other(kind));
    }

    @Test
    void takesWhatIsEmptyForEmpty() throws Exception {
        assertThat(RestValues.read(Map.of("mapValue", Map.of()))).isEqualTo(Map.of());
        assertThat(RestValues.read(Map.of("arrayValue", Map.of()))).isEqualTo(List.of());
        assertThat(RestValues.readFields(null)).isEmpty();
    }

    @Test
    void writesNoValueThatFirestoreHasNoFormFor() {
        assertThatIllegalArgumentException().isThrownBy(() -> RestValues.write(BigDecimal.ONE));
    }
}
