package io.sallyport.outbound.google;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.simulated.aws.AwsSession;
import io.sallyport.simulated.aws.LambdaCredentials;
import io.sallyport.simulated.aws.SimulatedAws;
import io.sallyport.simulated.aws.TemporaryCredentials;
import io.sallyport.simulated.azure.AppServiceIdentity;
import io.sallyport.simulated.azure.ManagedIdentity;
import io.sallyport.simulated.azure.SimulatedEntra;
import io.sallyport.simulated.federation.AwsProvider;
import io.sallyport.simulated.federation.FederatedIdentity;
import io.sallyport.simulated.federation.OidcProvider;
import io.sallyport.simulated.federation.ProviderName;
import io.sallyport.simulated.federation.SimulatedSts;
import io.sallyport.simulated.google.SimulatedKms;
import io.sallyport.store.firestore.FirestoreDatabase;
import io.sallyport.store.firestore.FirestoreIdentityStore;
import io.sallyport.store.firestore.FirestoreOverTls;
import io.sallyport.testing.GoogleLibraryOnLoopback;
import io.sallyport.token.KmsKeyVersion;
import java.net.SocketTimeoutException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * From what a platform gives a function to a signature of Cloud KMS, with Google's own library. Every simulated party checks
 * what it receives; the token service verifies AWS's signatures and Entra's.
 */
@Timeout(60)
class GoogleIdentityTest {
    private static final String SCOPE = "https://www.googleapis.com/auth/cloudkms";
    private static final KmsKeyVersion KEY =
            new KmsKeyVersion("projects/p/locations/global/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/1");

    private static final AwsSession FUNCTION = new AwsSession("123456789012", "sallyport-gcp-login", "gcp-login");
    private static final ProviderName AWS = new ProviderName("326694433618", "functions", "aws-lambda");

    private static final String TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private static final String RESOURCE = "api://sallyport-federation";
    private static final ManagedIdentity APP = new ManagedIdentity(
            TENANT,
            "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11",
            "c1d2e3f4-0000-4000-8000-0123456789ab",
            "/subscriptions/s/resourcegroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/sallyport");
    private static final ProviderName ENTRA = new ProviderName("326694433618", "functions", "azure-functions");

    /** The library knows no other time. */
    private final InstantSource clock = InstantSource.system();

    private final SimulatedAws aws = SimulatedAws.start(clock);
    private final LambdaCredentials snapStart = aws.lambda(FUNCTION);
    private final SimulatedEntra entra = SimulatedEntra.start(clock);
    private final AppServiceIdentity app = entra.appService(APP);
    private final SimulatedSts sts = SimulatedSts.start(clock);
    private final SimulatedKms kms = SimulatedKms.start();

    @BeforeEach
    void trust() {
        sts.register(AwsProvider.of(AWS, aws, FUNCTION.account())
                .onlyIf(caller -> String.valueOf(caller.get("arn")).startsWith(FUNCTION.roleArn() + "/")));
        String issuer = "https://sts.windows.net/" + TENANT + "/";
        sts.discover(issuer, entra.configuration(TENANT));
        sts.register(OidcProvider.of(ENTRA, issuer)
                .allowing(RESOURCE)
                .onlyIf(claims ->
                        TENANT.equals(claims.get("tid")) && APP.objectId().equals(claims.get("sub"))));
        // Creating keys takes longer than the identity endpoint may take.
        entra.signingKey();
        kms.createVersion(KEY.name(), "EC_SIGN_P256_SHA256");
    }

    @AfterEach
    void close() {
        kms.close();
        sts.close();
        entra.close();
        aws.close();
    }

    private Map<String, String> onSnapStart() {
        return new HashMap<>(Map.of(
                "SALLYPORT_GOOGLE_AUDIENCE",
                AWS.audience(),
                "AWS_REGION",
                "eu-west-1",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                snapStart.uri().toString(),
                "AWS_CONTAINER_AUTHORIZATION_TOKEN",
                snapStart.token()));
    }

    private Map<String, String> onLambda(AwsSession session) {
        TemporaryCredentials keys = aws.assume(session);
        return Map.of(
                "SALLYPORT_GOOGLE_AUDIENCE",
                AWS.audience(),
                "AWS_REGION",
                "us-gov-west-1",
                "AWS_ACCESS_KEY_ID",
                keys.accessKeyId(),
                "AWS_SECRET_ACCESS_KEY",
                keys.secretAccessKey(),
                "AWS_SESSION_TOKEN",
                keys.sessionToken());
    }

