package io.sallyport.oauth;

import static io.sallyport.oauth.OAuthFixture.CLIENT;
import static io.sallyport.oauth.OAuthFixture.SECRET;
import static io.sallyport.oauth.OAuthFixture.basic;
import static io.sallyport.oauth.OAuthFixture.error;
import static io.sallyport.oauth.OAuthFixture.form;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.Race;
import io.sallyport.Reason;
import io.sallyport.http.Handler;
import io.sallyport.http.Response;
import io.sallyport.identity.Credential;
import io.sallyport.json.Json;
import io.sallyport.login.ClientSecretLogin;
import io.sallyport.login.LastLogins;
import io.sallyport.login.Login;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.clientsecret.ClientSecretAuthenticator;
import io.sallyport.secret.Secret;
import io.sallyport.session.SessionFixture;
import io.sallyport.testing.TestClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The login with {@code clientId} and {@code clientSecret}, and the token service with the same secrets. */
final class ClientSecretLoginTest {
    private static final String CLIENT_ID = "6e1c2a80-57f0-4e0c-9d52-0d3d5f2a7b11";
    private static final Secret OTHER = new Secret("sallyport_secret_other");

    private final OAuthFixture world = new OAuthFixture(OAuthFixture.Platforms.UNREACHABLE, Duration.ofSeconds(5));
    private final AtomicInteger ids = new AtomicInteger();
    private final ClientSecretAuthenticator clients = new ClientSecretAuthenticator(world.sessions.identities);
    private final Handler login = new ClientSecretLogin(
                    new Login.Services(
                            world.sessions.identities,
                            world.sessions.minter,
                            world.sessions.stores,
                            new LastLogins(world.sessions.stores),
                            world.sessions.audits::add,
                            world.sessions.clock,
                            () -> String.format("login-%016d", ids.incrementAndGet())),
                    (id, secret, address, now) -> clients.authenticate(id, new Secret(secret), address, now))
            .audited();

    /** Saves the client with one secret that has these limits. */
    private void save(Map<String, Object> method, Map<String, Object> limits) {
        Map<String, Object> secret = new HashMap<>(limits);
        secret.put("id", "first");
        secret.put("sha256", ClientSecret.of("first", SECRET, TestClock.START).sha256());
        secret.put("createdAt", TestClock.START.getEpochSecond());
        Map<String, Object> auth = new HashMap<>(method);
        auth.put("clientId", CLIENT_ID);
        auth.put("secrets", List.of(secret));
        world.change(client -> {
            client.put("clientSecretAuth", auth);
            return client;
        });
    }

    private Response login(String clientId, Secret secret) {
        return login(clientId, secret, "192.0.2.1");
    }

    private Response login(String clientId, Secret secret, String address) {
        String body = Json.writeString(Map.of("clientId", clientId, "clientSecret", secret.text()));
        return send(body, address);
    }

    private Response send(String body, String address) {
        return world.sessions.send(login, body, Map.of("Content-Type", "application/json"), address);
    }

