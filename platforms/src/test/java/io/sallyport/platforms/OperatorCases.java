package io.sallyport.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** What an operator gets to see, and what no one may. */
final class OperatorCases {
    private OperatorCases() {}

    /** The last case checks everything that the cases before it logged. */
    static List<Case> all() {
        return List.of(
                Case.of("all faults of a configuration are told at once", OperatorCases::tellsAllFaults),
                Case.of("no credential is in any log", OperatorCases::keepsCredentialsOutOfLogs));
    }

    private static void tellsAllFaults(DeploymentFixture cloud) throws Exception {
        Map<String, String> variables = cloud.variables("kubernetes-login");
        variables.remove("SALLYPORT_ISSUER");
        variables.put("SALLYPORT_STORE", "elsewhere");
        variables.put("SALLYPORT_FORWARDED_HOPS", "many");
        variables.put("SALLYPORT_ENCRYPTION_KEY", "c2hvcnQ=");

        assertThat(cloud.failToStart("kubernetes-login", variables))
                .contains(
                        "InvalidConfigurationException",
                        "SALLYPORT_ISSUER",
                        "SALLYPORT_STORE",
                        "SALLYPORT_FORWARDED_HOPS",
                        "SALLYPORT_ENCRYPTION_KEY")
                .doesNotContain(cloud.world().privatePart(), "c2hvcnQ=");
    }

    private static void keepsCredentialsOutOfLogs(DeploymentFixture cloud) {
        List<String> secrets = new ArrayList<>(List.of(cloud.world().privatePart()));
        for (String credential : cloud.world().credentials()) {
            // Neither the claims nor the signature of a JWT; its header is not secret.
            Arrays.stream(credential.split("\\."))
                    .skip(credential.contains(".") ? 1 : 0)
                    .forEach(secrets::add);
        }

        assertThat(secrets).hasSizeGreaterThan(1);
        assertThat(String.join("\n", cloud.log())).isNotEmpty().doesNotContain(secrets);
    }
}
