package io.sallyport;

import static io.sallyport.testing.Property.forAll;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.json.Json;
import io.sallyport.testing.Generator;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RedactionTest {
    private static final String SECRET = "sallyport_secret_q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
    private static final String HEADER = "eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ";
    private static final String CLAIMS = "eyJzdWIiOiJwYXltZW50cy12bSIsImF1ZCI6InNhbGx5cG9ydCJ9";
    private static final String SIGNATURE = "c2lnbmF0dXJlLW9mLTY0LWJ5dGVz_w-8kKvN7xI0VniQq83vEjRWeJCrze8SNFZ4kKvN7xI";
    private static final String JWT = HEADER + "." + CLAIMS + "." + SIGNATURE;
    private static final int MAX_LENGTH = 1000;

    private static String redacted(String text) {
        return Redaction.of(text, MAX_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%s",
                "\"%s\"",
                "Bearer %s",
                "the token %s was sent",
                "/api/v1/identities/%s/disable",
                "x%s",
                "a.b.%s",
                "payments-vm:%s",
                "id=%s&x=y",
                "{\"jwt\":\"%s\"}",
                "%s,%1$s",
                "é%s\u202e"
            })
    void leavesOutACredentialIn(String text) {
        for (String credential : new String[] {SECRET, JWT, HEADER + "." + CLAIMS, JWT.substring(0, 100)}) {
            assertNothingOf(credential, redacted(String.format(text, credential)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                SECRET,
                JWT,
                CLAIMS + "." + SIGNATURE,
                SIGNATURE,
                "ewogICJhbGciOiAiUlMyNTYifQ.e30.AAAAAAAAAAAAAAAAAAAAAAAA",
                // Infisical's client secrets, Google's, GitHub's, Vault's and AWS's tokens and keys.
                "8f14e45fceea167a5a36dedd4bea2543f2c9b8a17d604e6fb7c1d2a3948576b0",
                "ya29.a0AfH6SMBx7Zq3kQ-1Vt9fR2uYpLw8eXcN5bJmKdGhTsIoA4zPvWnE",
                "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
                "hvs.CAESIJ2kq9X7vT4mYw1Zr5pLb8NcQeUfHgDjKsAo3iVnMtR6Gh4KHGh2cy5",
                "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
            })
    void leavesOut(String credential) {
        assertNothingOf(credential, redacted(credential));
        assertNothingOf(credential, redacted("there is no client " + credential + "!"));
    }

    @Test
    void leavesOutACredentialThatIsCutOffAnywhere() {
        for (String credential : new String[] {SECRET, JWT}) {
            for (int end = 36; end <= credential.length(); end++) {
                assertNothingOf(credential, redacted(credential.substring(0, end)));
            }
        }
    }

    @Test
    void leavesOutARandomSecretOfAnyLengthAndAlphabet() {
        Random random = new Random(7);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = new byte[32 + random.nextInt(64)];
            random.nextBytes(bytes);
            for (Base64.Encoder encoder : new Base64.Encoder[] {Base64.getEncoder(), Base64.getUrlEncoder()}) {
                String secret = encoder.encodeToString(bytes);
                assertNothingOf(secret, redacted("token " + secret));
            }
        }
    }

    @Test
    void leavesOutBasicCredentialsInWhateverCoding() {
        String user = Base64.getEncoder().encodeToString(("payments-vm:" + SECRET).getBytes(UTF_8));
        String token = Base64.getEncoder().encodeToString((JWT + ":").getBytes(UTF_8));
        for (String credential : new String[] {user, token}) {
            assertNothingOf(credential, redacted(credential));
            assertNothingOf(credential, redacted("Basic " + credential));
        }
        assertThat(redacted("Basic dXNlcjpw")).isEqualTo("Basic (a credential)");
        assertThat(redacted("bearer opaque-1")).isEqualTo("bearer (a credential)");
        assertThat(redacted("basic authentication is not what was sent"))
                .isEqualTo("basic authentication is not what was sent");
    }

    @Test
    void leavesOutWhatPercentEscapesHide() {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < JWT.length(); i++) {
            escaped.append('%').append(Integer.toHexString(JWT.charAt(i)));
        }
        for (String text : new String[] {
            JWT.replace(".", "%2E"),
            JWT.replace(".", "%252e"),
            escaped.toString(),
            SECRET.replace("_", "%5f"),
            "%" + JWT
        }) {
            assertNothingOf(JWT, redacted(text));
            assertNothingOf(SECRET, redacted(text));
            assertNothingOf(escaped.toString(), redacted(text));
        }
        assertThat(redacted("100%25 of a%20b%zz")).isEqualTo("100%25 of a%20b%zz");
    }

    @Test
    void leavesOutAPrivateKey() {
        String pem = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIAbc\n-----END EC PRIVATE KEY-----";
        assertThat(redacted("a " + pem + " b")).isEqualTo("a (a private key) b");
        assertThat(redacted("a " + pem.substring(0, 40) + " b")).isEqualTo("a (a private key)");
    }

    @Test
    void keepsTheBeginningAndTheLengthOfWhatOnlyLooksRandom() {
        assertThat(redacted("no key 8f14e45fceea167a5a36dedd4bea2543f2c9b8a1 here"))
                .isEqualTo("no key 8f14e4...(40 characters) here");
    }

    /** Otherwise operators could not see what was sent. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "payments-vm",
                "0b1f6471-1bf0-4dda-aec3-cb9272f09590",
                "0B1F6471-1bf0-4DDA-aec3-cb9272f09590",
                "id-AAAAAAAAAAAAAAAA00001A",
                "payments.production:eu-west-1.cluster-07",
                "Payments-Prod-EU-West-1-Blue-Cluster-Of-The-Shop",
                "the_nightly_batch_of_the_shop_in_europe_west1_b_number_2",
                "verylongservicenamewithoutanyseparator",
                "payments@shop-123456.iam.gserviceaccount.com",
                "123456789012345678901",
                "system:serviceaccount:shop-production-europe:payments-worker-7d9f8",
                "repo:Shop/Frontend-Service-2/refs/heads/Main-Branch-1:environment:Production",
                "organization/0b1f6471-1bf0-4dda-aec3-cb9272f09590/project/1f0b6471-1bf0-4dda-aec3-cb9272f09590",
                "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourcegroups/Prod/providers/Microsoft.Compute"
                        + "/virtualMachines/vm-1",
                "arn:aws:iam::123456789012:role/PaymentsProductionRole",
                "//iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/sallyport/providers/main",
                "https://token.actions.githubusercontent.com/Shop-Of-2/Frontend",
                "urn:ietf:params:oauth:grant-type:token-exchange",
                "eyes, eyJ and ewok",
                "eworker-payments-production-europe-west1",
                "Bearer token",
                "a\u0000\u009b\u2028\n"
            })
    void leavesAsItIs(String text) {
        assertThat(redacted(text)).isEqualTo(text);
    }

    @Test
    void takesTimeThatGrowsWithWhatIsShownAlone() {
        for (String part :
                new String[] {"a", "e", "ew", "ewk", "eyJ", "b ", "Basic ", "%25", "-----BEGIN ", "A1", "-", "."}) {
            assertThat(Redaction.of(part.repeat(1_000_000), 200)).hasSizeLessThan(300);
        }
    }

    @Test
    void addsNothingToATextWithoutCredentials() {
        forAll(1000, Generator.texts(255), text -> {
            assertThat(redacted(text).length()).isLessThanOrEqualTo(text.length() + 20);
        });
    }

    // Whole lines.

    @ParameterizedTest
    @CsvSource({SECRET + ",(a client secret)", JWT + ",(a token)"})
    void leavesACredentialOutOfALineThatStaysOne(String credential, String instead) throws Exception {
        String line = Json.writeLine(Map.of("name", "a \"" + credential + "\" b"));

        assertThat(Json.parseObject(Redaction.ofLine(line))).isEqualTo(Map.of("name", "a \"" + instead + "\" b"));
    }

    @Test
    void leavesALineAsItIsWhoseIdsBeginAsATokenDoes() {
        String line = "{\"sessionId\":\"eyJAAAAAAAAAAAAAAAAAAA\",\"kid\":\"8f14e45fceea167a5a36dedd4bea2543f2c9b8a1\"}";

        assertThat(Redaction.ofLine(line)).isSameAs(line);
    }

    /** Requires that no 16 consecutive characters of it appear. */
    private static void assertNothingOf(String credential, String text) {
        for (int i = 0; i + 16 <= credential.length(); i++) {
            assertThat(text).doesNotContain(credential.substring(i, i + 16));
        }
    }
}