    private Map<String, String> onAzure() {
        return new HashMap<>(Map.of(
                "SALLYPORT_GOOGLE_AUDIENCE",
                ENTRA.audience(),
                "SALLYPORT_GOOGLE_AZURE_RESOURCE",
                RESOURCE,
                "AZURE_CLIENT_ID",
                APP.clientId(),
                "IDENTITY_ENDPOINT",
                app.uri().toString(),
                "IDENTITY_HEADER",
                app.header()));
    }

    private GoogleIdentity identity(Map<String, String> variables) {
        return new GoogleIdentity(Federation.of(variables), new GoogleLibraryOnLoopback(sts.uri(), sts.uri()));
    }

    private AccessTokens tokens(Map<String, String> variables) {
        return new GoogleAccessTokens(identity(variables), List.of(SCOPE));
    }

    private KmsKeys keys(AccessTokens tokens) {
        return new KmsKeys(new HttpsCloudKms(
                kms.origin(),
                new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()),
                Optional.of(CaCertificates.parse(kms.caCertificate())),
                tokens));
    }

    private void admit(String subject) {
        kms.admitOnly(token -> isOf(subject, token));
    }

    private boolean isOf(String subject, String token) {
        return sts.identity(token)
                .map(FederatedIdentity::subject)
                .filter(subject::equals)
                .isPresent();
    }

    @Test
    void aFunctionThatWasRestoredFromASnapshotSigns() throws Exception {
        admit(FUNCTION.arn());
        AccessTokens tokens = tokens(onSnapStart());
        assertThat(keys(tokens).sign(KEY, new byte[32])).isNotEmpty();
        assertThat(sts.identity(tokens.get())).hasValueSatisfying(identity -> {
            assertThat(identity.attributes()).isEqualTo(Map.of("aws_role", FUNCTION.roleArn()));
            assertThat(identity.scopes()).containsExactly(SCOPE);
        });
    }

    @Test
    void aFunctionWithItsKeysInVariablesSigns() throws Exception {
        admit(FUNCTION.arn());
        assertThat(keys(tokens(onLambda(FUNCTION))).sign(KEY, new byte[32])).isNotEmpty();
        assertThat(snapStart.requests()).isZero();
    }

    @Test
    void aFunctionOnAzureSigns() throws Exception {
        admit(APP.objectId());
        assertThat(keys(tokens(onAzure())).sign(KEY, new byte[32])).isNotEmpty();
    }

    @Test
    void aFunctionOnAwsReadsFirestore() throws Exception {
        assertReadsFirestore(identity(onSnapStart()), FUNCTION.arn());
    }

    @Test
    void aFunctionOnAzureReadsFirestore() throws Exception {
        assertReadsFirestore(identity(onAzure()), APP.objectId());
    }

    private void assertReadsFirestore(GoogleIdentity identity, String subject) throws Exception {
        try (FirestoreOverTls firestore = new FirestoreOverTls(token -> isOf(subject, token));
                FirestoreDatabase database = firestore.open(() -> identity.federated(List.of(SCOPE)))) {
            assertThat(snapStart.requests() + app.requests())
                    .as("before it is needed")
                    .isZero();
            FirestoreIdentityStore store = new FirestoreIdentityStore(database, Providers.DOCUMENTS);
            assertThat(store.findRecord(new IdentityId("payments"))).isEmpty();
            assertThat(store.findRecord(new IdentityId("orders"))).isEmpty();
            assertThat(firestore.authorizations()).hasSize(2);
            assertThat(sts.requests()).as("one token for both").isEqualTo(1);
        }
    }

    @Test
    void whatFirestoreAnswersWithoutATokenIsNotDecided() {
        snapStart.behaviour().fail(500);
        GoogleIdentity identity = identity(onSnapStart());
        try (FirestoreOverTls firestore = new FirestoreOverTls(token -> true);
                FirestoreDatabase database = firestore.open(() -> identity.federated(List.of(SCOPE)))) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> new FirestoreIdentityStore(database, Providers.DOCUMENTS)
                            .findRecord(new IdentityId("payments")))
                    .returns(Reason.STORE_UNAVAILABLE, Refused::reason);
            assertThat(firestore.authorizations()).isEmpty();
        }
    }

    @Test
    void anIdentityOfTheSystemNeedsNoClientId() throws Exception {
        Map<String, String> variables = onAzure();
        variables.remove("AZURE_CLIENT_ID");
        assertThat(sts.identity(tokens(variables).get())).isPresent();
    }

    @Test
    void nobodyIsAskedBeforeATokenIsNeededAndOneIsKept() throws Exception {
        AccessTokens tokens = tokens(onSnapStart());
        assertThat(snapStart.requests() + sts.requests()).isZero();
        assertThat(tokens.get()).isEqualTo(tokens.get());
        assertThat(snapStart.requests()).isEqualTo(1);
        assertThat(sts.requests()).isEqualTo(1);
    }

    @Test
    void aTokenServiceThatDoesNotAnswerIsNotWaitedForForEver() {
        sts.behaviour().hold();
        AccessTokens tokens = new GoogleAccessTokens(identity(onSnapStart()), List.of(SCOPE), clock, 50);
        assertThatExceptionOfType(SocketTimeoutException.class)
                .isThrownBy(tokens::get)
                // Not the library's own limit, which is 20 s.
                .withMessage("Google access token took too long");
    }

    /** Each has its own scope, and so its own token; keys that were replaced in the meantime are not used again. */
    @Test
    void keysAreReadAnewForEachToken() throws Exception {
        tokens(onSnapStart()).get();
        String before = snapStart.current().accessKeyId();
        snapStart.rotate();
        assertThat(snapStart.current().accessKeyId()).isNotEqualTo(before);
        assertThat(sts.identity(tokens(onSnapStart()).get())).isPresent();
        assertThat(snapStart.requests()).isEqualTo(2);
    }

    @Test
    void anotherRoleGetsNoToken() {
        AwsSession other = new AwsSession(FUNCTION.account(), "another", "role");
        assertRefused(tokens(onLambda(other)), "its token service answers unauthorized_client");
    }

    @Test
    void anotherAccountGetsNoToken() {
        AwsSession other = new AwsSession("210987654321", FUNCTION.role(), FUNCTION.name());
        assertRefused(tokens(onLambda(other)), "its token service answers invalid_grant");
    }

    @Test
    void anotherResourceGetsNoToken() {
        Map<String, String> variables = onAzure();
        variables.put("SALLYPORT_GOOGLE_AZURE_RESOURCE", "https://management.azure.com/");
        assertRefused(tokens(variables), "its token service answers invalid_grant");
    }

    @Test
    void anotherPoolsProviderGetsNoToken() {
        Map<String, String> variables = onSnapStart();
        variables.put("SALLYPORT_GOOGLE_AUDIENCE", new ProviderName("1", "functions", "aws-lambda").audience());
        assertRefused(tokens(variables), "its token service answers invalid_target");
    }

    @Test
    void aTokenServiceThatIsDownIsNotDecided() {
        sts.behaviour().fail(503);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> keys(tokens(onSnapStart())).sign(KEY, new byte[32]))
                .returns(Reason.KEYS_UNAVAILABLE, Refused::reason)
                .satisfies(refused -> assertThat(refused.detail())
                        .matches(".*: no access token for Google Cloud: [A-Za-z]+Exception"));
        assertThat(kms.signatures()).isZero();
    }

    /** A reader of the log must find the reason, and no usable credential. */
    @Test
    void thePlatformsRefusalIsToldWithoutASecret() {
        snapStart.behaviour().fail(403);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> keys(tokens(onSnapStart())).sign(KEY, new byte[32]))
                .returns(Reason.KEYS_UNAVAILABLE, Refused::reason)
                .satisfies(refused -> assertThat(refused.detail())
                        .contains("no access token for Google Cloud: from 127.0.0.1, HTTP status 403")
                        .doesNotContain(snapStart.token(), snapStart.uri().getPath()));
    }

    @Test
    void nothingThatIsPrintedHasASecretInIt() throws Exception {
        AccessTokens tokens = tokens(onSnapStart());
        String token = tokens.get();
        TemporaryCredentials keys = snapStart.current();
        assertThat(List.of(
                        tokens.toString(),
                        Federation.of(onSnapStart()).toString(),
                        Federation.of(onAzure()).toString(),
                        Federation.of(onLambda(FUNCTION)).toString(),
                        new AwsKeys(keys.accessKeyId(), keys.secretAccessKey(), keys.sessionToken()).toString()))
                .allSatisfy(text -> assertThat(text)
                        .doesNotContain(
                                token, keys.secretAccessKey(), keys.sessionToken(), snapStart.token(), app.header()));
    }

    private static void assertRefused(AccessTokens tokens, String why) {
        assertThatExceptionOfType(NoAccessTokenException.class)
                .isThrownBy(tokens::get)
                .withMessage("no access token for Google Cloud: " + why);
    }
}
