package io.sallyport.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Request;
import io.sallyport.json.Json;
import io.sallyport.method.Assertion;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.testing.TestRequest;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LoginRequestTest {
    private static final String JWT = "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl";
    private static final LoginRequest VALID = new LoginRequest(new IdentityId("build-7"), new Assertion(JWT));

    private static LoginRequest parse(Request request) throws Refused {
        return LoginRequest.parse(request, new GcpVerifier(GcpVerifier.Endpoints.GOOGLE, uri -> {
            throw new IOException("nothing is fetched");
        }));
    }

    @Test
    void readsJson() throws Exception {
        assertThat(parse(json(Map.of("identityId", "build-7", "jwt", JWT)))).isEqualTo(VALID);
    }

    @Test
    void readsAForm() throws Exception {
        assertThat(parse(form(Map.of("identityId", "build-7", "jwt", JWT)))).isEqualTo(VALID);
    }

    @Test
    void readsWhatInfisicalsClientsSend() throws Exception {
        assertThat(parse(json(Map.of("identityId", "build-7", "jwt", JWT, "organizationSlug", "acme"))))
                .isEqualTo(VALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "\n", "\t", "\r\n", "   \t\n"})
    void leavesOutSpaceAroundFields(String space) throws Exception {
        Map<String, Object> fields = Map.of("identityId", space + "build-7" + space, "jwt", space + JWT + space);

        assertThat(parse(json(fields))).isEqualTo(VALID);
        assertThat(parse(form(fields))).isEqualTo(VALID);
    }

    /** Vault trusted the resource in the request over the one in the token (CVE-2025-3879). */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "subscription_id",
                "resource_group_name",
                "vm_name",
                "vmss_name",
                "resource_id",
                "role",
                "project",
                "serviceAccount",
                "audience",
                "tenantId",
                "namespace",
                "Jwt",
                "identity_id"
            })
    void ignoresWhatStandsBesideTheToken(String field) throws Exception {
        for (Object value : List.of("other", 7L, true, List.of("other"), Map.of("a", "b"))) {
            assertThat(parse(json(Map.of("identityId", "build-7", "jwt", JWT, field, value))))
                    .isEqualTo(VALID);
        }
        assertThat(parse(form(Map.of("identityId", "build-7", "jwt", JWT, field, "other"))))
                .isEqualTo(VALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "client.example:7_x-Y", "f3b8c1de-3c1c-4c0e-9d5f-6a1a5e1d2c3b"})
    void takesTheIdentity(String id) throws Exception {
        assertThat(parse(json(Map.of("identityId", id, "jwt", JWT))).identityId())
                .isEqualTo(new IdentityId(id));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-a",
                ".a",
                "a/b",
                "a b",
                "a\nb",
                "a\0b",
                "å",
                "a%2f",
                "../a",
                "__a__",
                "a'",
                "\"a\"",
                "*",
                "<a>",
                "a\u2028b",
                "\u00a0a"
            })
    void refusesTheIdentity(String id) {
        assertInvalid(json(Map.of("identityId", id, "jwt", JWT)), "identityId");
        assertInvalid(form(Map.of("identityId", id, "jwt", JWT)), "identityId");
    }

    @Test
    void takesAnIdentityOf127Characters() throws Exception {
        String longest = "a".repeat(127);

        assertThat(parse(json(Map.of("identityId", longest, "jwt", JWT)))
                        .identityId()
                        .value())
                .isEqualTo(longest);
        assertInvalid(json(Map.of("identityId", longest + "a", "jwt", JWT)), "identityId");
    }

    @Test
    void takesATokenOf16KiB() throws Exception {
        String longest = "a".repeat(16 * 1024);

        assertThat(parse(json(Map.of("identityId", "build-7", "jwt", longest)))
                        .assertion()
                        .text())
                .isEqualTo(longest);
        assertThat(parse(form(Map.of("identityId", "build-7", "jwt", " " + longest + "\n")))
                        .assertion()
                        .text())
                .isEqualTo(longest);
        assertInvalid(json(Map.of("identityId", "build-7", "jwt", longest + "a")), "jwt");
        assertInvalid(form(Map.of("identityId", "build-7", "jwt", longest + "a")), "jwt");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void namesEveryFieldThatIsNotValid(String body, List<String> invalid) {
        assertInvalid(TestRequest.json(body.replace('\'', '"')), invalid.toArray(String[]::new));
    }

    static Stream<Arguments> namesEveryFieldThatIsNotValid() {
        return Stream.of(
                arguments("{}", List.of("identityId", "jwt")),
                arguments("{'identityId':'a'}", List.of("jwt")),
                arguments("{'jwt':'a'}", List.of("identityId")),
                arguments("{'identityId':null,'jwt':'a'}", List.of("identityId")),
                arguments("{'identityId':7,'jwt':'a'}", List.of("identityId")),
                arguments("{'identityId':true,'jwt':'a'}", List.of("identityId")),
                arguments("{'identityId':['a'],'jwt':'a'}", List.of("identityId")),
                arguments("{'identityId':{'a':'a'},'jwt':'a'}", List.of("identityId")),
                arguments("{'identityId':'','jwt':'a'}", List.of("identityId")),
                arguments("{'identityId':' ','jwt':'a'}", List.of("identityId")),
                arguments("{'identityId':'a','jwt':null}", List.of("jwt")),
                arguments("{'identityId':'a','jwt':7}", List.of("jwt")),
                arguments("{'identityId':'a','jwt':['a']}", List.of("jwt")),
                arguments("{'identityId':'a','jwt':{'a':'a'}}", List.of("jwt")),
                arguments("{'identityId':'a','jwt':''}", List.of("jwt")),
                arguments("{'identityId':'a','jwt':' \\n'}", List.of("jwt")),
                arguments("{'identityId':'a/b','jwt':' '}", List.of("jwt", "identityId")),
                arguments("{'identityid':'a','JWT':'a'}", List.of("identityId", "jwt")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "identityId=&jwt=", "identityId=+&jwt=%20", "identityId&jwt"})
    void namesEveryFieldOfAFormThatIsNotValid(String body) {
        assertInvalid(TestRequest.form(body), "identityId", "jwt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-www-form-urlencoded"})
    void refusesAFieldThatStandsTwice(String contentType) {
        String body = contentType.endsWith("json")
                ? "{\"identityId\":\"a\",\"jwt\":\"a\",\"jwt\":\"b\"}"
                : "identityId=a&jwt=a&jwt=b";

        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> parse(TestRequest.post(contentType, body)))
                .returns(Reason.MALFORMED_REQUEST, Refused::reason);
    }

    @Test
    void neverTellsTheToken() throws Exception {
        assertThat(VALID.toString()).doesNotContain(JWT);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> parse(json(Map.of("identityId", JWT + "/", "jwt", JWT.repeat(1000)))))
                .satisfies(refused -> assertThat(refused.toString() + refused.detail() + refused.fields())
                        .doesNotContain(JWT));
    }

    private static Request json(Map<String, Object> fields) {
        return TestRequest.json(Json.writeString(new LinkedHashMap<>(fields)));
    }

    private static Request form(Map<String, Object> fields) {
        return TestRequest.form(fields.entrySet().stream()
                .map(field -> field.getKey() + "="
                        + URLEncoder.encode(String.valueOf(field.getValue()), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&")));
    }

    private static void assertInvalid(Request request, String... fields) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> parse(request))
                .returns(Reason.INVALID_FIELDS, Refused::reason)
                .satisfies(refused -> assertThat(refused.fields())
                        .extracting(InvalidField::name)
                        .containsExactly(fields));
    }
}
