package io.sallyport.method.provider;

import static io.sallyport.identity.Fit.EXPECTED;
import static io.sallyport.identity.Fit.NONE;
import static io.sallyport.identity.Fit.OWN_PLATFORM;
import static io.sallyport.identity.Fit.POSSIBLE;
import static io.sallyport.identity.Fit.TRUSTED_ISSUER;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Fit;
import io.sallyport.identity.document.Provider;
import io.sallyport.json.Json;
import io.sallyport.jwt.Fetcher;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.method.Verifier;
import io.sallyport.method.VerifierContext;
import io.sallyport.oauth.OAuthFixture;
import io.sallyport.secret.SecretCipher;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mockito;

final class ProvidersTest {
    private static final String TENANT = "7f1e2d3c-0000-4000-8000-000000000001";
    private static final String ENTRA = "https://sts.windows.net/" + TENANT + "/";
    private static final String CLUSTER = "https://cluster.example.com";
    private static final String POD = "system:serviceaccount:shop:payments";

    @Test
    void haveAVerifierForEachMethodThatTakesAnAssertion() {
        List<Class<?>> verified = new ArrayList<>();
        for (Verifier<?, ?> verifier : Providers.verifiers(new VerifierContext(
                Map.of(),
                Mockito.mock(Fetcher.class),
                Mockito.mock(GuardedHosts.class),
                Mockito.mock(SecretCipher.class),
                "https://login.example.com"))) {
            verified.add(verifier.type());
        }

        List<Class<?>> taking = new ArrayList<>();
        for (Provider<?> provider : Providers.DOCUMENTS.providers().all()) {
            if (provider.takesAssertions()) {
                taking.add(provider.type());
            }
        }
        assertThat(verified).isEqualTo(taking);
    }

    static Stream<Arguments> saysHowWellAnAssertionFits() {
        Map<String, Object> gcp = Map.of("type", "gce", "allowedServiceAccounts", "a@b.iam.gserviceaccount.com");
        Map<String, Object> azure = Map.of("tenantId", TENANT, "allowedServicePrincipalIds", "*");
        Map<String, Object> reviewed =
                Map.of("kubernetesHost", "https://api.example.com", "tokenReviewMode", "api", "allowedNamespaces", "*");
        Map<String, Object> offline = Map.of(
                "tokenReviewMode", "jwks",
                "jwksIssuer", CLUSTER,
                "allowedAudience", "sallyport",
                "allowedNamespaces", "*");
        Map<String, Object> bearer = Map.of("trustedIssuers", List.of(OAuthFixture.trustedIssuer()));
        Map<String, Object> trusted = OAuthFixture.trustedIssuer();
        String issuer = String.valueOf(trusted.get("issuer"));
        String subject = String.valueOf(trusted.get("subject"));
        String audience = String.valueOf(trusted.get("audience"));
        return Stream.of(
                Arguments.of("gcpAuth", gcp, Map.of("iss", "https://accounts.google.com"), OWN_PLATFORM),
                Arguments.of("gcpAuth", gcp, Map.of("sub", "x@y.iam.gserviceaccount.com"), OWN_PLATFORM),
                Arguments.of("gcpAuth", gcp, Map.of("iss", ENTRA, "sub", "x@y.iam.gserviceaccount.com"), NONE),
                Arguments.of("gcpAuth", gcp, Map.of("iss", ENTRA), NONE),
                Arguments.of("azureAuth", azure, Map.of("iss", ENTRA), OWN_PLATFORM),
                Arguments.of("azureAuth", azure, Map.of("iss", CLUSTER), NONE),
                Arguments.of("kubernetesAuth", offline, Map.of("iss", CLUSTER, "sub", POD), OWN_PLATFORM),
                Arguments.of("kubernetesAuth", offline, Map.of("iss", CLUSTER + ":443", "sub", POD), OWN_PLATFORM),
                Arguments.of("kubernetesAuth", offline, Map.of("iss", CLUSTER, "sub", "people"), NONE),
                Arguments.of("kubernetesAuth", offline, Map.of("iss", ENTRA, "sub", POD), NONE),
                Arguments.of("kubernetesAuth", reviewed, Map.of("iss", ENTRA, "sub", POD), POSSIBLE),
                Arguments.of("kubernetesAuth", reviewed, Map.of("sub", "people"), NONE),
                Arguments.of("jwtBearerAuth", bearer, Map.of("iss", issuer, "sub", subject, "aud", audience), EXPECTED),
                Arguments.of(
                        "jwtBearerAuth",
                        bearer,
                        Map.of("iss", issuer, "sub", "another", "aud", audience),
                        TRUSTED_ISSUER),
                Arguments.of("jwtBearerAuth", bearer, Map.of("iss", issuer, "sub", 5), TRUSTED_ISSUER),
                Arguments.of("jwtBearerAuth", bearer, Map.of("iss", CLUSTER, "sub", POD), NONE),
                Arguments.of("clientSecretAuth", OAuthFixture.secrets("first"), Map.of("iss", issuer), NONE));
    }

    @ParameterizedTest
    @MethodSource
    void saysHowWellAnAssertionFits(String field, Map<String, Object> method, Map<String, Object> says, Fit fit)
            throws Exception {
        AuthMethod<?> read = Providers.DOCUMENTS
                .read(new IdentityId("payments"), new HashMap<>(Map.of(field, method)))
                .methods()
                .get(0);

        assertThat(read.fit(UnverifiedJwt.parseAnyType(jwt(says)).unverifiedClaims()))
                .isEqualTo(fit);
    }

    private static String jwt(Map<String, Object> claims) {
        Base64.Encoder base64 = Base64.getUrlEncoder().withoutPadding();
        return base64.encodeToString("{\"alg\":\"RS256\",\"kid\":\"1\"}".getBytes(UTF_8)) + "."
                + base64.encodeToString(Json.write(claims)) + "." + base64.encodeToString(new byte[256]);
    }
}