    private Reason lastReason() {
        return world.lastAudit().reason().orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(strings = {CLIENT_ID, "shop", "the alias"})
    void admitsByTheClientIdTheIdAndTheAlias(String by) {
        save(Map.of("accessTokenTTL", 600L, "accessTokenMaxTTL", 3600L), Map.of());
        String called = by.equals("shop") ? CLIENT.value() : by.equals("the alias") ? OAuthFixture.ALIAS : by;
        Response response = login(called, SECRET);
        assertThat(response.status()).as(response.body()).isEqualTo(200);
        assertThat(SessionFixture.body(response))
                .containsOnlyKeys("accessToken", "expiresIn", "accessTokenMaxTTL", "tokenType")
                .containsEntry("expiresIn", 600L)
                .containsEntry("accessTokenMaxTTL", 3600L)
                .containsEntry("tokenType", "Bearer");
    }

    @Test
    void givesPeriodicTokensThatCanBeRenewedWithoutEnd() {
        save(Map.of("accessTokenPeriod", 300L, "accessTokenTTL", 60L, "accessTokenMaxTTL", 60L), Map.of());
        assertThat(SessionFixture.body(login(CLIENT_ID, SECRET)))
                .containsEntry("expiresIn", 300L)
                .containsEntry("accessTokenMaxTTL", 0L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"clientId\": \"x\"}",
                "{\"clientSecret\": \"x\"}",
                "{\"clientId\": \"\", \"clientSecret\": \"x\"}",
                "{\"clientId\": \"x\", \"clientSecret\": \" \"}",
                "{\"clientId\": 1, \"clientSecret\": \"x\"}",
                "{\"clientId\": \"x\", \"clientSecret\": [\"x\"]}"
            })
    void refusesABodyWithoutBothFields(String body) {
        assertThat(send(body, "192.0.2.1").status()).isEqualTo(422);
    }

    @Test
    void refusesAFieldThatIsGivenTwice() {
        assertThat(send("{\"clientId\":\"x\",\"clientSecret\":\"x\",\"clientSecret\":\"y\"}", "192.0.2.1")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void answersEveryCredentialThatIsNotAdmittedAlike() {
        List<Map<String, Object>> answers = new ArrayList<>();
        List<Reason> reasons = new ArrayList<>();
        save(Map.of(), Map.of());
        collect(login("no-such-client", SECRET), answers, reasons);
        collect(login(CLIENT_ID, OTHER), answers, reasons);
        collect(login("not a name", SECRET), answers, reasons);
        save(Map.of("clientSecretTrustedIps", List.of("10.0.0.0/8")), Map.of());
        collect(loginFresh(), answers, reasons);
        save(Map.of(), Map.of("ttl", 60L));
        world.sessions.clock.advance(Duration.ofSeconds(60));
        collect(loginFresh(), answers, reasons);
        save(Map.of(), Map.of("numUsesLimit", 1L));
        assertThat(loginFresh().status()).isEqualTo(200);
        collect(login(CLIENT_ID, SECRET), answers, reasons);

        assertThat(reasons)
                .containsExactly(
                        Reason.UNKNOWN_IDENTITY,
                        Reason.BAD_CLIENT_SECRET,
                        Reason.UNKNOWN_IDENTITY,
                        Reason.CLIENT_SECRET_ADDRESS_NOT_TRUSTED,
                        Reason.CLIENT_SECRET_EXPIRED,
                        Reason.CLIENT_SECRET_USED_UP);
        assertThat(answers).allMatch(answers.get(0)::equals);
        assertThat(answers.get(0)).containsEntry("statusCode", 401L).containsEntry("error", "UnauthorizedError");
    }

    /** After the caches of identities and denials have forgotten. */
    private Response loginFresh() {
        world.sessions.clock.advance(Duration.ofSeconds(6));
        return login(CLIENT_ID, SECRET);
    }

    private void collect(Response response, List<Map<String, Object>> answers, List<Reason> reasons) {
        Map<String, Object> body = new HashMap<>(SessionFixture.body(response));
        body.remove("reqId");
        answers.add(body);
        reasons.add(lastReason());
        assertThat(response.status()).isEqualTo(401);
    }

    @Test
    void admitsUpToTheEndOfTheTtlAndNotAtIt() {
        save(Map.of(), Map.of("ttl", 60L));
        world.sessions.clock.advance(Duration.ofSeconds(60).minusNanos(1));
        assertThat(login(CLIENT_ID, SECRET).status()).isEqualTo(200);
        world.sessions.clock.advance(Duration.ofNanos(1));
        assertThat(login(CLIENT_ID, SECRET).status()).isEqualTo(401);
        assertThat(error(atTheTokenService())).isEqualTo("401 invalid_client");
        assertThat(lastReason()).isEqualTo(Reason.CLIENT_SECRET_EXPIRED);
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3, 200", "::ffff:10.1.2.3, 200", "11.1.2.3, 401", "'', 401", "10.1.2.3/8, 401"})
    void admitsFromTrustedAddressesOnly(String address, int status) {
        save(Map.of("clientSecretTrustedIps", List.of("10.0.0.0/8")), Map.of());
        assertThat(login(CLIENT_ID, SECRET, address).status()).isEqualTo(status);
    }

    @Test
    void bindsTheTokenServiceToTheTrustedAddressesToo() {
        save(Map.of("clientSecretTrustedIps", List.of("10.0.0.0/8")), Map.of());
        assertThat(error(atTheTokenService())).isEqualTo("401 invalid_client");
        assertThat(lastReason()).isEqualTo(Reason.CLIENT_SECRET_ADDRESS_NOT_TRUSTED);
    }

    private Response atTheTokenService() {
        return world.send(
                world.token, form("grant_type", TokenEndpoint.CLIENT_CREDENTIALS), basic(CLIENT_ID, SECRET.text()));
    }

    @Test
    void countsUsesAtTheLoginTheTokenServiceAndIntrospectionTogether() {
        save(Map.of(), Map.of("numUsesLimit", 3L));
        assertThat(login(CLIENT_ID, OTHER).status()).isEqualTo(401);
        assertThat(login(CLIENT_ID, SECRET).status()).isEqualTo(200);
        assertThat(atTheTokenService().status()).isEqualTo(200);
        assertThat(introspect().status()).isEqualTo(200);
        assertThat(error(atTheTokenService())).isEqualTo("401 invalid_client");
        assertThat(lastReason()).isEqualTo(Reason.CLIENT_SECRET_USED_UP);
        assertThat(error(introspect())).isEqualTo("401 invalid_client");
        assertThat(login(CLIENT_ID, SECRET).status()).isEqualTo(401);
    }

    private Response introspect() {
        return world.send(world.introspect, form("token", "x"), basic(CLIENT_ID, SECRET.text()));
    }

    @Test
    void admitsExactlyAsOftenAsTheLimitUnder64Threads() throws Exception {
        save(Map.of(), Map.of("numUsesLimit", 40L));
        AtomicInteger turn = new AtomicInteger();
        List<Integer> statuses = Race.of(
                64,
                () -> turn.getAndIncrement() % 2 == 0
                        ? login(CLIENT_ID, SECRET).status()
                        : atTheTokenService().status());
        assertThat(statuses.stream().filter(status -> status == 200)).hasSize(40);
        assertThat(statuses.stream().filter(status -> status == 401)).hasSize(24);
    }

    @Test
    void countsAnewWhenTheLimitIsChanged() {
        save(Map.of(), Map.of("numUsesLimit", 1L));
        assertThat(login(CLIENT_ID, SECRET).status()).isEqualTo(200);
        assertThat(login(CLIENT_ID, SECRET).status()).isEqualTo(401);
        save(Map.of(), Map.of("numUsesLimit", 2L));
        assertThat(loginFresh().status()).isEqualTo(200);
        assertThat(login(CLIENT_ID, SECRET).status()).isEqualTo(200);
        assertThat(login(CLIENT_ID, SECRET).status()).isEqualTo(401);
    }

    @Test
    void doesNotAdmitWhatItCannotCount() {
        save(Map.of(), Map.of("numUsesLimit", 5L));
        assertThat(login(CLIENT_ID, SECRET).status()).isEqualTo(200);
        world.sessions.stores.failWrites(Reason.STORE_UNAVAILABLE);
        assertThat(login(CLIENT_ID, SECRET).status()).isEqualTo(503);
    }

    @Test
    void writesNothingForASecretWithoutLimitButItsLastUseOnceAnHour() throws Exception {
        save(Map.of(), Map.of());
        assertThat(login(CLIENT_ID, SECRET).status()).isEqualTo(200);
        var noted = world.sessions.stores.lastUse(credential());
        assertThat(noted).contains(world.sessions.clock.instant());
        int writes = world.sessions.stores.writes();
        world.sessions.clock.advance(Duration.ofMinutes(59));
        login(CLIENT_ID, SECRET);
        assertThat(world.sessions.stores.writes()).isEqualTo(writes);
        assertThat(world.sessions.stores.lastUse(credential())).isEqualTo(noted);
        world.sessions.clock.advance(Duration.ofMinutes(1));
        login(CLIENT_ID, SECRET);
        assertThat(world.sessions.stores.lastUse(credential())).contains(world.sessions.clock.instant());
    }

    private Credential credential() throws Exception {
        return world.sessions
                .stores
                .find(CLIENT)
                .orElseThrow()
                .method(ClientSecretAuth.class)
                .orElseThrow()
                .secrets()
                .get(0)
                .credential();
    }

    /** However its name is looked up, and whether it is cached or not. */
    @ParameterizedTest
    @CsvSource({"CLIENT_ID, true", "CLIENT_ID, false", "ID, true", "ID, false"})
    void aDenialReadsAsMuchAsThatOfAnUnknownClient(String by, boolean isCached) throws Exception {
        save(Map.of(), Map.of("ttl", 60L));
        world.sessions.clock.advance(Duration.ofSeconds(70));
        String called = by.equals("ID") ? CLIENT.value() : CLIENT_ID;
        if (isCached) {
            world.sessions.identities.findClient(called);
        }
        List<Integer> wrong = reads(called, OTHER);
        world.sessions.clock.advance(Duration.ofSeconds(6));
        List<Integer> expired = reads(called, SECRET);
        world.sessions.clock.advance(Duration.ofSeconds(6));
        assertThat(wrong)
                .isEqualTo(reads("no-such-client", SECRET))
                .isEqualTo(expired)
                .isNotEqualTo(List.of(0, 0));
    }

    private List<Integer> reads(String clientId, Secret secret) {
        int reads = world.sessions.stores.reads();
        int lookups = world.sessions.stores.lookups();
        assertThat(login(clientId, secret).status()).isEqualTo(401);
        int byKey = world.sessions.stores.lookups() - lookups;
        return List.of(world.sessions.stores.reads() - reads - byKey, byKey);
    }

    @Test
    void neverTellsTheSecret() {
        save(Map.of(), Map.of());
        Response response = login(CLIENT_ID, SECRET);
        Response denied = login(SECRET.text(), SECRET);
        assertThat(response.body()
                        + denied.body()
                        + world.sessions.audits.stream()
                                .map(audit -> audit.facts().toString())
                                .toList())
                .doesNotContain(SECRET.text());
    }
}
