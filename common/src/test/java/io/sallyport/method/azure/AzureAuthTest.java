package io.sallyport.method.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.token.TokenPolicy;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class AzureAuthTest {
    private static final String TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private static final String OID = "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11";
    private static final String OTHER_OID = "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f12";
    private static final String SUBSCRIPTION = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590";
    private static final String OTHER_SUBSCRIPTION = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09591";
    private static final String GROUP = SUBSCRIPTION + "/resourceGroups/prod";
    private static final String MACHINE = GROUP + "/providers/Microsoft.Compute/virtualMachines/vm-1";
    private static final String IDENTITY = "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/";

    @ParameterizedTest(name = "principals {0}, resources {1}")
    @MethodSource
    void admits(String principals, String resources) {
        assertThatCode(() -> method(principals, resources).admit(workload(MACHINE)))
                .doesNotThrowAnyException();
    }

    static Stream<Arguments> admits() {
        return Stream.of(
                arguments(OID, ""),
                arguments(OTHER_OID + ", " + OID, ""),
                arguments(OID.toUpperCase(Locale.ROOT), ""),
                arguments("*", ""),
                arguments("", "*"),
                arguments("", SUBSCRIPTION),
                arguments("", SUBSCRIPTION.toUpperCase(Locale.ROOT)),
                arguments("", GROUP),
                arguments("", GROUP.toLowerCase(Locale.ROOT)),
                arguments("", MACHINE),
                arguments("", MACHINE.toUpperCase(Locale.ROOT)),
                arguments(OID, OTHER_SUBSCRIPTION + "," + MACHINE),
                arguments("*", "*"));
    }

    @ParameterizedTest(name = "principals {0}, resources {1}: {2}")
    @MethodSource
    void refuses(String principals, String resources, Reason reason) {
        assertRefused(reason, method(principals, resources), workload(MACHINE));
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                arguments(OTHER_OID, "", Reason.SERVICE_PRINCIPAL_NOT_ALLOWED),
                arguments(OTHER_OID, SUBSCRIPTION, Reason.SERVICE_PRINCIPAL_NOT_ALLOWED),
                arguments(TENANT, "", Reason.SERVICE_PRINCIPAL_NOT_ALLOWED),
                arguments("", OTHER_SUBSCRIPTION, Reason.AZURE_RESOURCE_NOT_ALLOWED),
                arguments(OID, OTHER_SUBSCRIPTION, Reason.AZURE_RESOURCE_NOT_ALLOWED),
                arguments("*", GROUP + "-dev", Reason.AZURE_RESOURCE_NOT_ALLOWED),
                arguments("*", SUBSCRIPTION + "/resourceGroups/pro", Reason.AZURE_RESOURCE_NOT_ALLOWED),
                arguments("*", MACHINE + "0", Reason.AZURE_RESOURCE_NOT_ALLOWED),
                arguments("*", GROUP + IDENTITY + "vm-1", Reason.AZURE_RESOURCE_NOT_ALLOWED),
                arguments("*", OTHER_SUBSCRIPTION + "/resourceGroups/prod", Reason.AZURE_RESOURCE_NOT_ALLOWED));
    }

    /** Substring matches of resource ids, as in earlier products. */
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesAResourceThatOnlyLooksLikeOneInAnAllowedGroup(String flaw, String resourceId) {
        assertRefused(Reason.AZURE_RESOURCE_NOT_ALLOWED, method("", GROUP + "," + MACHINE), workload(resourceId));
    }

    static Stream<Arguments> refusesAResourceThatOnlyLooksLikeOneInAnAllowedGroup() {
        return Stream.of(
                arguments("a group of a longer name", MACHINE.replace("/prod/", "/prod-dev/")),
                arguments("a group that ends in the name", MACHINE.replace("/prod/", "/dev-prod/")),
                arguments("an identity named as the group", SUBSCRIPTION + "/resourceGroups/dev" + IDENTITY + "prod"),
                arguments(
                        "an identity named as a segment",
                        SUBSCRIPTION + "/resourceGroups/dev" + IDENTITY + "resourceGroups"),
                arguments(
                        "a group named as a segment",
                        SUBSCRIPTION + "/resourceGroups/resourceGroups" + IDENTITY + "prod"),
                arguments(
                        "the group as a resource's child",
                        SUBSCRIPTION + "/resourceGroups/dev" + IDENTITY + "x/resourceGroups/prod"),
                arguments(
                        "the whole id behind another", SUBSCRIPTION + "/resourceGroups/dev" + IDENTITY + "x" + MACHINE),
                arguments("a machine of a longer name", MACHINE.replace("/prod/", "/dev/") + "0"),
                arguments("a way up", SUBSCRIPTION + "/resourceGroups/dev/.." + "/prod" + IDENTITY + "x"),
                arguments("an escaped slash", MACHINE.replace("/prod/", "/prod%2fx/")),
                arguments("an empty segment", MACHINE.replace("/prod/", "//prod/")),
                arguments("a slash at the end", MACHINE + "/"),
                arguments("no slash at the start", MACHINE.substring(1)),
                arguments("the group itself", GROUP),
                arguments("the subscription itself", SUBSCRIPTION),
                arguments("another subscription", MACHINE.replace("9590/", "9591/")),
                arguments("nothing", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", SUBSCRIPTION, MACHINE})
    void refusesAWorkloadThatDoesNotTellItsResourceWhereOneIsAskedFor(String resources) {
        AzureAttestation withoutResource = new AzureAttestation(new Guid(TENANT), new Guid(OID), "", Optional.empty());
        assertRefused(Reason.AZURE_RESOURCE_NOT_ALLOWED, method(OID, resources), withoutResource);
        assertRefused(Reason.AZURE_RESOURCE_NOT_ALLOWED, method(OID, resources), workload("not an id"));
        assertThatCode(() -> method(OID, "").admit(withoutResource)).doesNotThrowAnyException();
    }

    /** A principal that may write to a resource can often create another one inside it. */
    @Test
    void refusesWhatIsWithinAnAllowedResource() {
        assertRefused(Reason.AZURE_RESOURCE_NOT_ALLOWED, method("", MACHINE), workload(MACHINE + "/extensions/script"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prod", "/subscriptions/prod", SUBSCRIPTION + "/", GROUP + "/..", MACHINE + "*", "/*"})
    void refusesAMalformedResourceWhenItIsConfigured(String resource) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> method(OID, resource))
                .withMessageContaining("allowedResources");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"payments", "{a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11}", "a5e2cf2f9b5b4b2c8f1a6d1f0f6c8f11", "a*"})
    void refusesAServicePrincipalThatIsNoGuid(String principal) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> method(principal, ""))
                .withMessageContaining("allowedServicePrincipalIds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " , "})
    void refusesToAdmitAWholeTenantUnlessThatIsSaid(String nothing) {
        assertThatExceptionOfType(UnconstrainedException.class).isThrownBy(() -> method(nothing, nothing));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", " ", "https://management.azure.com/ ", "a\nb", "ä"})
    void refusesAResourceThatNoTokenIsFor(String resource) {
        assertThatIllegalArgumentException().isThrownBy(() -> forResource(resource));
    }

    @ParameterizedTest(name = "{0} is for {1}: {2}")
    @CsvSource({
        "https://a.example/, https://a.example/, true",
        "https://a.example, https://a.example/, true",
        "https://a.example/, https://a.example, true",
        "api://x, api://x, true",
        "https://a.example//, https://a.example, false",
        "https://a.example//, https://a.example/, false",
        "https://A.example, https://a.example, false",
        "https://a.example.evil, https://a.example, false",
        "https://a.exampl, https://a.example, false",
        "/, https://a.example, false",
        "'', https://a.example, false",
    })
    void takesOneSlashAtTheEndForNothing(String audience, String resource, boolean expected) {
        assertThat(forResource(resource).isFor(audience)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "common",
                "organizations",
                "contoso.onmicrosoft.com",
                "",
                "72f988bf-86f1-41af-91ab-2d7cd011db47/.."
            })
    void refusesATenantThatIsNoGuid(String tenant) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Guid(tenant));
    }

    @Test
    void tellsNoFactThatTheTokenDidNotTell() {
        assertThat(new AzureAttestation(new Guid(TENANT), new Guid(OID), "", Optional.empty()).facts())
                .containsOnlyKeys("tenant_id", "service_principal_id");
        assertThat(workload(MACHINE).facts()).containsEntry("resource_id", MACHINE);
    }

    /** The document may have changed since the login: a session of another tenant's principal is not this method's. */
    @Test
    void hasNoSessionOfAnotherTenant() {
        AzureAuth method = method(OID, "");
        assertThat(method.has(method.sessionFacts(workload(MACHINE)))).isTrue();
        AzureAttestation elsewhere = new AzureAttestation(
                new Guid("0b1f6471-1bf0-4dda-aec3-cb9272f09590"), new Guid(OID), "", Optional.empty());
        assertThat(method.has(method.sessionFacts(elsewhere))).isFalse();
        assertThat(method.has(Map.of())).isFalse();
    }

    private static void assertRefused(Reason reason, AzureAuth method, AzureAttestation workload) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> method.admit(workload))
                .returns(reason, Refused::reason);
    }

    private static AzureAttestation workload(String resourceId) {
        return new AzureAttestation(new Guid(TENANT), new Guid(OID), "client", Optional.of(resourceId));
    }

    private static AzureAuth forResource(String resource) {
        return new AzureAuth(
                AzureCloud.PUBLIC, new Guid(TENANT), resource, Allowlist.of(OID), Allowlist.NONE, TokenPolicy.DEFAULT);
    }

    private static AzureAuth method(String principals, String resources) {
        return new AzureAuth(
                AzureCloud.PUBLIC,
                new Guid(TENANT),
                "https://management.azure.com/",
                Allowlist.parse(principals),
                Allowlist.parse(resources),
                TokenPolicy.DEFAULT);
    }
}
