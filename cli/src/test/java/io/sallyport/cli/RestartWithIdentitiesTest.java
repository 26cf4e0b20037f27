package io.sallyport.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.IdentityId;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.provider.Providers;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.secret.Secret;
import io.sallyport.server.LocalServer;
import io.sallyport.server.SessionClient;
import io.sallyport.settings.InvalidConfigurationException;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteIdentityStore;
import io.sallyport.testing.TestClock;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Incident measures survive a restart of {@code serve --identities} with the unchanged file. */
@Timeout(120)
class RestartWithIdentitiesTest {
    private static final IdentityId PAYMENTS = new IdentityId("payments");
    private static final IdentityId ORDERS = new IdentityId("orders-api");
    private static final Secret ONE = new Secret("sallyport_secret_canary-one");
    private static final Secret TWO = new Secret("sallyport_secret_canary-two");

    private final TestClock clock = new TestClock();

    @AutoClose
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);

    private final ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path folder;

    private Path file;
    private Cli cli;
    private LocalServer server;
    private boolean isServing;
    private SessionClient client;

    @BeforeEach
    void startWithTheFile() throws Exception {
        file = Files.writeString(
                folder.resolve("who-logs-in.yaml"), """
                identities:
                  - id: payments
                    name: Payments
                    gcpAuth:
                      type: gce
                      allowedServiceAccounts: payments@shop.iam.gserviceaccount.com
                    clientSecretAuth:
                      secrets:
                        - {id: one, sha256: %s, createdAt: 1772366000}
                        - {id: two, sha256: %s, createdAt: 1772366000}
                  - id: orders-api
                    audiences: [%s]
                    gcpAuth:
                      type: gce
                      allowedServiceAccounts: payments@shop.iam.gserviceaccount.com
                """.formatted(sha256(ONE), sha256(TWO), SessionClient.ISSUER));
        cli = new Cli(environment(), folder.resolve("data"));
        start();
        log.clear();
    }

    @AfterEach
    void stop() {
        if (isServing) {
            server.close();
            isServing = false;
        }
    }

    private static String sha256(Secret secret) {
        return ClientSecret.of("any", secret, TestClock.START).sha256();
    }

    private Environment environment() {
        return new Environment(
                Map.of("SALLYPORT_ISSUER", SessionClient.ISSUER, "SALLYPORT_IDENTITY_CACHE_SECONDS", "0"),
                clock,
                Environment.system().ids(),
                HttpFetcher.plainHttpToo(),
                log::add);
    }

    private void start() {
        stop();
        server = LocalServer.start(
                environment(),
                new LocalServer.Options(
                        "127.0.0.1",
                        0,
                        folder.resolve("data"),
                        List.of(),
                        google.replacedAddresses(),
                        Optional.of(file),
                        Optional.empty()));
        isServing = true;
        client = new SessionClient(server.port(), google);
        clock.advance(Duration.ofSeconds(5));
    }

    /** The operator acts while the server is down; it then starts with the same file. */
    private void restartAfter(String... command) {
        stop();
        cli.done(command);
        clock.advance(Duration.ofSeconds(5));
        start();
    }

    @Test
    void doesNotEnableWhatWasDisabled() throws Exception {
        String token = client.token(PAYMENTS);

        restartAfter("identity", "disable", "payments");

        assertNotActive(token);
        assertDenied(client.login(PAYMENTS), "identity_disabled");
        assertLeft("payments", "sallyport identity enable payments");
        assertNothingChanged();
    }

    @Test
    void doesNotReviveTokensThatWereRevoked() throws Exception {
        String token = client.token(PAYMENTS);

        restartAfter("identity", "revoke-tokens", "payments");

        assertNotActive(token);
        assertActive(client.token(PAYMENTS));
        assertNothingChanged();
    }

    @Test
    void doesNotReviveTheTokensOfWhatWasDeletedAndSaysThatItStoredItAgain() throws Exception {
        String token = client.token(PAYMENTS);

        restartAfter("identity", "delete", "payments");

        assertNotActive(token);
        assertActive(client.token(PAYMENTS));
        assertThat(changes())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .containsEntry("action", "identity.seed")
                        .containsEntry("identityId", "payments")
                        .containsEntry("by", Map.of("way", "serve", "identities", "who-logs-in.yaml"))
                        .containsEntry("before", Map.of()));
    }

    @Test
    void doesNotBringBackAnAuthMethodThatWasRemoved() throws Exception {
        String token = client.token(PAYMENTS);

        restartAfter("auth", "remove", "gcp", "payments");

        assertNotActive(token);
        assertDenied(client.login(PAYMENTS), "no_auth_method");
        assertActive(tokenBy(ONE));
        assertLeft("payments", "sallyport auth set gcp payments");
        assertNothingChanged();
    }

    @Test
    void doesNotBringBackAClientSecretThatWasRemoved() throws Exception {
        String stolen = tokenBy(ONE);
        String good = tokenBy(TWO);

        restartAfter("client", "secret", "remove", "payments", "one");

        assertNotActive(stolen);
        assertActive(good);
        assertDenied(logIn(ONE), "bad_client_secret");
        assertActive(tokenBy(TWO));
        assertLeft("payments", "sallyport client secret add payments");
        assertNothingChanged();
    }

    /** Removing the last secret also removed the auth method. */
    @Test
    void doesNotBringBackAClientSecretThatWasTheLast() throws Exception {
        String stolen = tokenBy(ONE);
        stop();
        cli.done("client", "secret", "remove", "payments", "two");

        restartAfter("client", "secret", "remove", "payments", "one");

        assertNotActive(stolen);
        assertThat(logIn(ONE).statusCode()).isEqualTo(401);
        assertLeft("payments", "sallyport client secret add payments");
    }

    @Test
    void doesNotOverwriteWhatOthersOwn() throws Exception {
        String token = client.token(PAYMENTS);
        stop();
        Map<String, Object> theirs = new LinkedHashMap<>();
        theirs.put("managedBy", "terraform");
        theirs.put("disabled", true);
        try (SqliteDatabase database =
                SqliteDatabase.open(folder.resolve("data").resolve("sallyport.db"))) {
            new SqliteIdentityStore(database, Providers.DOCUMENTS)
                    .save(Providers.DOCUMENTS.readRecord(PAYMENTS, theirs));
        }
        start();

        assertNotActive(token);
        assertDenied(client.login(PAYMENTS), "identity_disabled");
        assertThat(cli.shown("payments"))
                .containsEntry("managedBy", "terraform")
                .containsEntry("disabled", true);
        assertLeft("payments", "terraform");
        assertNothingChanged();
    }

    @Test
    void startsBesideADocumentThatIsNotValid() throws Exception {
        stop();
        try (SqliteDatabase database =
                SqliteDatabase.open(folder.resolve("data").resolve("sallyport.db"))) {
            new SqliteIdentityStore(database, Providers.DOCUMENTS).saveDocument(PAYMENTS, "{\"rloe\": \"admin\"}");
        }
        start();

        assertActive(client.token(ORDERS));
        assertDenied(client.login(PAYMENTS), "identity_invalid");
        assertLeft("payments", "rloe");
    }

    @Test
    void changesNothingWhereNothingDiffers() throws Exception {
        String token = client.token(PAYMENTS);
        Map<String, Object> before = cli.shown("payments");

        restartAfter("identity", "list");

        assertActive(token);
        assertThat(cli.shown("payments")).isEqualTo(before);
        assertThat(server.warnings()).isEmpty();
        assertNothingChanged();
    }

    @Test
    void tellsWhatItChangedWithoutAnySecret() throws Exception {
        stop();
        Files.writeString(file, Files.readString(file).replace("name: Payments", "name: Paymasters"));
        start();

        assertThat(changes()).singleElement().satisfies(line -> {
            assertThat(line).containsEntry("severity", "INFO").containsEntry("identityId", "payments");
            assertThat((Map<?, ?>) line.get("before")).extracting("name").isEqualTo("Payments");
            assertThat((Map<?, ?>) line.get("after")).extracting("name").isEqualTo("Paymasters");
        });
        assertThat(String.join("\n", log)).doesNotContain("canary", sha256(ONE), sha256(TWO), folder.toString());
    }

    /** Reports all faults at once, by name, and serves nothing. */
    @Test
    void startsNotAtAllWhereNamesAreTaken() throws Exception {
        stop();
        cli.done("identity", "create", "other");
        cli.done("client", "alias", "other", "taken");
        Files.writeString(
                file,
                Files.readString(file)
                        + "  - {id: third, alias: taken}\n"
                        + "  - {id: fourth, alias: orders-api}\n"
                        + "  - {id: fifth}\n");

        assertThatExceptionOfType(InvalidConfigurationException.class)
                .isThrownBy(this::start)
                .satisfies(e -> assertThat(e.faults())
                        .hasSize(2)
                        .anySatisfy(fault -> assertThat(fault).startsWith("identity third: "))
                        .anySatisfy(fault -> assertThat(fault).startsWith("identity fourth: ")));
        assertThat(cli.shown("fifth")).containsEntry("id", "fifth");
    }

    private String tokenBy(Secret secret) throws Exception {
        HttpResponse<String> response = logIn(secret);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return String.valueOf(SessionClient.body(response).get("access_token"));
    }

    private HttpResponse<String> logIn(Secret secret) throws Exception {
        return client.post(
                "/v1/token",
                SessionClient.FORM,
                "grant_type=client_credentials&client_id=payments&client_secret="
                        + URLEncoder.encode(secret.text(), UTF_8));
    }

    private void assertActive(String token) throws Exception {
        assertThat(introspected(token)).containsEntry("active", true);
    }

    private void assertNotActive(String token) throws Exception {
        assertThat(introspected(token)).isEqualTo(Map.of("active", false));
        assertThat(client.renew(token).statusCode()).isIn(401, 403);
    }

    private Map<String, Object> introspected(String token) throws Exception {
        return SessionClient.body(client.introspect(client.token(ORDERS), token));
    }

    private void assertDenied(HttpResponse<String> response, String reason) throws Exception {
        assertThat(response.statusCode()).isEqualTo(401);
        String id = String.valueOf(SessionClient.body(response).get("reqId"));
        assertThat(log)
                .filteredOn(line -> line.contains(id))
                .singleElement()
                .asString()
                .contains("\"" + reason + "\"");
    }

    /** Told to the operator both in a log line and by the command. */
    private void assertLeft(String identity, String said) {
        assertThat(server.warnings())
                .singleElement()
                .asString()
                .startsWith("identity " + identity + ": ")
                .contains(said);
        assertThat(lines())
                .filteredOn(line -> line.containsKey("action") && !line.containsKey("after"))
                .singleElement()
                .satisfies(line -> {
                    assertThat(line)
                            .containsEntry("severity", "WARNING")
                            .containsEntry("identityId", identity)
                            .containsEntry("by", Map.of("way", "serve", "identities", "who-logs-in.yaml"));
                    assertThat(String.valueOf(line.get("detail"))).contains(said);
                });
    }

    private void assertNothingChanged() {
        assertThat(changes()).isEmpty();
    }

    private List<Map<String, Object>> changes() {
        return lines().stream().filter(line -> line.containsKey("after")).toList();
    }

    private List<Map<String, Object>> lines() {
        List<Map<String, Object>> lines = new ArrayList<>();
        for (String line : log) {
            try {
                lines.add(Json.parseObject(line));
            } catch (MalformedJsonException e) {
                throw new AssertionError(line, e);
            }
        }
        return lines;
    }
}
