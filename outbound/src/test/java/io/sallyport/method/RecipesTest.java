package io.sallyport.method;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.identity.Attestation;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.jwt.Fetcher;
import io.sallyport.method.kubernetes.KubernetesAuth;
import io.sallyport.method.kubernetes.KubernetesVerifier;
import io.sallyport.method.oidc.OidcVerifier;
import io.sallyport.method.provider.Providers;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import io.sallyport.testing.TestClock;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each recipe of docs/recipes.md admits the token that it shows, and none of those that differ as it says. */
final class RecipesTest {
    private static final IdentityId ID = new IdentityId("recipe");
    private static final String OURS = "https://login.example.com";
    private static final TestClock CLOCK = new TestClock();
    private static final Pattern SECTION = Pattern.compile("(?m)^## (.+)$");
    private static final Pattern BLOCK = Pattern.compile("(?s)```json\n(.*?)```");

    private static final Set<Reason> NOT_ALLOWED = Set.of(
            Reason.SUBJECT_NOT_ALLOWED,
            Reason.CLAIM_NOT_ALLOWED,
            Reason.WRONG_ISSUER,
            Reason.NAMESPACE_NOT_ALLOWED,
            Reason.SERVICE_ACCOUNT_NOT_ALLOWED,
            Reason.POD_NOT_ALLOWED,
            Reason.NODE_NOT_ALLOWED);

    private static RSAKey key;

    record Recipe(
            String name,
            Map<String, @Nullable Object> method,
            Map<String, @Nullable Object> claims,
            List<Map<String, @Nullable Object>> others) {
        @Override
        public String toString() {
            return name;
        }
    }

    @BeforeAll
    static void makeKey() throws Exception {
        key = new RSAKeyGenerator(2048).keyID("1").generate();
    }

    static Stream<Recipe> recipes() throws Exception {
        String page = Files.readString(Path.of("../docs/recipes.md"));
        List<Recipe> recipes = new ArrayList<>();
        String[] sections = SECTION.split(page, -1);
        Matcher names = SECTION.matcher(page);
        for (int i = 1; i < sections.length && names.find(); i++) {
            List<String> blocks = BLOCK.matcher(sections[i])
                    .results()
                    .map(block -> block.group(1))
                    .toList();
            assertThat(blocks).as(names.group(1)).hasSize(3);
            recipes.add(new Recipe(
                    names.group(1),
                    Json.parseObject(blocks.get(0)),
                    Json.parseObject(blocks.get(1)),
                    others(blocks.get(2))));
        }
        return recipes.stream();
    }

    private static List<Map<String, @Nullable Object>> others(String array) throws Exception {
        List<Map<String, @Nullable Object>> others = new ArrayList<>();
        Object changes = Json.parseObject("{\"others\":" + array + "}").get("others");
        for (Object change : (List<?>) Objects.requireNonNull(changes)) {
            Map<String, @Nullable Object> other = new LinkedHashMap<>();
            ((Map<?, ?>) change).forEach((name, value) -> other.put(String.valueOf(name), value));
            others.add(other);
        }
        return others;
    }

    @Test
    void thereAreAllOfThem() throws Exception {
        assertThat(recipes()).hasSize(11);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("recipes")
    void admitsItsTokenAlone(Recipe recipe) throws Exception {
        Identity identity = identity(recipe);
        admit(identity, sign(recipe.claims()));
        assertThat(recipe.others()).isNotEmpty();
        for (Map<String, @Nullable Object> change : recipe.others()) {
            Map<String, @Nullable Object> other = new LinkedHashMap<>(recipe.claims());
            other.putAll(change);
            String token = sign(other);
            assertThatExceptionOfType(Refused.class)
                    .as("%s", change)
                    .isThrownBy(() -> admit(identity, token))
                    .satisfies(refused -> assertThat(refused.reason()).isIn(NOT_ALLOWED));
        }
    }

    private static Identity identity(Recipe recipe) throws Exception {
        Map<String, @Nullable Object> document = new LinkedHashMap<>(recipe.method());
        document.put("name", "recipe");
        return Providers.DOCUMENTS.read(ID, Json.parseObject(Json.write(document)));
    }

    private static void admit(Identity identity, String token) throws Refused {
        OneIssuer issuer = new OneIssuer();
        if (identity.method(KubernetesAuth.class).isPresent()) {
            admit(new KubernetesVerifier(issuer, new NoCipher()), identity, token);
        } else {
            admit(new OidcVerifier(issuer, OURS), identity, token);
        }
    }

    private static <M extends AuthMethod<A>, A extends Attestation> void admit(
            Verifier<M, A> verifier, Identity identity, String token) throws Refused {
        M method = identity.method(verifier.type()).orElseThrow();
        method.admit(verifier.verify(new Assertion(token).parse(), ID, method, CLOCK.instant())
                .attestation());
    }

    private static String sign(Map<String, @Nullable Object> claims) throws Exception {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(claims);
        all.put("iat", CLOCK.instant().getEpochSecond());
        all.put("exp", CLOCK.instant().plusSeconds(300).getEpochSecond());
        // Written as it stands, since a cluster's aud is a list even of one.
        JWSObject jwt = new JWSObject(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("1").build(), new Payload(Json.writeString(all)));
        jwt.sign(new RSASSASigner(key));
        return jwt.serialize();
    }

    /** Every issuer has the one key. */
    private static final class OneIssuer implements GuardedHosts {
        @Override
        public Answer post(URI uri, Optional<CaCertificates> authorities, String bearer, byte[] json) {
            throw new AssertionError("nothing is reviewed");
        }

        @Override
        public Fetcher fetcher(Optional<CaCertificates> authorities) {
            return uri -> new Fetcher.Fetched(200, 300, document(uri.toString()));
        }

        private static String document(String address) {
            int end = address.indexOf("/.well-known/openid-configuration");
            if (end < 0) {
                return new JWKSet(key.toPublicJWK()).toString();
            }
            String base = address.substring(0, end);
            String issuer = base.contains(".azure.com") ? base + "/" : base;
            return Json.writeString(Map.of("issuer", issuer, "jwks_uri", base + "/keys"));
        }
    }

    private static final class NoCipher implements SecretCipher {
        @Override
        public EncryptedSecret encrypt(Secret secret, EncryptionContext context) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Secret decrypt(EncryptedSecret secret, EncryptionContext context) {
            throw new UnsupportedOperationException();
        }
    }
}
