package io.sallyport.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.TrustedIps;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityDocumentTest {
    private static final IdentityId ID = new IdentityId("payments");

    private static final Identity FULL = new Identity(
            ID,
            "Payments",
            "viewer",
            Map.of("shop", List.of("reader", "writer")),
            true,
            List.of(new GcpAuth(
                    GcpAuth.Type.GCE,
                    Allowlist.of("a@p.iam.gserviceaccount.com"),
                    Allowlist.of("112233"),
                    Allowlist.of("shop"),
                    Allowlist.of("europe-west1-b"),
                    Set.of(),
                    new TokenPolicy(
                            Duration.ofSeconds(60),
                            Duration.ofSeconds(3600),
                            7,
                            new TrustedIps(List.of("10.0.0.0/8", "2001:db8::1"))))));

    @Test
    void givesBackWhatItWrote() throws Exception {
        byte[] stored = Json.write(IdentityDocument.write(FULL));
        assertThat(IdentityDocument.read(ID, Json.parseObject(stored))).isEqualTo(FULL);
    }

    @Test
    void givesBackASignedJwtMethodWithItsOptions() throws Exception {
        Identity identity = new Identity(
                ID,
                "n",
                "admin",
                Map.of(),
                false,
                List.of(new GcpAuth(
                        GcpAuth.Type.IAM,
                        Allowlist.of("*"),
                        Allowlist.NONE,
                        Allowlist.NONE,
                        Allowlist.NONE,
                        Set.of(GcpAuth.Option.REQUIRE_EXPIRY, GcpAuth.Option.SINGLE_USE),
                        TokenPolicy.DEFAULT)));
        assertThat(IdentityDocument.read(ID, IdentityDocument.write(identity))).isEqualTo(identity);
    }

    @Test
    void fillsInTheDefaults() {
        Identity identity = read(Map.of("gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", "*")));
        assertThat(identity.name()).isEqualTo("payments");
        assertThat(identity.role()).isEqualTo("no-access");
        assertThat(identity.disabled()).isFalse();
        assertThat(identity.method(GcpAuth.class).orElseThrow().policy()).isEqualTo(TokenPolicy.DEFAULT);
    }

    @Test
    void takesTheMaxTtlForTheTtlWhereOnlyThatIsGivenAndShorter() {
        assertThat(policy("accessTokenMaxTTL", 60L).ttl()).isEqualTo(Duration.ofSeconds(60));
        assertThat(policy("accessTokenMaxTTL", 0L).ttl()).isEqualTo(TokenPolicy.DEFAULT_TTL);
    }

    @Test
    void takesTrustedIpsAsInfisicalWritesThem() {
        assertThat(policy("accessTokenTrustedIps", List.of(Map.of("ipAddress", "10.1.2.3")))
                        .trustedIps())
                .isEqualTo(new TrustedIps(List.of("10.1.2.3")));
    }

    @Test
    void takesAllowlistsAsTextAndAsList() {
        assertThat(gcp("allowedProjects", "a, b").projects()).isEqualTo(Allowlist.of("a", "b"));
        assertThat(gcp("allowedProjects", List.of("a", "b")).projects()).isEqualTo(Allowlist.of("a", "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"allowedServiceAcounts", "AllowedZones", "gcpAuth", ""})
    void refusesAMisspeltConstraint(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> gcp(name, "x")).withMessageContaining("unknown field");
    }

    @Test
    void namesAMisspeltConstraintThatWasTheOnlyOne() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(Map.of("gcpAuth", Map.of("type", "gce", "allowedProject", "shop"))))
                .withMessageContaining("allowedProject");
    }

    @Test
    void refusesAMisspeltFieldOfTheIdentity() {
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("Disabled", true)));
    }

    @Test
    void refusesValuesOfAnotherType() {
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("disabled", "true")));
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("name", 5L)));
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("gcpAuth", "gce")));
        assertThatIllegalArgumentException().isThrownBy(() -> read(Map.of("projects", Map.of("p", "reader"))));
        assertThatIllegalArgumentException().isThrownBy(() -> gcp("accessTokenTTL", 1.5));
        assertThatIllegalArgumentException().isThrownBy(() -> gcp("accessTokenTTL", "60"));
        assertThatIllegalArgumentException().isThrownBy(() -> gcp("allowedZones", 5L));
        assertThatIllegalArgumentException().isThrownBy(() -> gcp("allowedZones", List.of(5L)));
        assertThatIllegalArgumentException().isThrownBy(() -> gcp("type", "vm"));
        assertThatIllegalArgumentException().isThrownBy(() -> gcp("accessTokenTrustedIps", "10.0.0.0/8"));
    }

    @Test
    void refusesAMethodThatWouldAdmitEverybody() {
        assertThatExceptionOfType(UnconstrainedException.class)
                .isThrownBy(() -> read(Map.of("gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", " , "))));
        assertThatExceptionOfType(UnconstrainedException.class)
                .isThrownBy(() -> read(Map.of("gcpAuth", Map.of("type", "iam"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"allowedProjects", "allowedZones", "allowedServiceAccountIds"})
    void refusesAConstraintThatTheTypeCannotCheck(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(
                        Map.of("gcpAuth", Map.of("type", "iam", "allowedServiceAccounts", "*", name, "something"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"requireExpiry", "singleUse"})
    void refusesAnOptionThatTheTypeDoesNotHave(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> gcp(name, true));
    }

    @Test
    void tellsWhatIsStoredButNotValidFromWhatAdmitsEverybody() {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> IdentityDocument.readStored(ID, Map.of("nme", "x")))
                .returns(Reason.IDENTITY_INVALID, Refused::reason);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> IdentityDocument.readStored(ID, Map.of("gcpAuth", Map.of("type", "gce"))))
                .returns(Reason.UNCONSTRAINED_AUTH_METHOD, Refused::reason);
    }

    private static Identity read(Map<String, Object> fields) {
        return IdentityDocument.read(ID, fields);
    }

    private static GcpAuth gcp(String name, Object value) {
        Map<String, Object> fields = new HashMap<>(Map.of("type", "gce", "allowedServiceAccounts", "*"));
        fields.put(name, value);
        return read(Map.of("gcpAuth", fields)).method(GcpAuth.class).orElseThrow();
    }

    private static TokenPolicy policy(String name, Object value) {
        return gcp(name, value).policy();
    }
}
