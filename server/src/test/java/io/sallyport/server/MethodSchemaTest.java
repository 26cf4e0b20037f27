package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.identity.document.Provider;
import io.sallyport.json.Json;
import io.sallyport.method.SecretFields;
import io.sallyport.method.provider.MethodSchema;
import io.sallyport.method.provider.Providers;
import io.sallyport.method.provider.SchemaField;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import io.sallyport.simulated.kubernetes.SimulatedCluster;
import io.sallyport.testing.TestClock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The reader of an auth method and the schema that describes it accept and refuse the same documents. Documents are
 * generated from the schema's examples and fields, some of them with a flaw; a failure names the seed that generates
 * its document again.
 *
 * <p>One difference is deliberate: in requests of Infisical's clients, an empty string in a field of few values stands
 * for its default; the schema does not offer it.
 */
class MethodSchemaTest {
    private static final int SEEDS = 150;
    private static final IdentityId ID = new IdentityId("payments");
    private static final Map<String, List<String>> TEXTS = new HashMap<>();

    /** Encrypts nothing. */
    private static final SecretCipher PRETENCE = new SecretCipher() {
        @Override
        public EncryptedSecret encrypt(Secret secret, EncryptionContext place) {
            return new EncryptedSecret("v2.0000000000000000");
        }

        @Override
        public Secret decrypt(EncryptedSecret encryptedSecret, EncryptionContext place) {
            throw new UnsupportedOperationException("it encrypted nothing");
        }
    };

    /** Valid values for strings with a required form; others may be any string. */
    @BeforeAll
    static void makeTexts() throws Exception {
        String jwks = "{\"keys\":["
                + new RSAKeyGenerator(2048).keyID("r").generate().toPublicJWK().toJSONString() + ","
                + new ECKeyGenerator(Curve.P_384)
                        .keyID("e384")
                        .generate()
                        .toPublicJWK()
                        .toJSONString() + ","
                + new ECKeyGenerator(Curve.P_256)
                        .keyID("e")
                        .generate()
                        .toPublicJWK()
                        .toJSONString() + "]}";
        TEXTS.put("jwks", List.of(jwks));
        TEXTS.put("jwksKeys", List.of(jwks));
        try (SimulatedCluster cluster = SimulatedCluster.start(new TestClock())) {
            TEXTS.put("caCert", List.of(cluster.caCertificate()));
        }
        TEXTS.put("tenantId", List.of("72f988bf-86f1-41af-91ab-2d7cd011db47", "72F988BF-86F1-41AF-91AB-2D7CD011DB47"));
        TEXTS.put("resource", List.of("api://sallyport", "https://vault.azure.net/"));
        TEXTS.put("allowedServicePrincipalIds", List.of("a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11", "*"));
        TEXTS.put("allowedResources", List.of("/subscriptions/a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11", "*"));
        TEXTS.put(
                "allowedPrincipalArns",
                List.of("arn:aws:iam::123456789012:role/payments", "arn:aws:iam::123456789012:user/alice", "*"));
        TEXTS.put("allowedAccountIds", List.of("123456789012", "*"));
        TEXTS.put(
                "stsEndpoint",
                List.of(
                        "https://sts.amazonaws.com/",
                        "https://sts.amazonaws.com",
                        "https://sts.eu-west-1.amazonaws.com"));
        TEXTS.put("kubernetesHost", List.of("kube.example.com", "kube.example.com:6443", "https://kube.example.com/"));
        TEXTS.put("tokenReviewerJwt", List.of("eyJh.eyJh.c2ln"));
        TEXTS.put("tokenReviewerJwtSealed", List.of("v2.0123456789abcdef"));
        try (SimulatedCluster cluster = SimulatedCluster.start(new TestClock())) {
            TEXTS.put("jwksCaCert", List.of(cluster.caCertificate()));
        }
        TEXTS.put("oidcDiscoveryUrl", List.of("https://ci.example.com", "https://ci.example.com/realm/"));
        TEXTS.put("jwksUrl", List.of("https://keys.example.com/jwks"));
        TEXTS.put("boundSubject", List.of("job", "job:*", "*", ""));
        TEXTS.put("publicKeys", List.of(pem(new RSAKeyGenerator(2048).generate())));
        TEXTS.put("trustDomain", List.of("prod.example.com", " prod.example.com"));
        TEXTS.put("allowedSpiffeIds", List.of("spiffe://prod.example.com/ns/*/sa/web", "spiffe://prod.example.com/**"));
        TEXTS.put("endpointUrl", List.of("https://spire.prod.example.com", "https://spire.prod.example.com:8443/b"));
        TEXTS.put(
                "bundle",
                List.of("{\"keys\":["
                        + new ECKeyGenerator(Curve.P_384)
                                .keyID("svid")
                                .keyUse(new KeyUse("jwt-svid"))
                                .generate()
                                .toPublicJWK()
                                .toJSONString()
                        + "]}"));
        TEXTS.put("jwksIssuer", List.of("https://issuer.example.com", "https://issuer.example.com/cluster"));
        TEXTS.put("jwksUri", List.of("https://keys.example.com/jwks"));
        TEXTS.put("issuer", List.of("https://ci.example.com"));
        TEXTS.put("subject", List.of("job", "job:*", "*"));
        TEXTS.put("sha256", List.of("ab".repeat(32)));
        TEXTS.put("accessTokenTrustedIps", List.of("10.0.0.0/8", "192.0.2.1", "2001:db8::/32"));
        TEXTS.put("clientSecretTrustedIps", List.of("10.0.0.0/8", "192.0.2.1", "2001:db8::/32"));
    }

