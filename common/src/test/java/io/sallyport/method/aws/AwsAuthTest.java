package io.sallyport.method.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.identity.document.Document;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AwsAuthTest {
    private static final String ROLE = "arn:aws:iam::123456789012:role/payments";
    private static final AwsAuthProvider PROVIDER = new AwsAuthProvider();

    private static AwsAuth read(Map<String, Object> fields) {
        return PROVIDER.read(new Document("awsAuth", new HashMap<>(fields)));
    }

    private static AwsAuth principals(String... arns) {
        return read(Map.of("allowedPrincipalArns", List.of(arns)));
    }

    private static void assertRefused(Reason reason, AwsAuth method, AwsAttestation caller) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> method.admit(caller))
                .returns(reason, Refused::reason);
    }

    @Test
    void admitsEachSignatureOnceUnlessToldOtherwise() {
        assertThat(principals(ROLE).isSingleUse()).isTrue();
        assertThat(principals(ROLE).requiresServerId()).isFalse();
        assertThat(read(Map.of("allowedPrincipalArns", ROLE, "singleUse", false))
                        .isSingleUse())
                .isFalse();
        assertThat(read(Map.of("allowedPrincipalArns", ROLE, "requireServerId", true))
                        .requiresServerId())
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:iam::123456789012:role/payments, arn:aws:sts::123456789012:assumed-role/payments/i-1",
        "arn:aws:iam::123456789012:role/team/ci/payments, arn:aws:sts::123456789012:assumed-role/payments/i-1",
        "arn:aws:iam::123456789012:role/pay*, arn:aws:sts::123456789012:assumed-role/payments/i-1",
        "arn:aws:iam::123456789012:role/*-prod-*, arn:aws:sts::123456789012:assumed-role/pay-prod-1/i-1",
        "arn:aws:iam::123456789012:role/*, arn:aws:sts::123456789012:assumed-role/any/i-1",
        "arn:aws:sts::123456789012:assumed-role/payments/*, arn:aws:sts::123456789012:assumed-role/payments/i-1",
        "arn:aws:sts::123456789012:assumed-role/payments/i-1, arn:aws:sts::123456789012:assumed-role/payments/i-1",
        "arn:aws:iam::123456789012:user/alice, arn:aws:iam::123456789012:user/alice",
        "arn:aws:iam::123456789012:user/team/alice, arn:aws:iam::123456789012:user/team/alice",
        "arn:aws:iam::123456789012:root, arn:aws:iam::123456789012:root",
        "arn:aws:sts::123456789012:federated-user/bob, arn:aws:sts::123456789012:federated-user/bob",
        "arn:aws-cn:iam::123456789012:role/payments, arn:aws-cn:sts::123456789012:assumed-role/payments/i-1",
        "arn:aws-us-gov:iam::123456789012:role/pay, arn:aws-us-gov:sts::123456789012:assumed-role/pay/i-1",
        "*, arn:aws:sts::999999999999:assumed-role/any/i-1",
    })
    void admits(String allowed, String caller) {
        assertThatCode(() -> principals(allowed).admit(AwsFixture.attestation(caller)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "arn:aws:iam::123456789012:role/payments, arn:aws:sts::999999999999:assumed-role/payments/i-1",
        "arn:aws:iam::123456789012:role/*, arn:aws:sts::999999999999:assumed-role/payments/i-1",
        "arn:aws:iam::123456789012:role/payments, arn:aws-cn:sts::123456789012:assumed-role/payments/i-1",
        "arn:aws:iam::123456789012:role/payments, arn:aws:sts::123456789012:assumed-role/payments-dev/i-1",
        "arn:aws:iam::123456789012:role/payments, arn:aws:sts::123456789012:assumed-role/Payments/i-1",
        "arn:aws:iam::123456789012:role/payments, arn:aws:sts::123456789012:assumed-role/i-1/payments",
        "arn:aws:iam::123456789012:role/pay*, arn:aws:sts::123456789012:assumed-role/other/pay",
        "arn:aws:iam::123456789012:role/payments, arn:aws:iam::123456789012:user/payments",
        "arn:aws:iam::123456789012:role/payments, arn:aws:sts::123456789012:federated-user/payments",
        "arn:aws:iam::123456789012:role/*, arn:aws:iam::123456789012:root",
        "arn:aws:sts::123456789012:assumed-role/payments/i-1, arn:aws:sts::123456789012:assumed-role/payments/i-2",
        "arn:aws:iam::123456789012:user/alice, arn:aws:iam::123456789012:user/team/alice",
        "arn:aws:iam::123456789012:user/team/alice, arn:aws:iam::123456789012:user/alice",
        "arn:aws:iam::123456789012:user/alice, arn:aws:sts::123456789012:assumed-role/alice/i-1",
        "arn:aws:iam::123456789012:root, arn:aws:iam::123456789012:user/root",
        "arn:aws:sts::123456789012:federated-user/bob, arn:aws:iam::123456789012:user/bob",
    })
    void doesNotAdmit(String allowed, String caller) {
        assertRefused(Reason.AWS_PRINCIPAL_NOT_ALLOWED, principals(allowed), AwsFixture.attestation(caller));
    }

    @Test
    void admitsWhatMeetsBothLists() {
        AwsAuth both = read(Map.of("allowedPrincipalArns", ROLE, "allowedAccountIds", "123456789012, 210987654321"));

        assertThatCode(() -> both.admit(AwsFixture.session("123456789012", "payments")))
                .doesNotThrowAnyException();
        assertRefused(Reason.AWS_PRINCIPAL_NOT_ALLOWED, both, AwsFixture.session("210987654321", "payments"));
        assertRefused(Reason.AWS_ACCOUNT_NOT_ALLOWED, both, AwsFixture.session("999999999999", "payments"));
    }

    @Test
    void admitsAnAccount() {
        AwsAuth account = read(Map.of("allowedAccountIds", List.of("123456789012")));

        assertThatCode(() -> account.admit(AwsFixture.session("123456789012", "any")))
                .doesNotThrowAnyException();
        assertThatCode(() -> account.admit(AwsFixture.attestation("arn:aws:iam::123456789012:root")))
                .doesNotThrowAnyException();
        assertRefused(Reason.AWS_ACCOUNT_NOT_ALLOWED, account, AwsFixture.session("999999999999", "any"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "payments",
                "arn:aws:iam::*:role/payments",
                "arn:aws:iam:::role/payments",
                "arn:*:iam::123456789012:role/payments",
                "arn:aws:iam::12345678901:role/payments",
                "arn:aws:iam::123456789012:role/",
                "arn:aws:iam::123456789012:role/*/payments",
                "arn:aws:iam::123456789012:role/te*m/payments",
                "arn:aws:iam::123456789012:role/pay**",
                "arn:aws:iam::123456789012:role//payments",
                "arn:aws:iam::123456789012:*",
                "arn:aws:iam::123456789012:user/*",
                "arn:aws:iam::123456789012:user/al*",
                "arn:aws:sts::123456789012:federated-user/*",
                "arn:aws:sts::123456789012:assumed-role/payments",
                "arn:aws:sts::123456789012:assumed-role/payments/i-*",
                "arn:aws:sts::123456789012:assumed-role/team/payments/i-1",
                "arn:aws:iam::123456789012:assumed-role/payments/i-1",
                "arn:aws:sts::123456789012:role/payments",
                "arn:aws:iam::123456789012:group/payments",
                "arn:aws:iam:eu-west-1:123456789012:role/payments",
                "ARN:aws:iam::123456789012:role/payments",
                "arn:aws:iam::123456789012:role/pay ments",
                "arn:aws:iam::123456789012:role/payments\\n",
                "arn:aws:iam::123456789012:role/pay?ents"
            })
    void refusesAPrincipalThatIsNone(String arn) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> principals(arn))
                .withMessageContaining("allowedPrincipalArns");
    }

    @Test
    void matchesLongNamesInLinearTime() {
        AwsAuth many = principals("arn:aws:iam::123456789012:role/" + "*a".repeat(30));
        assertRefused(
                Reason.AWS_PRINCIPAL_NOT_ALLOWED, many, AwsFixture.session("123456789012", "a".repeat(127) + "b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"12345678901", "1234567890123", "12345678901a", "arn:aws:iam::123456789012:root", "12*"})
    void refusesAnAccountThatIsNone(String account) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(Map.of("allowedAccountIds", account)))
                .withMessageContaining("allowedAccountIds");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://sts.amazonaws.com/",
                "https://sts.amazonaws.com",
                "https://sts.eu-west-1.amazonaws.com",
                "https://sts-fips.us-east-1.amazonaws.com/",
                "https://sts.cn-north-1.amazonaws.com.cn/",
                "https://sts.us-gov-west-1.amazonaws.com/"
            })
    void takesAnEndpointOfSts(String endpoint) {
        assertThat(read(Map.of("allowedAccountIds", "*", "stsEndpoint", endpoint))
                        .stsEndpoint())
                .isEqualTo(endpoint);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://sts.amazonaws.com/",
                "sts.amazonaws.com",
                "https://evil.example/",
                "https://sts.amazonaws.com.evil.example/",
                "https://sts.amazonaws.com@evil.example/",
                "https://sts.amazonaws.com:8443/",
                "https://sts.amazonaws.com//",
                "https://sts.amazonaws.com/?x",
                "https://STS.amazonaws.com/",
                "https://169.254.169.254/",
                "https://sts.eu-nowhere-1.amazonaws.com/",
                "https://",
                " "
            })
    void refusesAnEndpointThatIsNotSts(String endpoint) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(Map.of("allowedAccountIds", "*", "stsEndpoint", endpoint)))
                .withMessageContaining("stsEndpoint");
    }

    @Test
    void refusesToAdmitEveryCustomerOfAws() {
        for (Map<String, Object> fields : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("allowedPrincipalArns", "", "allowedAccountIds", List.of()),
                Map.of("stsEndpoint", "https://sts.eu-west-1.amazonaws.com/", "requireServerId", true))) {
            assertThatExceptionOfType(UnconstrainedException.class).isThrownBy(() -> read(fields));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(Map.of("allowedAccountIds", "*,123456789012")))
                .withMessageContaining("must stand alone");
    }

    @Test
    void readsBackWhatItWrites() {
        AwsAuth all = read(Map.of(
                "allowedPrincipalArns",
                List.of(ROLE, "arn:aws:iam::123456789012:user/a,b"),
                "allowedAccountIds",
                "123456789012",
                "stsEndpoint",
                "https://sts.eu-west-1.amazonaws.com",
                "singleUse",
                false,
                "requireServerId",
                true,
                "accessTokenTTL",
                60L));

        assertThat(read(PROVIDER.write(all))).isEqualTo(all);
        assertThat(all.options()).isEqualTo(Set.of(AwsAuth.Option.REQUIRE_SERVER_ID));
    }

    /** Infisical's Terraform provider sends what is not set as empty texts. */
    @Test
    void readsEmptyTextsAsWhatIsNotSet() {
        assertThat(read(Map.of("allowedPrincipalArns", ROLE, "allowedAccountIds", "", "stsEndpoint", "")))
                .isEqualTo(principals(ROLE));
    }

    @Test
    void refusesAFieldThatItDoesNotKnow() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(Map.of("allowedPrincipalArns", ROLE, "allowedAccountId", "123456789012")))
                .withMessageContaining("allowedAccountId");
    }
}
