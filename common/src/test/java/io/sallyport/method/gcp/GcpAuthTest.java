package io.sallyport.method.gcp;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Allowlist;
import io.sallyport.token.TokenPolicy;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GcpAuthTest {
    private static final GcpAttestation WORKLOAD = new GcpAttestation(
            GcpAuth.Type.GCE,
            "a@shop.iam.gserviceaccount.com",
            "112233",
            Optional.of(new GcpAttestation.Instance("shop", "europe-west1-b", "1", "vm")));
    private static final GcpAttestation WITHOUT_INSTANCE =
            new GcpAttestation(GcpAuth.Type.GCE, WORKLOAD.serviceAccount(), "112233", Optional.empty());

    @ParameterizedTest(name = "accounts {0}, ids {1}, projects {2}, zones {3}")
    @MethodSource
    void admits(String accounts, String ids, String projects, String zones) {
        assertThatCode(() -> method(accounts, ids, projects, zones).admit(WORKLOAD))
                .doesNotThrowAnyException();
    }

    static Stream<Arguments> admits() {
        return Stream.of(
                arguments("a@shop.iam.gserviceaccount.com", "", "", ""),
                arguments("x@y, a@shop.iam.gserviceaccount.com", "112233", "x,shop", "europe-west1-b,x"),
                arguments("", "112233", "", ""),
                arguments("", "", "shop", ""),
                arguments("", "", "*", "europe-west1-b"),
                arguments("*", "*", "*", "*"));
    }

    @ParameterizedTest(name = "accounts {0}, ids {1}, projects {2}, zones {3}: {4}")
    @MethodSource
    void refuses(String accounts, String ids, String projects, String zones, Reason reason) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> method(accounts, ids, projects, zones).admit(WORKLOAD))
                .returns(reason, Refused::reason);
    }

    static Stream<Arguments> refuses() {
        return Stream.of(
                arguments("b@shop.iam.gserviceaccount.com", "", "", "", Reason.SERVICE_ACCOUNT_NOT_ALLOWED),
                arguments("A@shop.iam.gserviceaccount.com", "", "", "", Reason.SERVICE_ACCOUNT_NOT_ALLOWED),
                arguments("", "1122334", "", "", Reason.SERVICE_ACCOUNT_NOT_ALLOWED),
                arguments("*", "445566", "", "", Reason.SERVICE_ACCOUNT_NOT_ALLOWED),
                arguments("*", "", "sho", "", Reason.PROJECT_NOT_ALLOWED),
                arguments("*", "", "shop-dev", "", Reason.PROJECT_NOT_ALLOWED),
                arguments("*", "", "shop", "europe-west1", Reason.ZONE_NOT_ALLOWED),
                arguments("*", "", "", "europe-west1-c", Reason.ZONE_NOT_ALLOWED));
    }

    /** Names are reused after a deletion; unique ids are not. */
    @Test
    void refusesARecreatedAccountOfTheSameNameWhereTheIdIsPinned() {
        GcpAttestation recreated =
                new GcpAttestation(GcpAuth.Type.GCE, WORKLOAD.serviceAccount(), "998877", Optional.empty());
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() ->
                        method(WORKLOAD.serviceAccount(), "112233", "", "").admit(recreated))
                .returns(Reason.SERVICE_ACCOUNT_NOT_ALLOWED, Refused::reason);
    }

    @Test
    void refusesAWorkloadThatDoesNotTellWhatIsConstrained() {
        for (GcpAuth method : new GcpAuth[] {
            method("*", "", "shop", ""), method("*", "", "", "europe-west1-b"), method("*", "", "*", "")
        }) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> method.admit(WITHOUT_INSTANCE))
                    .returns(Reason.COMPUTE_CLAIMS_MISSING, Refused::reason)
                    .withMessageContaining("format=full");
        }
        assertThatCode(() -> method("*", "", "", "").admit(WITHOUT_INSTANCE)).doesNotThrowAnyException();
    }

    private static GcpAuth method(String accounts, String ids, String projects, String zones) {
        return new GcpAuth(
                GcpAuth.Type.GCE,
                Allowlist.parse(accounts),
                Allowlist.parse(ids),
                Allowlist.parse(projects),
                Allowlist.parse(zones),
                Set.of(),
                TokenPolicy.DEFAULT);
    }
}
