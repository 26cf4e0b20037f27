package io.sallyport.adminapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.http.Response;
import io.sallyport.identity.document.Provider;
import io.sallyport.method.provider.MethodSchema;
import io.sallyport.method.provider.Providers;
import io.sallyport.method.provider.SchemaField;
import io.sallyport.server.AdminFixture;
import io.sallyport.server.ApiFixture;
import io.sallyport.session.SessionFixture;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Infisical's Terraform provider sends beyond the fields that are set: ids of the path, and empty values. */
final class LenientBodiesTest {
    private static final String GCP = "/api/v1/auth/gcp-auth/identities/payments";
    private static final String IDENTITY = "/api/v1/identities/payments";

    private final AdminFixture admin = new AdminFixture();

    static Stream<Arguments> changes() {
        return Stream.of(
                arguments(
                        "attach",
                        "POST",
                        "/api/v1/auth/aws-auth/identities/payments",
                        Map.of("allowedAccountIds", "1".repeat(12))),
                arguments("change a method", "PATCH", GCP, Map.of("accessTokenTTL", 60)),
                arguments("detach", "DELETE", GCP, Map.of()),
                arguments("change an identity", "PATCH", IDENTITY, Map.of("name", "Paid")),
                arguments("delete an identity", "DELETE", IDENTITY, Map.of()),
                arguments("add a secret", "POST", IDENTITY + "/client-secrets", Map.of("id", "first")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void takesTheIdOfThePathInTheBodyToo(String what, String method, String path, Map<String, Object> body) {
        assertThat(admin.ok(method, path, with(body, "identityId", "payments"))).isNotEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void refusesAnotherIdInTheBody(String what, String method, String path, Map<String, Object> body) {
        int writes = admin.world.stores.writes();
        for (Object other : List.of("chief", "Payments", "", 7, List.of("payments"))) {
            refused(method, path, with(body, "identityId", other), "identityId");
        }
        Map<String, Object> none = new HashMap<>(body);
        none.put("identityId", null);
        refused(method, path, none, "identityId");
        assertThat(admin.world.stores.writes()).isEqualTo(writes);
    }

    @Test
    void removesNoSecretIfTheBodyNamesAnother() {
        admin.ok("POST", IDENTITY + "/client-secrets", Map.of("id", "first"));
        String path = IDENTITY + "/client-secrets/first";
        refused("DELETE", path, Map.of("identityId", "payments", "clientSecretId", "second"), "clientSecretId");
        admin.ok("DELETE", path, Map.of("identityId", "payments", "clientSecretId", "first"));
    }

    @Test
    void takesNoIdThatIsNotInThePath() {
        refused("POST", "/api/v1/identities", Map.of("name", "n", "identityId", "n"), "identityId");
        refused("PATCH", GCP, Map.of("clientSecretId", "first"), "clientSecretId");
    }

    @Test
    void showsTheOrganizationOfItsCallers() {
        assertThat(SessionFixture.body(admin.send("GET", "/api/v1/identities/details", admin.viewer(), Map.of())))
                .isEqualTo(Map.of(
                        "identityDetails",
                        Map.of("organization", Map.of("id", "sallyport", "name", "Sallyport", "slug", "sallyport"))));
    }

    @Test
    void makesNoIdentityThatThePathOfTheDetailsWouldHide() {
        refused("POST", "/api/v1/identities", Map.of("name", "n", "id", "details"), "reserved");
    }

    /** Only in the answer to a read; the flat fields stay beside it. */
    @Test
    void showsAnIdentityAlsoAsTheMemberOfTheOrganization() {
        Map<String, Object> changed = identity(admin.ok("PATCH", IDENTITY, Map.of("role", "member")));
        assertThat(changed).doesNotContainKeys("identity", "identityId", "orgId");
        Map<String, Object> read = identity(admin.ok("GET", IDENTITY, Map.of()));
        assertThat(read).containsAllEntriesOf(changed);
        assertThat(read).containsEntry("identityId", "payments").containsEntry("orgId", "sallyport");
        assertThat(identity(read))
                .isEqualTo(Map.of(
                        "id", "payments",
                        "name", changed.get("name"),
                        "role", "member",
                        "hasDeleteProtection", false,
                        "authMethods", List.of("gcp-auth"),
                        "createdAt", changed.get("createdAt"),
                        "updatedAt", changed.get("updatedAt")));
    }

    static Stream<Provider<?>> attachable() {
        return Providers.DOCUMENTS.providers().all().stream().filter(kind -> !kind.makesCredentials());
    }

    @ParameterizedTest
    @MethodSource("attachable")
    void readsBackAlikeWhatWasSetToTheEmptyValueAndWhatWasLeftOut(Provider<?> kind) {
        Map<String, Object> fields = attachable(kind);
        Map<String, Object> empty = new LinkedHashMap<>();
        for (SchemaField field : MethodSchema.of(kind).allFields()) {
            boolean mayBeEmpty =
                    !field.schema().containsKey("minItems") && field.encrypts().isEmpty();
            if (mayBeEmpty && !fields.containsKey(field.name())) {
                emptyValue(field).ifPresent(value -> empty.put(field.name(), value));
            }
        }
        String path = "/api/v1/auth/" + kind.id() + "/identities/payments";
        admin.send("DELETE", path, admin.admin(), Map.of());
        Object leftOut = admin.ok("POST", path, fields).get(kind.answer());
        assertThat(admin.ok("PATCH", path, empty).get(kind.answer())).isEqualTo(leftOut);
        admin.ok("DELETE", path, Map.of());
        Map<String, Object> all = new LinkedHashMap<>(empty);
        all.putAll(fields);
        assertThat(admin.ok("POST", path, all).get(kind.answer())).isEqualTo(leftOut);
        assertThat(admin.ok("GET", path, Map.of()).get(kind.answer())).isEqualTo(leftOut);
    }

    private static Map<String, Object> attachable(Provider<?> kind) {
        return ApiFixture.attachable().getOrDefault(kind.id(), Map.of());
    }

    private static Optional<Object> emptyValue(SchemaField field) {
        return switch (field.kind()) {
            case TEXT, COMMA_LIST -> Optional.of("");
            case LIST -> Optional.of(List.of());
            case MAP -> Optional.of(Map.of());
            case CHOICE, NUMBER, FLAG, ENTRIES -> Optional.empty();
        };
    }

    /** Of the fields of one review mode, the provider sends those of the other as empty texts or null. */
    @Test
    void movesAKubernetesMethodToAGatewayAndBack() {
        String path = "/api/v1/auth/kubernetes-auth/identities/payments";
        Map<String, Object> api = new HashMap<>(Map.of(
                "tokenReviewMode", "api",
                "kubernetesHost", "https://kube.example.com",
                "caCert", "",
                "tokenReviewerJwt", "a.b.c",
                "allowedNamespaces", "shop",
                "allowedNames", "",
                "allowedAudience", ""));
        api.put("gatewayId", null);
        Map<String, Object> gateway = new HashMap<>(api);
        gateway.put("tokenReviewMode", "gateway");
        gateway.put("gatewayId", "berlin");
        gateway.put("kubernetesHost", null);
        gateway.put("tokenReviewerJwt", "");
        Map<?, ?> before = kubernetes(admin.ok("POST", path, api));
        assertThat(before.get("hasTokenReviewerJwt")).isEqualTo(true);
        Map<?, ?> moved = kubernetes(admin.ok("PATCH", path, gateway));
        assertThat(moved.get("gatewayId")).isEqualTo("berlin");
        assertThat(moved.get("hasTokenReviewerJwt")).isEqualTo(false);
        assertThat(kubernetes(admin.ok("PATCH", path, api))).isEqualTo(before);
    }

    /** What the empty value would remove must be there, or must not be a value of the field at all. */
    @ParameterizedTest
    @ValueSource(strings = {"type", "allowedServiceAccounts", "accessTokenTrustedIps", "accessTokenTTL", "singleUse"})
    void takesNoEmptyValueForWhatMustBeThereOrHasNone(String field) {
        refused("PATCH", GCP, Map.of(field, ""), field.startsWith("allowed") ? "allowed" : field);
    }

    private void refused(String method, String path, Map<String, ?> body, String says) {
        Response response = admin.send(method, path, admin.admin(), body);
        assertThat(response.status()).as(response.body()).isEqualTo(422);
        assertThat(response.body()).contains(says);
    }

    private static Map<String, Object> with(Map<String, Object> body, String name, Object value) {
        Map<String, Object> more = new HashMap<>(body);
        more.put(name, value);
        return more;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> identity(Map<String, Object> answer) {
        return (Map<String, Object>) answer.getOrDefault("identity", Map.of());
    }

    private static Map<?, ?> kubernetes(Map<String, Object> answer) {
        return (Map<?, ?>) answer.getOrDefault("identityKubernetesAuth", Map.of());
    }
}
