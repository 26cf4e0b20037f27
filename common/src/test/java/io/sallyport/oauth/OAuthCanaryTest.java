package io.sallyport.oauth;

import static io.sallyport.oauth.OAuthFixture.AUDIENCE;
import static io.sallyport.oauth.OAuthFixture.CLIENT;
import static io.sallyport.oauth.OAuthFixture.SECRET;
import static io.sallyport.oauth.OAuthFixture.accessToken;
import static io.sallyport.oauth.OAuthFixture.basic;
import static io.sallyport.oauth.OAuthFixture.error;
import static io.sallyport.oauth.OAuthFixture.form;
import static io.sallyport.oauth.TokenEndpoint.CLIENT_CREDENTIALS;
import static io.sallyport.oauth.TokenEndpoint.GRANT_TYPES;
import static io.sallyport.oauth.TokenEndpoint.JWT_BEARER;
import static io.sallyport.oauth.TokenEndpoint.TOKEN_EXCHANGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Body;
import io.sallyport.http.Handler;
import io.sallyport.http.Response;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No credential sent to the OAuth endpoints gets into the audit log, and nothing malformed gets through. */
final class OAuthCanaryTest {
    private static final List<String> PARAMETERS = List.of(
            "client_secret",
            "client_assertion",
            "assertion",
            "subject_token",
            "actor_token",
            "token",
            "password",
            "refresh_token",
            "code",
            "state");
    private static final List<String> HEADERS =
            List.of("Authorization", "Cookie", "Proxy-Authorization", "DPoP", "X-Api-Key", "X-Forwarded-For");

    private final OAuthFixture world = new OAuthFixture();
    private final List<String> answers = new ArrayList<>();

    private List<String> credentials() {
        String token = accessToken(world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE));
        List<String> credentials = new ArrayList<>(List.of(
                "CANARY-not-a-token",
                SECRET.text(),
                "CANARY." + token,
                token + ".CANARY",
                token,
                world.assertion(),
                world.clientAssertion(),
                token.substring(0, token.length() - 6),
                encoded("{\"alg\":\"CANARY"),
                encoded("{\"alg\":\"ES256\",\"kid\":\"x\"}") + "." + encoded("CANARY{") + ".AAAA"));
        credentials.replaceAll(text -> text.length() > 40 ? text : text + "-" + "CANARY".repeat(5));
        return credentials;
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void letsNoPartOfAnyCredentialIntoTheAudit() {
        List<String> credentials = credentials();
        for (String credential : credentials) {
            for (Handler endpoint : List.of(world.token, world.introspect, world.revoke)) {
                for (String grant : GRANT_TYPES) {
                    sendEverywhere(endpoint, grant, credential);
                }
            }
        }
        assertThat(world.sessions.audits).hasSizeGreaterThan(500);
        String audits = world.sessions.audits.stream()
                .map(audit -> audit.facts() + audit.detail() + audit.request() + audit.reason())
                .collect(Collectors.joining("\n"));
        for (String credential : credentials) {
            assertThat(audits).doesNotContain(credential);
            for (String part : credential.split("\\.")) {
                if (part.length() > 20) {
                    assertThat(audits).doesNotContain(part);
                    assertThat(answers).noneMatch(answer -> answer.contains(part));
                }
            }
        }
        assertThat(audits).doesNotContain("CANARY");
        assertThat(answers).noneMatch(answer -> answer.contains("CANARY"));
    }

    /** What is quoted for the operator never contains a credential. */
    @Test
    void letsNoCredentialInAWrongParameterIntoTheAudit() {
        String token = accessToken(world.tokenFor("grant_type", CLIENT_CREDENTIALS, "audience", AUDIENCE));
        List<String> misplaced = List.of(
                "sallyport_secret_q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA",
                "8f14e45fceea167a5a36dedd4bea2543f2c9b8a17d604e6fb7c1d2a3948576b0",
                token,
                token.substring(0, 150),
                world.assertion(),
                world.clientAssertion());
        for (String credential : misplaced) {
            for (Handler endpoint : List.of(world.token, world.introspect, world.revoke)) {
                for (String parameter :
                        List.of("client_id", "grant_type", "audience", "resource", "scope", "client_ip")) {
                    Map<String, String> form =
                            form("grant_type", CLIENT_CREDENTIALS, "token", "x", parameter, credential);
                    keep(world.send(endpoint, form, basic(CLIENT.value(), SECRET.text())));
                    form.put("client_secret", "x");
                    keep(world.send(endpoint, form));
                }
                keep(world.send(
                        endpoint, form("grant_type", CLIENT_CREDENTIALS, "token", "x"), basic(credential, "x")));
                keep(world.send(
                        endpoint,
                        form(
                                "token",
                                "x",
                                "grant_type",
                                JWT_BEARER,
                                "assertion",
                                saying(credential),
                                "client_id",
                                credential)));
            }
        }
        String told = world.sessions.audits.stream()
                        .map(audit -> audit.facts() + audit.detail() + audit.request() + audit.reason())
                        .collect(Collectors.joining("\n"))
                + answers;
        assertThat(told).contains("(a client secret)", "(a token)", "8f14e4...(64 characters)");
        for (String credential : misplaced) {
            for (int i = 0; i + 20 <= credential.length(); i++) {
                assertThat(told).doesNotContain(credential.substring(i, i + 20));
            }
        }
    }

    /** An unsigned token that carries the text wherever possible. */
    private static String saying(String text) {
        return encoded("{\"alg\":\"ES256\",\"kid\":\"" + text + "\"}") + "."
                + encoded("{\"iss\":\"" + text + "\",\"sub\":\"" + text + "\",\"aud\":\"" + text
                        + "\",\"exp\":4000000000}")
                + ".AAAA";
    }

