package io.sallyport.cli.explain;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.sallyport.Check;
import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.cli.command.RedactedFaults;
import io.sallyport.http.Body;
import io.sallyport.http.ClientAddress;
import io.sallyport.http.Headers;
import io.sallyport.http.Request;
import io.sallyport.json.Json;
import io.sallyport.login.TokenIssuer;
import io.sallyport.method.VerifierContext;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.outbound.HttpsGuardedHosts;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.LogLine;
import io.sallyport.runtime.SecretCiphers;
import io.sallyport.session.SessionFixture;
import io.sallyport.simulated.google.Instance;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteIdentityStore;
import io.sallyport.store.sqlite.SqliteTokenStore;
import io.sallyport.testing.NoKms;
import io.sallyport.testing.TestClock;
import io.sallyport.token.AccessToken;
import io.sallyport.token.Scopes;
import io.sallyport.token.SessionId;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.TrustedIps;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What an operator is told about a credential, or about a refused request. */
class ExplainCommandTest {
    private static final String ISSUER = SessionFixture.ISSUER;
    private static final IdentityId ID = new IdentityId("payments");
    private static final IdentityId OWNER = new IdentityId("orders-server");
    private static final String EMAIL = "payments@shop.iam.gserviceaccount.com";

    private final TestClock clock = new TestClock();
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final SimulatedServiceAccount account = google.serviceAccount(EMAIL);
    private final Map<String, String> variables = new HashMap<>(Map.of("SALLYPORT_ISSUER", ISSUER));
    private SigningKeys keys;
    private String out = "";
    private String err = "";

    @TempDir
    private Path data;

    private SqliteDatabase database;
    private SqliteIdentityStore identities;
    private SqliteTokenStore tokens;

    @BeforeEach
    void store() throws Exception {
        String jwks = Json.writeString(Map.of(
                "keys", List.of(new ECKeyGenerator(Curve.P_256).generate().toJSONObject())));
        keys = SigningKeys.parsePrivate(jwks);
        Files.writeString(data.resolve("signing-keys.json"), jwks);
        database = SqliteDatabase.open(data.resolve("sallyport.db"));
        identities = new SqliteIdentityStore(database, Providers.DOCUMENTS);
        tokens = new SqliteTokenStore(database, clock);
        save(Map.of());
        identities.save(Providers.DOCUMENTS.read(
                OWNER, Map.of("audiences", List.of(Map.of("name", "orders-api", "scopes", List.of("read", "write"))))));
    }

