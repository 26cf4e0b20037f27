package io.sallyport.method.spiffe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.identity.UnconstrainedException;
import io.sallyport.identity.document.Document;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpiffeAuthTest {
    private static final String KEY = "{\"kty\":\"EC\",\"kid\":\"1\",\"crv\":\"P-256\",\"x\":"
            + "\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"";

    private static final String BUNDLE = "{\"keys\":[" + KEY + ",\"use\":\"jwt-svid\"}]}";

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "spiffe://td/a/b, spiffe://td/a/b, true",
        "spiffe://td/a/*, spiffe://td/a/b, true",
        "spiffe://td/a/*, spiffe://td/a/b/c, false",
        "spiffe://td/a/*, spiffe://td/a, false",
        "spiffe://td/a/b-*, spiffe://td/a/b-, true",
        "spiffe://td/a/b-*, spiffe://td/a/xb-1, false",
        "spiffe://td/*, spiffe://td/a, true",
        "spiffe://td/**, spiffe://td/a, true",
        "spiffe://td/**, spiffe://td/a/b/c, true",
        "spiffe://td/a/**, spiffe://td/a, false",
        "spiffe://td/a/**, spiffe://td/ab/c, false",
        "spiffe://td/a/**/z, spiffe://td/a/z, false",
        "spiffe://td/a/**/z, spiffe://td/a/b/z, true",
        "spiffe://td/a/**/z, spiffe://td/a/b/z/c/z, true",
        "spiffe://td/a/**/z, spiffe://td/a/b/z/c, false",
        "spiffe://td/**/b/**, spiffe://td/a/b/c, true",
        "spiffe://td/**/b/**, spiffe://td/b/b/c, true",
        "spiffe://td/**/b/**, spiffe://td/b/c, false",
        "spiffe://td/**, spiffe://other/a, false",
        "spiffe://td/a, spiffe://td/A, false"
    })
    void matchesBySegments(String pattern, String id, boolean matches) {
        assertThat(new SpiffePattern(pattern).matches(SpiffeId.parse(id).orElseThrow()))
                .isEqualTo(matches);
    }

    @Test
    void matchesInTimeThatGrowsWithTheTextAlone() {
        SpiffeId id = SpiffeId.parse("spiffe://td" + "/a".repeat(1000)).orElseThrow();
        SpiffePattern pattern = new SpiffePattern("spiffe://td" + "/**/a".repeat(400) + "/b");
        assertThat(pattern.matches(id)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "**",
                "/a",
                "spiffe://td",
                "spiffe://td/",
                "spiffe://td/a/",
                "spiffe://td//a",
                "spiffe://td/../a",
                "spiffe://td/./a",
                "spiffe://td/a%2fb",
                "spiffe://TD/a",
                "spiffe://*/a",
                "spiffe://t*/a",
                "SPIFFE://td/a",
                "spiffe://td/a**",
                "spiffe://td/**a",
                "spiffe://td/***",
                "spiffe://td/a?",
                "spiffe://td/{a,b}",
                "spiffe://td/[ab]",
                "spiffe://td/a b",
                "https://td/a",
                "spiffe://td:1/a",
                "spiffe://u@td/a",
                "spiffe:///a"
            })
    void refusesAnyOtherPattern(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new SpiffePattern(text));
    }

    static Stream<Arguments> refusesAMethod() {
        Map<String, Object> nothing = Map.of();
        return Stream.of(
                arguments("without a trust domain", "trustDomain", ""),
                arguments("of a trust domain in capitals", "trustDomain", "TD"),
                arguments("of a trust domain with a scheme", "trustDomain", "spiffe://td"),
                arguments("of a trust domain with a path", "trustDomain", "td/a"),
                arguments("of a number for a trust domain", "trustDomain", 7),
                arguments("of another trust domain's ids", "allowedSpiffeIds", "spiffe://other/a"),
                arguments("of some of another's ids", "allowedSpiffeIds", "spiffe://td/a,spiffe://other/a"),
                arguments("of any id without saying so", "allowedSpiffeIds", "*"),
                arguments("of 51 ids", "allowedSpiffeIds", ids(51)),
                arguments("without an audience", "allowedAudiences", ""),
                arguments("for no audience", "allowedAudiences", List.of()),
                arguments("for any audience", "allowedAudiences", "*"),
                arguments("with a number for audience", "allowedAudiences", 7),
                arguments("without a bundle", "bundle", " "),
                arguments("with a list for a bundle", "bundle", List.of()),
                arguments("with no JSON for a bundle", "bundle", "x"),
                arguments("with an oversize bundle", "bundle", "{" + " ".repeat(65_536) + BUNDLE.substring(1)),
                arguments("with a bundle of X.509 keys", "bundle", "{\"keys\":[" + KEY + ",\"use\":\"x509-svid\"}]}"),
                arguments(
                        "with a bundle of keys for signatures", "bundle", "{\"keys\":[" + KEY + ",\"use\":\"sig\"}]}"),
                arguments("with a bundle of keys without use", "bundle", "{\"keys\":[" + KEY + "}]}"),
                arguments("with a bundle without key ids", "bundle", BUNDLE.replace("\"kid\":\"1\",", "")),
                arguments("with a private key", "bundle", BUNDLE.replace("\"crv\"", "\"d\":\"AA\",\"crv\"")),
                arguments(
                        "with a bundle of another algorithm",
                        "bundle",
                        BUNDLE.replace("\"crv\"", "\"alg\":\"ES384\",\"crv\"")),
                arguments("of an unknown profile", "profile", "https_spiffe"),
                arguments("of a profile without its endpoint", "profile", "https_web"),
                arguments("of a negative refresh", "refreshHintSeconds", -1),
                arguments("of a refresh beyond a month", "refreshHintSeconds", 2_592_001),
                arguments("of a text for refresh", "refreshHintSeconds", "300"),
                arguments("of a CA that is none", "caCert", "x"),
                arguments("of a text for the distribution", "trustBundleDistribution", "static"),
                arguments("of an unknown field", "allowedSpiffeID", nothing));
    }

    private static List<String> ids(int count) {
        return java.util.stream.IntStream.range(0, count)
                .mapToObj(id -> "spiffe://td/" + id)
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesAMethod(String flaw, String field, Object value) {
        Map<String, Object> fields = fields();
        fields.put(field, value);
        if (field.equals("caCert")) {
            fields.remove("bundle");
            fields.put("endpointUrl", "https://spire.example.com/bundle");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> read(fields));
    }

    @Test
    void isUnconstrainedWithoutIds() {
        for (Object none : List.of("", List.of(), " , ")) {
            Map<String, Object> fields = fields();
            fields.put("allowedSpiffeIds", none);
            assertThatExceptionOfType(UnconstrainedException.class).isThrownBy(() -> read(fields));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://spire.example.com",
                "https://u@spire.example.com",
                "https://spire.example.com/#x",
                "https://spire.example.com/%2e",
                "https://127.0.0.1/bundle",
                "https://169.254.169.254/bundle",
                "x"
            })
    void refusesAnEndpointThatIsNoPlainAddress(String url) {
        Map<String, Object> fields = fields();
        fields.remove("bundle");
        fields.put("endpointUrl", url);
        assertThatIllegalArgumentException().isThrownBy(() -> read(fields));
    }

    /** In one form, whichever was written. */
    @Test
    void writesInfisicalsForm() {
        Map<String, Object> flat = fields();
        Map<String, Object> nested = fields();
        nested.remove("bundle");
        nested.put("trustBundleDistribution", Map.of("profile", "static", "bundle", BUNDLE));
        assertThat(read(flat)).isEqualTo(read(nested));
        assertThat(new SpiffeProvider().write(read(flat)))
                .containsEntry("trustBundleDistribution", Map.of("profile", "static", "bundle", BUNDLE))
                .doesNotContainKeys("bundle", "profile");
        Map<String, Object> fetched = fields();
        fetched.remove("bundle");
        fetched.put(
                "trustBundleDistribution",
                Map.of("profile", "https_web_bundle", "endpointUrl", "https://spire.example.com/bundle"));
        assertThat(new SpiffeProvider().write(read(fetched)))
                .containsEntry(
                        "trustBundleDistribution",
                        Map.of(
                                "profile", "https_web_bundle",
                                "endpointUrl", "https://spire.example.com/bundle",
                                "caCert", "",
                                "refreshHintSeconds", 3600L));
        assertThat(read(new SpiffeProvider().write(read(fetched)))).isEqualTo(read(fetched));
    }

    /** What a command or a change names beside the stored form replaces that as a whole. */
    @Test
    void takesFieldsOfTheMethodRatherThanTheStoredForm() {
        Map<String, Object> stored = new SpiffeProvider().write(read(fields()));
        Map<String, Object> changed = new LinkedHashMap<>(stored);
        changed.put("endpointUrl", "https://spire.example.com/bundle");
        assertThat(read(changed).bundle()).isInstanceOf(TrustBundle.AtEndpoint.class);
        changed.remove("endpointUrl");
        changed.put("refreshHintSeconds", 60);
        assertThatIllegalArgumentException().isThrownBy(() -> read(changed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"profile", "unknown"})
    void refusesADistributionWithAFlaw(String flaw) {
        Map<String, Object> fields = fields();
        fields.remove("bundle");
        Map<String, Object> distribution = new LinkedHashMap<>(Map.of("profile", "static", "bundle", BUNDLE));
        if (flaw.equals("profile")) {
            distribution.remove("profile");
        } else {
            distribution.put("unknown", Collections.emptyList());
        }
        fields.put("trustBundleDistribution", distribution);
        assertThatIllegalArgumentException().isThrownBy(() -> read(fields));
    }

    /** Sessions end with the trust domain, its endpoint or a key, and outlive a key that is added. */
    @Test
    void keepsSessionsAsLongAsItsTrust() {
        SpiffeAuth method = read(fields());
        assertThat(method.trust().anchors()).hasSize(1);
        assertThat(method.has(Map.of("trust_domain", "td"))).isTrue();
        assertThat(method.has(Map.of("trust_domain", "other"))).isFalse();
        assertThat(method.has(Map.of())).isFalse();
    }

    private static Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("trustDomain", "td");
        fields.put("allowedSpiffeIds", "spiffe://td/ns/shop/**");
        fields.put("allowedAudiences", List.of("https://login.example.com"));
        fields.put("bundle", BUNDLE);
        return fields;
    }

    private static SpiffeAuth read(Map<String, Object> fields) {
        return new SpiffeProvider().read(new Document("spiffeAuth", fields));
    }
}