    private void sendEverywhere(Handler endpoint, String grant, String credential) {
        for (String parameter : PARAMETERS) {
            Map<String, String> form = form(
                    "grant_type",
                    grant,
                    "client_id",
                    CLIENT.value(),
                    "client_assertion_type",
                    ClientAuthenticator.ASSERTION_TYPE,
                    "subject_token_type",
                    "urn:ietf:params:oauth:token-type:jwt",
                    parameter,
                    credential);
            keep(world.send(endpoint, form));
            if (!parameter.startsWith("client_")) {
                form.remove("client_assertion_type");
                keep(world.send(endpoint, form, basic(CLIENT.value(), SECRET.text())));
            }
        }
        for (String header : HEADERS) {
            String encoded = OAuthFixture.encode(form("grant_type", grant, "token", "x"));
            for (String scheme : List.of("", "Bearer ", "Basic ")) {
                keep(world.send(endpoint, encoded, Map.of(header, scheme + credential)));
            }
        }
        keep(world.send(endpoint, form("grant_type", grant, "token", "x"), basic(CLIENT.value(), credential)));
        keep(world.send(endpoint, "token=" + credential + "&token=%" + credential, Map.of()));
    }

    /** A successful answer's own tokens are not an echo. */
    private void keep(Response response) {
        if (response.status() != 200) {
            answers.add(response.body());
        }
    }

    @Test
    void showsNoCredentialInTheTextOfItsTypes() throws Exception {
        String text = "CANARY-0123456789";
        assertThat(new OAuthForm(Map.of("client_secret", text)).toString()).doesNotContain(text);
        assertThat(TokenExchange.Subject.parse(new OAuthForm(Map.of(
                                "subject_token", text, "subject_token_type", "urn:ietf:params:oauth:token-type:jwt")))
                        .toString())
                .doesNotContain(text);
        assertThat(new BasicCredentials("id", new io.sallyport.secret.Secret(text)).toString())
                .doesNotContain(text);
    }

    // Malformed requests.

    static List<String> shapeless() {
        String header = encoded("{\"alg\":\"ES256\",\"kid\":\"x\"}");
        return List.of(
                ".".repeat(60_000),
                "..",
                "A".repeat(17_000),
                header + "." + encoded("[".repeat(8_000)) + ".AAAA",
                header + "." + encoded("{\"a\":".repeat(1_500) + "1" + "}".repeat(1_500)) + ".AAAA",
                header + "." + encoded("{\"exp\":1e999999999}") + ".AAAA",
                header + "." + encoded("{\"exp\":" + "9".repeat(9_000) + "}") + ".AAAA",
                header + "." + encoded("{\"iss\":\"a\",\"iss\":\"b\"}") + ".AAAA",
                encoded("{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"x\"}") + ".AAAA.AAAA.AAAA.AAAA",
                header + "." + encoded("{}") + ".AAAA=",
                "\u0000",
                "\ud83d\ude00");
    }

    @ParameterizedTest
    @MethodSource("shapeless")
    void refusesWhatHasNoShape(String text) {
        int before = world.sessions.stores.reads();
        assertThat(error(world.send(world.token, form("grant_type", JWT_BEARER, "assertion", text))))
                .isIn("400 invalid_grant", "400 invalid_request");
        assertThat(error(world.send(
                        world.token,
                        form(
                                "grant_type",
                                TOKEN_EXCHANGE,
                                "subject_token",
                                text,
                                "subject_token_type",
                                "urn:ietf:params:oauth:token-type:jwt"))))
                .isIn("400 invalid_grant", "400 invalid_request");
        for (Handler endpoint : List.of(world.token, world.introspect, world.revoke)) {
            assertThat(error(world.send(
                            endpoint,
                            form(
                                    "grant_type",
                                    CLIENT_CREDENTIALS,
                                    "token",
                                    "x",
                                    "client_assertion",
                                    text,
                                    "client_assertion_type",
                                    ClientAuthenticator.ASSERTION_TYPE))))
                    .isIn("401 invalid_client", "400 invalid_request");
        }
        assertThat(world.sessions.stores.reads())
                .as("no identity was looked up")
                .isEqualTo(before);
    }

    @Test
    void takesNoBodyOfMoreThan64KiB() throws Exception {
        assertThat(world.send(world.token, "a=".concat("b".repeat(Body.MAX_COUNT - 2)), Map.of())
                        .status())
                .isEqualTo(400);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> Body.of("a=".concat("b".repeat(Body.MAX_COUNT - 1))))
                .returns(Reason.BODY_TOO_LARGE, Refused::reason);
    }

    /** zitadel, CVE-2026-27840: at the endpoint, where an identity is looked up before anything is verified. */
    @Test
    void takesNoPrefixAndNoFlippedBitOfAClientAssertion() {
        String whole = world.clientAssertion();
        assertThat(authenticate(whole).status()).isEqualTo(200);
        for (int length = 0; length < whole.length(); length++) {
            assertThat(authenticate(whole.substring(0, length)).status()).isIn(400, 401);
        }
        for (int i = 0; i < whole.length(); i++) {
            for (int bit = 0; bit < 7; bit++) {
                char[] flipped = whole.toCharArray();
                flipped[i] ^= (char) (1 << bit);
                assertThat(authenticate(new String(flipped)).status()).isIn(400, 401);
            }
        }
    }

    private Response authenticate(String assertion) {
        return world.send(
                world.token,
                form(
                        "grant_type", CLIENT_CREDENTIALS,
                        "client_assertion", assertion,
                        "client_assertion_type", ClientAuthenticator.ASSERTION_TYPE));
    }
}