    private void save(Map<String, Object> more) throws Exception {
        Map<String, Object> fields = new HashMap<>(Map.of(
                "alias", "shop.payments",
                "gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", EMAIL, "accessTokenTTL", 600L),
                "grants", List.of(Map.of("audience", "orders-api", "scopes", List.of("read")))));
        fields.putAll(more);
        fields.values().removeIf(""::equals);
        identities.save(Providers.DOCUMENTS.read(ID, fields));
    }

    @AfterEach
    void stop() throws Exception {
        database.close();
        google.close();
    }

    // Tokens.

    @Test
    void saysThatATokenIsAdmitted() throws Exception {
        assertThat(explain(idToken("payments"), "--identity=payments")).isZero();
        assertThat(out)
                .contains("the signature matches the key", "outcome:    granted", EMAIL)
                .doesNotContain("FAILED", "not reached");
    }

    @Test
    void takesAnAliasForTheIdentity() throws Exception {
        assertThat(explain(idToken("payments"), "--identity=shop.payments")).isZero();
    }

    @Test
    void namesTheCheckThatIsNotPassedWithWhatWasExpectedAndWhatWasFound() throws Exception {
        assertThat(explain(idToken("billing"), "--identity=payments")).isEqualTo(1);
        assertThat(out.lines())
                .anyMatch(line -> line.matches("the issuer is the expected one +ok"))
                .anyMatch(
                        line -> line.matches(
                                "the token is for the expected audience +FAILED: aud is \"billing\" and must be the identity id \"payments\""))
                .anyMatch(line -> line.matches("the service account is allowed +not reached"))
                .contains("outcome:    denied", "reason:     wrong_audience")
                .anyMatch(line -> line.startsWith("remedy: "));
    }

    @Test
    void saysItToProgramsAsWell() throws Exception {
        assertThat(explain(idToken("billing"), "--identity=payments", "--output=json"))
                .isEqualTo(1);
        Map<String, Object> json = Json.parseObject(out);
        assertThat(json)
                .containsEntry("outcome", "denied")
                .containsEntry("reason", "wrong_audience")
                .containsKeys("detail", "cause", "remedy", "check");
        assertThat((List<?>) json.get("checks"))
                .anySatisfy(check -> assertThat(check.toString()).contains("audience", "failed", "billing"))
                .anySatisfy(check -> assertThat(check.toString()).contains("service_account", "not_reached"));
    }

    @Test
    void saysThatItCouldNotCheck() throws Exception {
        google.behaviour().fail(503);
        assertThat(explain(idToken("payments"), "--identity=payments")).isEqualTo(3);
        assertThat(out).contains("COULD NOT CHECK", "outcome:    undecided", "keys_unavailable");
    }

    @Test
    void readsTheTokenFromAFile() throws Exception {
        Path file = Files.writeString(data.resolve("token"), idToken("payments") + "\n");
        assertThat(explain("", "--identity=payments", "--token-file=" + file)).isZero();
        assertThat(explain("", "--identity=payments", "--token-file=" + data.resolve("none")))
                .isEqualTo(2);
    }

    @Test
    void choosesByWhatTheTokenSaysWhereThereAreSeveralMethods() throws Exception {
        save(Map.of("kubernetesAuth", Map.of("kubernetesHost", "cluster.example.com", "allowedNamespaces", "shop")));
        assertThat(explain(idToken("payments"), "--identity=payments")).isZero();
        assertThat(explain(idToken("payments"), "--identity=payments", "--method=kubernetes"))
                .isNotZero();
        assertThat(out).contains("the cluster's API server answers");
        assertThat(explain(idToken("payments"), "--identity=payments", "--method=azure"))
                .isEqualTo(1);
        assertThat(out).contains("no_auth_method");
    }

    @ParameterizedTest
    @ValueSource(strings = {"unknown", "*", "a b"})
    void saysThatThereIsNoSuchIdentity(String id) throws Exception {
        assertThat(explain(idToken("payments"), "--identity=" + id)).isEqualTo(1);
        assertThat(out).contains("unknown_identity");
    }

    // The token service.

    @ParameterizedTest(name = "{0} {1}: {3}")
    @CsvSource({
        "orders-api, read, 0, granted",
        "orders-api, '', 0, granted",
        "orders-api, write, 1, scope_not_granted",
        "billing-api, '', 1, grant_missing"
    })
    void explainsARequestForAnAudience(String audience, String scope, int code, String said) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--identity=payments", "--audience=" + audience));
        if (!scope.isEmpty()) {
            arguments.add("--scope=" + scope);
        }
        assertThat(explain(idToken("payments"), arguments.toArray(String[]::new)))
                .isEqualTo(code);
        assertThat(out).contains(said);
        assertThat(out.lines())
                .anyMatch(line -> line.matches("the client has a grant for the audience +(ok|FAILED.*)"));
    }

    @Test
    void saysThatTheOwnerOfTheAudienceIsDisabled() throws Exception {
        identities.save(Providers.DOCUMENTS.read(
                OWNER, Map.of("disabled", true, "audiences", List.of(Map.of("name", "orders-api")))));
        assertThat(explain(idToken("payments"), "--identity=payments", "--audience=orders-api"))
                .isEqualTo(1);
        assertThat(out.lines())
                .anyMatch(line -> line.matches("the client has a grant for the audience +ok"))
                .anyMatch(line ->
                        line.startsWith("the identity that owns the audience is enabled") && line.contains("FAILED"))
                .anyMatch(line -> line.matches("the scopes are granted.* +not reached"));
    }

    @Test
    void showsTheTargetAsNotReachedWhenTheAssertionIsNotAdmitted() throws Exception {
        assertThat(explain(idToken("other"), "--identity=payments", "--audience=orders-api"))
                .isEqualTo(1);
        assertThat(out.lines()).anyMatch(line -> line.matches("the client has a grant for the audience +not reached"));
    }

    // Access tokens.

    @Test
    void saysThatAnAccessTokenIsGoodAndTakesNoUse() throws Exception {
        AccessToken token = accessToken(ISSUER, 2, List.of());
        assertThat(explain(mint(token), "--identity=payments")).isZero();
        assertThat(explain(mint(token), "--identity=payments")).isZero();
        assertThat(out).contains("It is payments's", "granted");
        assertThat(tokens.usesLeft(token.session().id(), clock.instant())).hasValue(2);
    }

    @Test
    void namesTheCheckThatAnAccessTokenDoesNotPass() throws Exception {
        AccessToken token = accessToken(ISSUER, 1, List.of());
        String jwt = mint(token);
        tokens.spend(token.session().id(), clock.instant());
        assertStopped(jwt, Check.USES, "uses_exhausted");
        assertThat(explain(jwt, "--identity=payments", "--client-ip=203.0.113.9"))
                .isEqualTo(1);
        assertThat(out).contains("client_address_not_trusted");
        tokens.revoke(token.session().id(), token.expiry());
        assertStopped(jwt, Check.SESSION, "session_revoked");
        save(Map.of("notBefore", clock.instant().getEpochSecond()));
        assertStopped(jwt, Check.REVOCATION_MARK, "session_revoked");
        save(Map.of("gcpAuth", ""));
        assertStopped(jwt, Check.METHOD, "no_auth_method");
        save(Map.of("disabled", true));
        assertStopped(jwt, Check.ENABLED, "identity_disabled");
        identities.delete(ID);
        assertStopped(jwt, Check.IDENTITY, "unknown_identity");
        clock.set(token.expiry());
        assertThat(explain(jwt, "--identity=payments")).isEqualTo(1);
        assertThat(out).contains("access_token_expired");
    }

    @Test
    void namesTheActorThatMayNoLongerActForAnother() throws Exception {
        String jwt = mint(accessToken(ISSUER, 0, List.of(ordersServer())));
        identities.delete(OWNER);
        assertStopped(jwt, Check.ACTORS, "unknown_identity");
    }

    @Test
    void namesAnActorThatLostItsAuthMethod() throws Exception {
        String jwt = mint(accessToken("orders-api", 0, List.of(ordersServer())));
        assertStopped(jwt, Check.ACTORS, "no_auth_method");
    }

    private AccessToken.Actor ordersServer() {
        return new AccessToken.Actor(new IdentityId("orders-server"), "orders-api", "client-secret", clock.instant());
    }

    @Test
    void asksForTheGrantOfATokenForAnotherAudience() throws Exception {
        String jwt = mint(accessToken("orders-api", 0, List.of()));
        assertThat(explain(jwt, "--identity=payments")).isZero();
        save(Map.of("grants", List.of()));
        assertStopped(jwt, Check.GRANT, "grant_missing");
    }

    @Test
    void saysThatAnAccessTokenIsNotOurs() throws Exception {
        String jwt = mint(accessToken(ISSUER, 0, List.of()));
        assertThat(explain(jwt.substring(0, jwt.lastIndexOf('.') + 1) + "AAAA", "--identity=payments"))
                .isEqualTo(1);
        assertThat(out).contains("access_token_invalid", "bad_signature");
    }

    private void assertStopped(String jwt, Check check, String reason) throws Exception {
        assertThat(explain(jwt, "--identity=payments")).isEqualTo(1);
        List<String> stopped =
                out.lines().filter(line -> line.contains("FAILED")).toList();
        assertThat(stopped).singleElement().asString().startsWith(check.title());
        assertThat(out.substring(0, out.indexOf("FAILED"))).doesNotContain("not reached");
        assertThat(out.substring(out.indexOf("FAILED")))
                .doesNotContainPattern(" ok\\n")
                .contains(reason);
    }

    // What it does not change.

    @Test
    void writesNothing() throws Exception {
        save(Map.of(
                "gcpAuth",
                Map.of(
                        "type",
                        "iam",
                        "allowedServiceAccounts",
                        EMAIL,
                        "singleUse",
                        true,
                        "accessTokenNumUsesLimit",
                        1L)));
        database.close();
        byte[] before = Files.readAllBytes(data.resolve("sallyport.db"));
        String jwt = account.signJwt(Json.writeString(
                Map.of("sub", EMAIL, "aud", "payments", "exp", clock.instant().getEpochSecond() + 60)));
        assertThat(explain(jwt, "--identity=payments")).isZero();
        assertThat(explain(jwt, "--identity=payments")).isZero();
        assertThat(out).contains("valid for one use");
        assertThat(Files.readAllBytes(data.resolve("sallyport.db"))).isEqualTo(before);
        store();
    }

    @Test
    void makesNoFilesWhereThereAreNone() throws Exception {
        Path empty = Files.createDirectory(data.resolve("empty"));
        variables.put(
                "SALLYPORT_SIGNING_KEYS_FILE", data.resolve("signing-keys.json").toString());
        assertThat(explain(idToken("payments"), "--identity=payments", "--data=" + empty))
                .isEqualTo(2);
        assertThat(err).contains("there is no database", "--data");
        assertThat(empty).isEmptyDirectory();
    }

    @ParameterizedTest
    @ValueSource(strings = {"--identity=TOKEN", "TOKEN", "--audience=TOKEN", "--client-ip=TOKEN", "--request-id=TOKEN"})
    void neverShowsAToken(String argument) throws Exception {
        String token = idToken("payments");
        explain(token, argument.replace("TOKEN", token), "--identity=payments");
        for (String part : token.split("\\.")) {
            assertThat(out + err).doesNotContain(part);
        }
    }

    @Test
    void showsNoPartOfTheTokenWhateverIsWrongWithIt() throws Exception {
        String token = idToken("payments");
        for (String broken : List.of(token, token + "x", token + ".x", token.replace(".", ".."), "x" + token)) {
            explain(broken, "--identity=payments");
            for (String part : token.split("\\.")) {
                assertThat(out + err).doesNotContain(part);
            }
        }
    }

    // The audit log.

    @ParameterizedTest
    @EnumSource(Reason.class)
    void explainsEveryReasonThatTheAuditLogCanHave(Reason reason) throws Exception {
        Explanation explanation = Explanation.of(reason);
        assertThat(List.of(explanation.cause(), explanation.remedy())).noneMatch(String::isBlank);

        int code = explain(log(reason), "--request-id=req-2");

        assertThat(code).isEqualTo(reason.isUndecided() ? 3 : 1);
        assertThat(out)
                .contains(reason.code(), explanation.check().title(), explanation.cause(), explanation.remedy())
                .contains("found \"x\" and expected \"y\"", "payments");
    }

    @Test
    void findsTheLineInAFileAndInAnEntryOfCloudLogging() throws Exception {
        Path file = Files.writeString(data.resolve("audit.log"), log(Reason.ZONE_NOT_ALLOWED));
        assertThat(explain("", "--request-id=req-2", "--log=" + file)).isEqualTo(1);
        assertThat(out).contains("the zone is allowed");
        String line = log(Reason.ZONE_NOT_ALLOWED).lines().skip(2).findFirst().orElseThrow();
        assertThat(explain("{\"insertId\":\"1\",\"jsonPayload\":" + line + "}", "--request-id=req-2", "--output=json"))
                .isEqualTo(1);
        assertThat(Json.parseObject(out)).containsEntry("reason", "zone_not_allowed");
    }

    @Test
    void saysThatARequestWasGranted() throws Exception {
        assertThat(explain(log(Reason.ZONE_NOT_ALLOWED), "--request-id=req-1")).isZero();
        assertThat(out).contains("granted");
    }

    @Test
    void saysThatTheLogDoesNotTell() throws Exception {
        assertThat(explain(log(Reason.EXPIRED), "--request-id=req-3")).isEqualTo(3);
        assertThat(err).contains("no decision about req-3");
        String other = log(Reason.EXPIRED).replace("\"expired\"", "\"from_the_future\"");
        assertThat(explain(other, "--request-id=req-2")).isEqualTo(3);
        assertThat(err).contains("another version");
    }

    /** As the functions write it: between other programs' lines, and stack traces of bugs. */
    private String log(Reason reason) throws Exception {
        List<String> lines =
                new ArrayList<>(List.of("Starting up req-2", "{\"requestId\":\"req-2\",\"exception\":\"x\"}"));
        Environment environment = environment();
        LogLine log =
                new LogLine(new Environment(Map.of(), clock, environment.ids(), environment.fetcher(), lines::add));
        Audit refused = audit("req-2");
        refused.refused(new Refused(reason, "found \"x\" and expected \"y\""));
        log.write(refused);
        log.write(audit("req-1"));
        return String.join("\n", lines);
    }

    private static Audit audit(String id) throws Refused {
        Audit audit = new Audit(
                new Request(id, "POST", "/api/v1/auth/gcp-auth/login", Headers.NONE, Body.EMPTY, ClientAddress.UNKNOWN),
                "login");
        audit.identity(new IdentityId("payments"));
        return audit;
    }

    // Command-line usage.

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "--identity=payments --request-id=req-1",
                "--request-id=req-1 --audience=x",
                "--request-id=nonsense",
                "--identity=payments --log=x",
                "--identity=payments --method=gcp --audience=x",
                "--identity=payments --scope=a!b",
                "--identity=payments --client-ip=192.0.2.1",
                "--identity=payments --output=xml",
                "--identity=payments --issuer=nonsense"
            })
    void takesNoOptionsThatDoNotFit(String arguments) throws Exception {
        assertThat(explain(idToken("payments"), arguments.isEmpty() ? new String[0] : arguments.split(" ")))
                .isEqualTo(2);
        assertThat(out).isEmpty();
        assertThat(err).isNotBlank();
    }

    @Test
    void asksForAToken() throws Exception {
        assertThat(explain(" \n", "--identity=payments")).isEqualTo(2);
        assertThat(err).contains("there is no token");
    }

    private String idToken(String audience) {
        return google.signIdToken(google.idTokenClaims(
                        account, new Instance("shop", 1L, "europe-west1-b", "1", "vm-1", clock.instant()), audience)
                .build());
    }

    private AccessToken accessToken(String audience, long uses, List<AccessToken.Actor> actors) throws Exception {
        TrustedIps trusted = uses > 0 ? new TrustedIps(List.of("192.0.2.0/24")) : TrustedIps.ANYWHERE;
        AccessToken token = new AccessToken(
                "token-1-of-the-session",
                identities.find(ID).orElseThrow().asSubject().with(actors),
                new AccessToken.Session(
                        new SessionId("session-1-of-the-identity"),
                        clock.instant(),
                        "gcp-id-token",
                        Map.of(),
                        uses,
                        trusted),
                audience.equals(ISSUER)
                        ? TokenIssuer.own(ISSUER).target()
                        : new AccessToken.Target(audience, Scopes.NONE, false),
                clock.instant(),
                clock.instant().plus(TokenPolicy.DEFAULT_TTL));
        if (uses > 0) {
            tokens.open(token.session().id(), uses, token.expiry());
        }
        return token;
    }

    private String mint(AccessToken token) throws Exception {
        return new TokenMinter(ISSUER, keys.signer(NoKms.SUPPLIER)).mint(token);
    }

    private Environment environment() {
        return new Environment(variables, clock, Environment.system().ids(), HttpFetcher.plainHttpToo(), line -> {});
    }

    private int explain(String in, String... arguments) {
        StringWriter written = new StringWriter();
        StringWriter faults = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        if (all.stream().noneMatch(argument -> argument.startsWith("--data"))) {
            all.add("--data=" + data);
        }
        ExplainCommand command = new ExplainCommand(
                environment(),
                (environment, settings) -> new VerifierContext(
                        google.replacedAddresses(),
                        environment.fetcher(),
                        new HttpsGuardedHosts(AddressPolicy.forSimulatedClusters()),
                        SecretCiphers.with(settings.encryptionKey(), environment),
                        settings.issuer().url()),
                new ByteArrayInputStream(in.getBytes(UTF_8)));
        int code = new CommandLine(command)
                .setParameterExceptionHandler(new RedactedFaults())
                .setOut(new PrintWriter(written, true))
                .setErr(new PrintWriter(faults, true))
                .execute(all.toArray(String[]::new));
        out = written.toString();
        err = faults.toString();
        return code;
    }
}
