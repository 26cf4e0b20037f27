package io.sallyport.method.azure;

import static io.sallyport.testing.Property.forAll;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.testing.Generator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArmIdTest {
    private static final String SUBSCRIPTION = "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590";
    private static final String MACHINE =
            SUBSCRIPTION + "/resourceGroups/prod/providers/Microsoft.Compute/virtualMachines/vm-1";

    private static final Generator<String> NAMES = Generator.oneOf(List.of(
            Generator.of(
                    List.of("prod", "prod-dev", "Prod", "dev-prod", "resourceGroups", "providers", "subscriptions")),
            Generator.strings("abP-_.()", 1, 4).map(name -> "a" + name)));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/resourceGroups/prod",
                "/RESOURCEGROUPS/prod",
                "/resourcegroups/a.b_(c)-d/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id",
                "/resourceGroups/prod/providers/Microsoft.Compute/virtualMachineScaleSets/set/virtualMachines/0",
                "/resourceGroups/providers/providers/Microsoft.ManagedIdentity/userAssignedIdentities/resourceGroups",
                "/providers/Microsoft.Authorization/policyAssignments/tags"
            })
    void takes(String rest) {
        assertThat(ArmId.parse(SUBSCRIPTION + rest)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "//",
                "/resourceGroups",
                "/resourceGroups/",
                "/resourceGroups/prod/",
                "/resourceGroups//prod",
                "//resourceGroups/prod",
                "/resourceGroups/prod/providers",
                "/resourceGroups/prod/providers/Microsoft.Compute",
                "/resourceGroups/prod/providers/Microsoft.Compute/virtualMachines",
                "/resourceGroups/prod/providers/Microsoft.Compute/virtualMachines/",
                "/resourceGroups/prod/providers/Microsoft.Compute/virtualMachines/vm-1/",
                "/resourceGroups/prod/providers/Microsoft.Compute/virtualMachines/vm-1/extensions",
                "/resourceGroups/prod/virtualMachines/vm-1",
                "/resourceGroups/prod/virtualMachines/vm-1/extensions/e",
                "/resourceGroups/..",
                "/resourceGroups/.",
                "/resourceGroups/dev/../prod",
                "/resourceGroups/dev%2f..%2fprod",
                "/resourceGroups/prod%00",
                "/resourceGroups/prod?x=1",
                "/resourceGroups/prod#x",
                "/resourceGroups/prod\\x",
                "/resourceGroups/prod dev",
                "/resourceGroups/prod\n",
                "/resourceGroups/*",
                "/resourceGroups/tea\u212a",
                "/providers/prod"
            })
    void refuses(String rest) {
        assertThat(ArmId.parse(SUBSCRIPTION + rest)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "*",
                "subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590",
                "/subscriptions",
                "/subscriptions/",
                "/subscriptions/prod",
                "/subscriptions/*",
                "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590 ",
                " /subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590",
                "/subscription/0b1f6471-1bf0-4dda-aec3-cb9272f09590",
                "/resourceGroups/prod/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590",
                "/providers/Microsoft.Management/managementGroups/all",
                "https://management.azure.com/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590"
            })
    void refusesWhatIsInNoSubscription(String text) {
        assertThat(ArmId.parse(text)).isEmpty();
    }

    @Test
    void refusesOneOfAnyGreatLengthAtOnce() {
        assertThat(ArmId.parse(SUBSCRIPTION + "/resourceGroups/g/providers/N" + "/t/n".repeat(500)))
                .isEmpty();
        assertThat(ArmId.parse(SUBSCRIPTION + "/resourceGroups/" + "a".repeat(261)))
                .isEmpty();
    }

    @Test
    void isTheSameInEitherCase() {
        assertThat(ArmId.parse(MACHINE.toUpperCase(Locale.ROOT))).isEqualTo(ArmId.parse(MACHINE));
        assertThat(ArmId.parse(MACHINE.toUpperCase(Locale.ROOT)).orElseThrow())
                .hasToString(MACHINE.toLowerCase(Locale.ROOT));
    }

    @Test
    void liesInItsSubscriptionAndItsGroupAndItself() {
        assertThat(ArmId.parse(MACHINE).orElseThrow().path())
                .extracting(ArmId::toString)
                .containsExactly(SUBSCRIPTION, SUBSCRIPTION + "/resourcegroups/prod", MACHINE.toLowerCase(Locale.ROOT));
        assertThat(ArmId.parse(SUBSCRIPTION + "/providers/Microsoft.Authorization/policyAssignments/tags")
                        .orElseThrow()
                        .path())
                .hasSize(2);
        assertThat(ArmId.parse(SUBSCRIPTION + "/resourceGroups/prod")
                        .orElseThrow()
                        .path())
                .hasSize(2);
        assertThat(ArmId.parse(SUBSCRIPTION).orElseThrow().path()).hasSize(1);
    }

    @Test
    void tellsAResourceFromWhatContainsResources() {
        assertThat(ArmId.parse(MACHINE).orElseThrow().isResource()).isTrue();
        assertThat(ArmId.parse(SUBSCRIPTION + "/resourceGroups/prod")
                        .orElseThrow()
                        .isResource())
                .isFalse();
        assertThat(ArmId.parse(SUBSCRIPTION).orElseThrow().isResource()).isFalse();
    }

    /** Whatever the names, a resource lies in the group that it was created in, and in no other. */
    @Test
    void liesInNoGroupOfAnotherName() {
        forAll(1000, NAMES, NAMES, NAMES, (group, other, name) -> {
            List<String> path = ArmId.parse(SUBSCRIPTION + "/resourceGroups/" + group
                            + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/" + name)
                    .orElseThrow()
                    .path()
                    .stream()
                    .map(ArmId::toString)
                    .toList();
            String scope = ArmId.parse(SUBSCRIPTION + "/resourceGroups/" + other)
                    .orElseThrow()
                    .toString();
            assertThat(path.contains(scope)).isEqualTo(group.equalsIgnoreCase(other));
        });
    }

    /** Of all prefixes of the text, only one that ends where a scope ends contains the resource. */
    @Test
    void liesInNothingThatItsTextOnlyBeginsWith() {
        forAll(1000, NAMES, NAMES, (group, name) -> {
            String scope = SUBSCRIPTION + "/resourceGroups/" + group;
            String text = scope + "/providers/Microsoft.Compute/virtualMachines/" + name;
            List<ArmId> path = ArmId.parse(text).orElseThrow().path();
            assertThat(IntStream.rangeClosed(0, text.length())
                            .mapToObj(end -> text.substring(0, end))
                            .filter(start ->
                                    ArmId.parse(start).filter(path::contains).isPresent()))
                    .containsExactly(SUBSCRIPTION, scope, text);
        });
    }
}
