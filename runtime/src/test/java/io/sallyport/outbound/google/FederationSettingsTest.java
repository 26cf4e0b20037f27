package io.sallyport.outbound.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.runtime.Settings;
import io.sallyport.runtime.StoreSettings;
import io.sallyport.settings.InvalidConfigurationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FederationSettingsTest {
    private static final String AUDIENCE = "SALLYPORT_GOOGLE_AUDIENCE";
    private static final String RESOURCE = "SALLYPORT_GOOGLE_AZURE_RESOURCE";
    private static final String FULL_URI = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    private static final String RELATIVE_URI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    private static final String TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

    private static final String PROVIDER =
            "//iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/functions/providers/lambda";

    private final Map<String, String> lambda = new HashMap<>(Map.of(
            AUDIENCE,
            PROVIDER,
            "AWS_REGION",
            "eu-west-1",
            "AWS_ACCESS_KEY_ID",
            "ASIAX",
            "AWS_SECRET_ACCESS_KEY",
            "canary-secret",
            "AWS_SESSION_TOKEN",
            "canary-token"));

    private final Map<String, String> snapStart = new HashMap<>(Map.of(
            AUDIENCE,
            PROVIDER,
            "AWS_REGION",
            "eu-west-1",
            FULL_URI,
            "http://127.0.0.1:9001/2021-04-23/credentials",
            TOKEN,
            "canary-token"));

    private final Map<String, String> azure = new HashMap<>(Map.of(
            AUDIENCE,
            PROVIDER,
            RESOURCE,
            "api://sallyport",
            "IDENTITY_ENDPOINT",
            "http://127.0.0.1:41253/msi/token",
            "IDENTITY_HEADER",
            "canary-header"));

    @Test
    void isOffUnlessThereIsAnAudience() {
        lambda.remove(AUDIENCE);
        lambda.remove("AWS_REGION");
        assertThat(Federation.of(lambda)).isEmpty();
        assertThat(Federation.of(Map.of())).isEmpty();
    }

    @Test
    void findsThePlatformThatItRunsOn() {
        assertThat(Federation.of(lambda)).get().returns(PROVIDER, Federation::audience);
        assertThat(platform(lambda)).isInstanceOf(AwsRole.class);
        assertThat(platform(snapStart)).isInstanceOf(AwsRole.class);
        assertThat(platform(azure)).isInstanceOf(AzureIdentity.class);
    }

    private static Federation.Platform platform(Map<String, String> variables) {
        return Federation.of(variables).map(Federation::platform).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lambda",
                "https:" + PROVIDER,
                PROVIDER + "/",
                "//iam.googleapis.com.evil.example/projects/1/locations/global/workloadIdentityPools/pool/providers/provider",
                "//iam.googleapis.com/projects/our-project/locations/global/workloadIdentityPools/pool/providers/provider",
                "//iam.googleapis.com/projects/1/locations/eu/workloadIdentityPools/pool/providers/provider",
                "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/provider\nX: 1",
                "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/Pool/providers/provider",
                "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/pool/providers/abc",
                "//iam.googleapis.com/locations/global/workforcePools/pool/providers/provider"
            })
    void takesTheFullNameOfAProviderAlone(String audience) {
        lambda.put(AUDIENCE, audience);
        assertFaults(lambda, AUDIENCE + " must be");
    }

    @Test
    void needsAPlatform() {
        assertFaults(Map.of(AUDIENCE, PROVIDER), AUDIENCE + " is set, and there are neither");
    }

    /** A region alone does not make a platform: many people set it anywhere. */
    @Test
    void needsOnePlatform() {
        azure.put("AWS_REGION", "eu-west-1");
        assertThat(platform(azure)).isInstanceOf(AzureIdentity.class);
        azure.putAll(lambda);
        assertFaults(azure, AUDIENCE + " is set, and there are both AWS credentials and an Azure identity");
    }

    @Test
    void aResourceIsOfNoUseByItself() {
        azure.remove(AUDIENCE);
        assertFaults(azure, RESOURCE + " needs " + AUDIENCE);
    }

    @Test
    void tellsAllFaultsTogetherAndWithoutTheirSecrets() {
        assertFaults(
                Map.of(AUDIENCE, "x", "AWS_ACCESS_KEY_ID", "ASIAX", "AWS_SECRET_ACCESS_KEY", "can\u0000ary"),
                AUDIENCE,
                "AWS_DEFAULT_REGION is not set",
                "AWS_SECRET_ACCESS_KEY must be",
                "AWS_SESSION_TOKEN is not set");
        assertFaults(
                Map.of(AUDIENCE, PROVIDER, "IDENTITY_ENDPOINT", "canary", "AZURE_CLIENT_ID", "canary"),
                "IDENTITY_ENDPOINT must be",
                "IDENTITY_HEADER is not set",
                RESOURCE + " is not set",
                "AZURE_CLIENT_ID must be");
    }

    /** A user's permanent keys have no session token. */
    @ParameterizedTest
    @ValueSource(strings = {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION"})
    void needsAllOfARole(String missing) {
        lambda.remove(missing);
        assertFaults(lambda, missing.replace("AWS_REGION", "AWS_DEFAULT_REGION") + " is not set");
    }

    @Test
    void takesTheDefaultRegionWhereThereIsNoOther() {
        lambda.put("AWS_DEFAULT_REGION", "us-east-1");
        assertThat(platform(lambda)).extracting("region").isEqualTo("eu-west-1");
        lambda.remove("AWS_REGION");
        assertThat(platform(lambda)).extracting("region").isEqualTo("us-east-1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "europe",
                "eu-west-1.evil.example",
                "eu-west-1/",
                "evil.example#-1",
                "EU-WEST-1",
                "eu-west-1\nx-1"
            })
    void takesNoRegionThatIsAnotherHost(String region) {
        lambda.put("AWS_REGION", region);
        assertFaults(lambda, "AWS_REGION must be");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/",
                "http://127.255.255.254:9001/2021-04-23/credentials?a=b",
                "http://localhost:9001/",
                "http://[::1]:80/",
                "http://169.254.170.2/v2/credentials/x",
                "http://169.254.170.23/v1/credentials",
                "http://[fd00:ec2::23]/v1/credentials",
                "https://credentials.example.com/v1"
            })
    void asksAnAddressThatAwsGives(String address) {
        snapStart.put(FULL_URI, address);
        assertThat(platform(snapStart)).isInstanceOf(AwsRole.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://credentials.example.com/",
                "http://localhost.evil.example/",
                "http://127.0.0.1.evil.example/",
                "http://127.0.0.1@evil.example/",
                "https://user:password@127.0.0.1/",
                "http://evil.example#@127.0.0.1/",
                "http://127.0.0.1/#evil",
                "http://127.1/",
                "http://2130706433/",
                "http://0x7f000001/",
                "http://0.0.0.0/",
                "http://10.0.0.1/",
                "http://169.254.169.254/latest/meta-data/iam/security-credentials/role",
                "http://169.254.170.3/",
                "http://[fd00:ec2::254]/",
                "http://[::ffff:10.0.0.1]/",
                "http://evil.example\\@127.0.0.1/",
                "http:///credentials",
                "file:///proc/self/environ",
                "ftp://127.0.0.1/",
                "jar:http://127.0.0.1/!/",
                "//127.0.0.1/",
                "127.0.0.1:9001",
                "http://127.0.0.1/ x"
            })
    void asksNoOtherHost(String address) {
        snapStart.put(FULL_URI, address);
        assertFaults(snapStart, FULL_URI + " must be");
    }

    @Test
    void theRelativeAddressCountsAndNeedsNoToken() {
        snapStart.put(RELATIVE_URI, "/v2/credentials/canary");
        snapStart.remove(TOKEN);
        assertThat(platform(snapStart))
                .extracting("keys")
                .hasToString("ContainerCredentials[PlatformEndpoint[169.254.170.2]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"@evil.example/", ".evil.example/", ":80@evil.example/", "v2", "/v2 x", "/#"})
    void theRelativeAddressIsAPath(String path) {
        snapStart.put(RELATIVE_URI, path);
        assertFaults(snapStart, RELATIVE_URI + " must be");
    }

    @Test
    void aFullAddressNeedsOneToken() {
        snapStart.put(TOKEN + "_FILE", "/nowhere");
        assertFaults(snapStart, "either " + TOKEN + " or " + TOKEN + "_FILE must be set, not both");
        snapStart.remove(TOKEN);
        assertThat(platform(snapStart)).isInstanceOf(AwsRole.class);
        snapStart.put(TOKEN + "_FILE", "can\u0000ary");
        assertFaults(snapStart, TOKEN + "_FILE must be");
        snapStart.remove(TOKEN + "_FILE");
        assertFaults(snapStart, "either " + TOKEN + " or " + TOKEN + "_FILE must be set");
        snapStart.put(TOKEN, "canary\r\nX-Evil: 1");
        assertFaults(snapStart, TOKEN + " must be");
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost:42356/msi/token, true",
        "http://169.254.129.5:8081/msi/token, true",
        "http://172.16.0.4:8081/msi/token, true",
        "http://[fd00::1]/msi/token, true",
        "https://identity.example.com/msi/token, true",
        "http://identity.example.com/msi/token, false",
        "http://203.0.113.7/msi/token, false",
        "http://127.0.0.1@evil.example/, false",
        "http://127.0.0.1/msi/token?resource=x, false",
        "http://127.0.0.1/msi/token#x, false",
        "ftp://127.0.0.1/, false"
    })
    void asksNoHostOnTheInternetInClearText(String address, boolean taken) {
        azure.put("IDENTITY_ENDPOINT", address);
        if (taken) {
            assertThat(platform(azure)).isInstanceOf(AzureIdentity.class);
        } else {
            assertFaults(azure, "IDENTITY_ENDPOINT must be");
        }
    }

    @Test
    void asksForTheResourceAndTheIdentityThatAreConfigured() {
        assertThat(uri())
                .isEqualTo("http://127.0.0.1:41253/msi/token?api-version=2019-08-01&resource=api%3A%2F%2Fsallyport");
        azure.put("AZURE_CLIENT_ID", "c1d2e3f4-0000-4000-8000-0123456789AB");
        azure.put(RESOURCE, "api://a&client_id=b");
        assertThat(uri())
                .endsWith("&resource=api%3A%2F%2Fa%26client_id%3Db&client_id=c1d2e3f4-0000-4000-8000-0123456789AB");
    }

    private String uri() {
        return ((AzureIdentity) platform(azure)).endpoint().uri().toString();
    }

    @ParameterizedTest
    @CsvSource({
        "SALLYPORT_GOOGLE_AZURE_RESOURCE, api://a b",
        "AZURE_CLIENT_ID, c1d2e3f4",
        "AZURE_CLIENT_ID, c1d2e3f4-0000-4000-8000-0123456789ab&x=y",
        "IDENTITY_HEADER, cänary"
    })
    void takesNoOtherForm(String name, String value) {
        azure.put(name, value);
        assertFaults(azure, name + " must be");
    }

    @Test
    void isReadWithTheOtherSettings() {
        Map<String, String> nothing = Map.of(AUDIENCE, PROVIDER);
        for (Runnable reading : List.<Runnable>of(
                () -> Settings.forIssuing(nothing),
                () -> Settings.forVerifying(nothing),
                () -> Settings.forPublishing(nothing),
                () -> Settings.forServing(nothing),
                () -> Settings.forExplaining(nothing),
                () -> StoreSettings.read(nothing))) {
            assertThatExceptionOfType(InvalidConfigurationException.class)
                    .isThrownBy(reading::run)
                    .satisfies(invalid -> assertThat(invalid.faults())
                            .anySatisfy(fault -> assertThat(fault).startsWith(AUDIENCE + " is set, and")));
        }
    }

    private static void assertFaults(Map<String, String> variables, String... beginnings) {
        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(() -> Federation.of(variables))
                .satisfies(invalid -> {
                    assertThat(invalid.faults()).hasSameSizeAs(beginnings);
                    for (int i = 0; i < beginnings.length; i++) {
                        assertThat(invalid.faults().get(i))
                                .startsWith(beginnings[i])
                                .doesNotContain("canary");
                    }
                });
    }
}
