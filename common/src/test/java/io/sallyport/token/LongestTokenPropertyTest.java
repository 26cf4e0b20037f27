package io.sallyport.token;

import static io.sallyport.testing.Property.forAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.identity.Grant;
import io.sallyport.identity.Identity;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.login.TokenIssuer;
import io.sallyport.method.provider.Providers;
import io.sallyport.session.SessionFixture;
import io.sallyport.testing.Generator;
import io.sallyport.testing.NoKms;
import io.sallyport.testing.Property;
import io.sallyport.testing.TestClock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Our own verifier can read the tokens of every identity that the reader accepts, whatever else they contain. */
class LongestTokenPropertyTest {
    private static final String ISSUER = "https://" + "i".repeat(253) + ":65535";
    private static final String AUDIENCE = "a".repeat(255);
    private static final IdentityId MAX_ID = new IdentityId("i".repeat(127));
    private static final TestClock CLOCK = new TestClock();

    private static final int TRIES = 500;

    /** In the order of the bytes that a character takes in JSON. */
    private static final List<String> CHARACTERS =
            List.of("\u001b", "\u65e5", "\u00e9", "\"", "\\", "\ud83d\ude00", "a");

    private static final List<String> BOUNDED =
            List.of("name ", "role ", "projects ", "accessTokenTrustedIps ", "the grant for " + AUDIENCE + ": scopes ");

    @Test
    void isReadForEveryIdentityThatIsAccepted() {
        forAll(TRIES, documents(), document -> {
            Identity identity;
            try {
                identity = Providers.DOCUMENTS.read(MAX_ID, document);
            } catch (IllegalArgumentException e) {
                assertThat(String.valueOf(e.getMessage()))
                        .matches(message -> BOUNDED.stream().anyMatch(message::startsWith))
                        .contains(" at most ");
                return;
            }
            assertIsRead(worst(identity));
        });
    }

    /** Otherwise the property would say little. */
    @Test
    void isTriedWithManyIdentitiesOfEitherKind() {
        long accepted = Property.samples(TRIES, documents()).stream()
                .filter(LongestTokenPropertyTest::isAccepted)
                .count();
        assertThat(accepted).isGreaterThan(TRIES * 20 / 100).isLessThan(TRIES * 95 / 100);
    }

    private static boolean isAccepted(Map<String, Object> document) {
        try {
            Providers.DOCUMENTS.read(MAX_ID, document);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** With the longest possible signature, of an RSA key of 8192 bits. */
    @Test
    void leavesRoomForTheLongestSignature() throws Refused {
        AccessToken token = worst(Providers.DOCUMENTS.read(MAX_ID, largest()));
        String jwt = new TokenMinter(ISSUER, signing(Algorithm.RS256, 8192 / 8)).mint(token);
        assertThat(jwt.length()).isBetween(15_900, UnverifiedJwt.MAX_LENGTH);
        assertIsRead(token);
    }

    private static void assertIsRead(AccessToken token) throws Refused {
        String jwt = new TokenMinter(ISSUER, SessionFixture.KEYS.signer(NoKms.SUPPLIER)).mint(token);
        VerifiedAccessToken read = new AccessTokenVerifier(ISSUER, SessionFixture.KEYS).verify(jwt, CLOCK.instant());
        assertThat(read.token().session()).isEqualTo(token.session());
        assertThat(read.token().target().scopes()).isEqualTo(token.target().scopes());
        assertThat(read.token().subject().actors()).isEqualTo(token.subject().actors());
        assertThat(read.claims()).containsEntry("name", token.subject().name());
        assertThat(read.claims()).containsEntry("projects", token.subject().projects());
    }

    static Signer signing(Algorithm algorithm, int bytes) {
        return new Signer() {
            @Override
            public String keyId() {
                return "k".repeat(43);
            }

            @Override
            public Algorithm algorithm() {
                return algorithm;
            }

            @Override
            public byte[] sign(byte[] signingInput) {
                return new byte[bytes];
            }
        };
    }

    /** A token of the identity with everything else at its maximum size. */
    private static AccessToken worst(Identity identity) {
        AccessToken.Actor actor = new AccessToken.Actor(
                new IdentityId("i".repeat(127)), "r".repeat(255), "private-key-jwt", CLOCK.instant());
        Grant grant = identity.client().grant(AUDIENCE).orElseThrow();
        return new AccessToken(
                "t".repeat(22),
                identity.asSubject().with(Collections.nCopies(AccessToken.MAX_ACTORS, actor)),
                new AccessToken.Session(
                        new SessionId("s".repeat(22)),
                        CLOCK.instant(),
                        "private-key-jwt",
                        Map.of("fact", "f".repeat(TokenIssuer.MAX_FACTS - "{\"fact\":\"\"}".length())),
                        Long.MAX_VALUE,
                        identity.methods().get(0).policy().trustedIps()),
                new AccessToken.Target(AUDIENCE, grant.scopes(), false),
                CLOCK.instant(),
                CLOCK.instant().plus(TokenPolicy.MAX_TOKEN_TTL));
    }

    private static Map<String, Object> largest() {
        List<String> scopes = new ArrayList<>(
                IntStream.range(0, 10).mapToObj(i -> i + "s".repeat(99)).toList());
        scopes.add("s".repeat(Grant.MAX_SCOPES - 10 * 101));
        return document(
                "\u65e5".repeat(Identity.MAX_NAME),
                "\u65e5".repeat(Identity.MAX_ROLE),
                Map.of("p", List.of("r".repeat(Identity.MAX_PROJECTS - "{\"p\":[\"\"]}".length()))),
                TokenPolicy.MAX_TRUSTED_IPS,
                scopes);
    }

    private static Generator<Map<String, Object>> documents() {
        Generator<String> names = texts(Identity.MAX_NAME + 3);
        Generator<String> roles = texts(Identity.MAX_ROLE + 1);
        Generator<Map<String, List<String>>> projects =
                Generator.maps(texts(60), texts(20).lists(0, 4), 12);
        Generator<List<String>> scopes = Generator.from(source -> {
            int length = source.nextInt(1, 101);
            return IntStream.range(0, source.nextInt(1, 13))
                    .mapToObj(i -> String.valueOf((char) ('a' + i)).repeat(length))
                    .toList();
        });
        return Generator.from(source -> document(
                names.next(source),
                roles.next(source),
                projects.next(source),
                source.nextInt(1, TokenPolicy.MAX_TRUSTED_IPS + 3),
                scopes.next(source)));
    }

    private static Generator<String> texts(int most) {
        return Generator.from(source -> {
            String character = CHARACTERS.get(source.nextInt(CHARACTERS.size()));
            return character.repeat(source.nextInt(1, Math.max(1, most / character.length()) + 1));
        });
    }

    private static Map<String, Object> document(
            String name, String role, Map<String, List<String>> projects, int ips, List<String> scopes) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", name);
        document.put("role", role);
        document.put("projects", projects);
        document.put("grants", List.of(Map.of("audience", AUDIENCE, "scopes", scopes)));
        document.put(
                "gcpAuth",
                Map.of(
                        "type",
                        "gce",
                        "allowedServiceAccounts",
                        "*",
                        "accessTokenTrustedIps",
                        IntStream.range(0, ips)
                                .mapToObj(i -> "2001:db88:ffff:ffff:ffff:ffff:ffff:%04x/128".formatted(0x1000 + i))
                                .toList()));
        return document;
    }
}