    private static String pem(RSAKey key) throws JOSEException {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key.toRSAPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    static Stream<Arguments> documents() {
        return Providers.DOCUMENTS.providers().all().stream()
                .flatMap(provider ->
                        LongStream.range(0, SEEDS).mapToObj(seed -> arguments(provider.name(), provider, seed)));
    }

    static Stream<Arguments> providers() {
        return Providers.DOCUMENTS.providers().all().stream().map(provider -> arguments(provider.name(), provider));
    }

    private static final Map<String, Schema> SCHEMAS = new HashMap<>();

    private static List<String> objections(Provider<?> provider, Map<String, @Nullable Object> document) {
        Schema schema = SCHEMAS.computeIfAbsent(
                provider.name(), name -> MethodSchemas.compiled(MethodSchemas.document(provider)));
        JsonNode json = MethodSchemas.JSON.valueToTree(document);
        return schema.validate(json).stream().map(Object::toString).toList();
    }

    /** Why it is refused; empty if it is accepted. */
    private static Optional<String> refusal(Provider<?> provider, Map<String, @Nullable Object> document) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put(provider.field(), document);
        try {
            Providers.DOCUMENTS.readRecord(
                    ID, new SecretFields(Providers.DOCUMENTS.providers()).encrypt(ID, fields, PRETENCE));
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (Refused e) {
            return Optional.of(e.detail());
        }
    }

    @ParameterizedTest(name = "{0}, seed {2}")
    @MethodSource("documents")
    void takesWhatTheReaderTakesAndNothingElse(String name, Provider<?> provider, long seed) {
        Map<String, @Nullable Object> document = new Documents(provider, seed).make();
        Optional<String> refusal = refusal(provider, document);
        List<String> objections = objections(provider, document);

        assertThat(objections.isEmpty())
                .as(
                        "seed %s makes %s, of which the schema says %s and the reader %s",
                        seed, Json.writeString(document), objections, refusal)
                .isEqualTo(refusal.isEmpty());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("providers")
    void describesNoFieldThatTheReaderDoesNotTake(String name, Provider<?> provider) {
        MethodSchema schema = MethodSchema.of(provider);
        Set<String> described = new HashSet<>();
        Stream.concat(schema.fields().stream(), schema.policyFields().stream()).forEach(field -> {
            described.add(field.name());
            if (field.kind() == SchemaField.Kind.ENTRIES) {
                field.entryFields().forEach(entry -> described.add(field.name() + "." + entry.name()));
            }
        });
        Set<String> taken = new HashSet<>();
        int refused = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Map<String, @Nullable Object> document = new Documents(provider, seed).make();
            if (refusal(provider, document).isPresent()) {
                refused++;
                continue;
            }
            document.values().removeIf(Objects::isNull);
            taken.addAll(document.keySet());
            document.forEach((field, value) -> {
                if (value instanceof List<?> entries) {
                    entries.forEach(entry -> {
                        if (entry instanceof Map<?, ?> members) {
                            members.keySet().forEach(member -> taken.add(field + "." + member));
                        }
                    });
                }
            });
        }
        taken.remove("accessTokenTrustedIps.ipAddress");
        taken.remove("clientSecretTrustedIps.ipAddress");
        assertThat(taken).isEqualTo(described);
        assertThat(refused).as("documents with a flaw").isBetween(SEEDS / 5, 4 * SEEDS / 5);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("providers")
    void saysOfEachFieldWhatItMeans(String name, Provider<?> provider) {
        MethodSchema schema = MethodSchema.of(provider);
        assertThat(schema.title()).isEqualTo(provider.type().getSimpleName());
        assertThat(schema.description()).endsWith(".");
        Stream.of(schema.fields(), schema.policyFields())
                .flatMap(List::stream)
                .flatMap(field -> field.kind() == SchemaField.Kind.ENTRIES
                        ? Stream.concat(Stream.of(field), field.entryFields().stream())
                        : Stream.of(field))
                .forEach(field -> assertThat(field.description())
                        .as(field.name())
                        .hasSizeBetween(10, 300)
                        .endsWith(".")
                        .doesNotContain("\n", "|"));
        provider.secret().ifPresent(secret -> {
            assertThat(schema.field(secret.plain()).orElseThrow().isSensitive()).isTrue();
            assertThat(schema.field(secret.encrypted()).orElseThrow().encrypts())
                    .contains(secret.plain());
        });
        provider.credentialFields()
                .forEach(field -> assertThat(schema.field(field)).as(field).isPresent());
    }

    /** Generates documents of one method from its examples: the same one for the same seed. */
    private static final class Documents {
        private static final List<String> TEXT = List.of("shop", "a-b.c", "x");

        /** Keys for each algorithm, and an issuer that no schema could recognize as shared by many. */
        private static final Set<String> AS_THE_TEST_HAS_IT = Set.of("jwks", "jwksKeys", "issuer");

        private final MethodSchema schema;
        private final Random random;

        Documents(Provider<?> provider, long seed) {
            schema = MethodSchema.of(provider);
            random = new Random(31 * seed + provider.name().hashCode());
        }

        Map<String, @Nullable Object> make() {
            Map<String, @Nullable Object> document = copy(one(schema.examples()));
            List<SchemaField> fields = new ArrayList<>(schema.fields());
            fields.addAll(schema.policyFields());
            addTo(document, fields, 12);
            entries(document).forEach(entry -> addTo(entry.members(), entry.fields(), 6));
            for (int flaws = random.nextInt(3) - 1; flaws > 0; flaws--) {
                List<Entry> entries = entries(document);
                if (entries.isEmpty() || random.nextBoolean()) {
                    spoil(document, fields);
                } else {
                    Entry entry = one(entries);
                    spoil(entry.members(), entry.fields());
                }
            }
            return document;
        }

        /** An entry of a list, and the fields that it may have. */
        private record Entry(Map<String, @Nullable Object> members, List<SchemaField> fields) {}

        @SuppressWarnings("unchecked")
        private List<Entry> entries(Map<String, @Nullable Object> document) {
            List<Entry> entries = new ArrayList<>();
            for (SchemaField field : schema.fields()) {
                if (field.kind() == SchemaField.Kind.ENTRIES && document.get(field.name()) instanceof List<?> list) {
                    for (Object entry : list) {
                        if (entry instanceof Map<?, ?> members) {
                            entries.add(new Entry((Map<String, @Nullable Object>) members, field.entryFields()));
                        }
                    }
                }
            }
            return entries;
        }

        /** One field in this many gets a valid value, whether it fits the others or not. */
        private void addTo(Map<String, @Nullable Object> object, List<SchemaField> fields, int oneIn) {
            for (SchemaField field : fields) {
                if (field.kind() != SchemaField.Kind.ENTRIES && !followsItsKeys(field) && random.nextInt(oneIn) == 0) {
                    object.put(field.name(), random.nextInt(6) == 0 ? null : good(field));
                }
            }
        }

        /** No schema can say of which algorithm a key in PEM is. */
        private boolean followsItsKeys(SchemaField field) {
            return field.name().equals("algorithm")
                    && schema.field("publicKeys").isPresent();
        }

        private Object good(SchemaField field) {
            List<?> texts = TEXTS.getOrDefault(field.name(), TEXT);
            return switch (field.kind()) {
                case TEXT -> one(texts);
                case CHOICE -> one(field.choices());
                case FLAG -> random.nextBoolean();
                case NUMBER -> number(field, random.nextBoolean() ? 0 : 1 + random.nextInt(100_000));
                case COMMA_LIST -> one(List.of(one(texts), List.of(one(texts)), "", List.of()));
                case LIST ->
                    random.nextBoolean() ? List.of(one(texts)) : List.of(Map.of("ipAddress", one(texts)), one(texts));
                case MAP -> random.nextBoolean() ? Map.of() : Map.of("team", one(rules(field)));
                case ENTRIES -> throw new IllegalStateException("entries are those of the examples");
            };
        }

        /** What a member of a map may be: a text, or, for the rules of claims, also several demanded texts. */
        private static List<Object> rules(SchemaField field) {
            return field.name().toLowerCase(Locale.ROOT).endsWith("claims")
                    ? List.of("shop", "*", "a, b", Map.of("all", List.of("x", "y*")), Map.of("all", List.of("*")))
                    : List.copyOf(TEXT);
        }

        /** No schema can say that a TTL is not longer than the max TTL, so it never is, here. */
        private static long number(SchemaField field, long number) {
            return switch (field.name()) {
                case "accessTokenTTL" -> number % 1000;
                case "accessTokenMaxTTL" -> number == 0 ? 0 : bound(field, "maximum");
                default -> number;
            };
        }

        private void spoil(Map<String, @Nullable Object> object, List<SchemaField> fields) {
            SchemaField field = one(fields);
            switch (random.nextInt(6)) {
                case 0 -> object.remove(field.name());
                case 1 -> object.put(field.name(), null);
                case 2 -> object.put(random.nextBoolean() ? "unknown" : field.name() + "s", "x");
                case 3 -> object.put(field.name(), outOfBounds(field, object.get(field.name())));
                default -> object.put(field.name(), ofAnotherType(field));
            }
        }

        private Object outOfBounds(SchemaField field, @Nullable Object value) {
            boolean low = random.nextBoolean();
            return switch (field.kind()) {
                case TEXT -> low || bound(field, "maxLength") == 0 ? "" : "x".repeat(1 + bound(field, "maxLength"));
                case CHOICE -> one(field.choices()) + "x";
                case NUMBER -> low ? -1L : 1L + bound(field, "maximum");
                case LIST -> low ? List.of() : addresses(1 + bound(field, "maxItems"));
                case ENTRIES ->
                    low || !(value instanceof List<?> list) || list.isEmpty()
                            ? List.of()
                            : Collections.nCopies(1 + bound(field, "maxItems"), list.get(0));
                case MAP ->
                    Map.of("team", low ? "" : one(List.of(1L, Map.of("any", List.of("x")), Map.of("all", List.of()))));
                case FLAG, COMMA_LIST -> ofAnotherType(field);
            };
        }

        /** All different, since equal ones count once. */
        private static List<String> addresses(int count) {
            return IntStream.range(0, count).mapToObj(host -> "10.0.0." + host).toList();
        }

        /** 0 if the schema has none. */
        private static int bound(SchemaField field, String keyword) {
            return field.schema().get(keyword) instanceof Long most ? most.intValue() : 0;
        }

        private Object ofAnotherType(SchemaField field) {
            List<Object> values = new ArrayList<>(
                    List.of("x", 5L, 0.5, true, Map.of("a", "b"), List.of(5L), List.of(Map.of("a", "b"))));
            switch (field.kind()) {
                case TEXT, CHOICE, COMMA_LIST -> values.remove("x");
                case NUMBER -> values.remove(5L);
                case FLAG -> values.remove(true);
                case MAP -> values.remove(Map.of("a", "b"));
                case LIST, ENTRIES -> {}
            }
            return one(values);
        }

        private <T> T one(List<T> values) {
            return values.get(random.nextInt(values.size()));
        }

        private static Map<String, @Nullable Object> copy(Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((name, value) -> copy.put(
                    String.valueOf(name),
                    AS_THE_TEST_HAS_IT.contains(name) ? TEXTS.get(name).get(0) : copied(value)));
            return copy;
        }

        private static @Nullable Object copied(@Nullable Object value) {
            if (value instanceof List<?> list) {
                return new ArrayList<>(list.stream().map(Documents::copied).toList());
            }
            return value instanceof Map<?, ?> map ? copy(map) : value;
        }
    }
}
