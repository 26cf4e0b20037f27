package io.sallyport.server;

import static io.sallyport.server.SessionClient.FORM;
import static io.sallyport.server.SessionClient.accessToken;
import static io.sallyport.server.SessionClient.body;
import static io.sallyport.server.SessionClient.json;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.identity.Identity;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.login.TokenIssuer;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.testing.NoKms;
import io.sallyport.testing.TestClock;
import io.sallyport.token.AccessToken;
import io.sallyport.token.SessionId;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TokenPolicy;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A token as long as an identity can make it works wherever any other does, including as a bearer token. */
@Timeout(120)
class LongTokenServeTest {
    private static final IdentityId ADMIN = new IdentityId("admin");

    private final TestClock clock = new TestClock();

    @AutoClose
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);

    @TempDir
    private Path data;

    @AutoClose
    private LocalServer server;

    private SessionClient client;
    private String token = "";

    @BeforeEach
    void logIn() throws Exception {
        List<String> ips = new ArrayList<>(IntStream.range(1, TokenPolicy.MAX_TRUSTED_IPS)
                .mapToObj(i -> "2001:db88:ffff:ffff:ffff:ffff:ffff:%04x/128".formatted(0x1000 + i))
                .toList());
        ips.add("192.0.2.0/24");
        Identity admin = SessionClient.identity(
                ADMIN,
                Map.of("accessTokenTrustedIps", ips),
                Map.of(
                        "name", "\u65e5".repeat(Identity.MAX_NAME),
                        "role", "admin",
                        "projects", Map.of("p", List.of("r".repeat(Identity.MAX_PROJECTS - 10))),
                        "audiences", List.of(SessionClient.ISSUER)));
        server = SessionClient.serve(
                SessionClient.environment(Map.of("SALLYPORT_FORWARDED_HOPS", "1"), clock),
                data,
                google,
                List.of(admin));
        client = new SessionClient(server.port(), google);
        token = withTheMostFacts(admin);
        assertThat(token.length()).isBetween(client.token(ADMIN).length() + 2000, UnverifiedJwt.MAX_LENGTH);
        assertThat(token.length()).isGreaterThan(8 * 1024);
    }

    /** As a login with the longest facts would issue it. */
    private String withTheMostFacts(Identity identity) throws Exception {
        Instant now = TokenPolicy.wholeSeconds(clock.instant());
        SigningKeys keys = SigningKeys.parsePrivate(Files.readString(data.resolve("signing-keys.json")));
        return new TokenMinter(SessionClient.ISSUER, keys.signer(NoKms.SUPPLIER))
                .mint(new AccessToken(
                        "t".repeat(22),
                        identity.asSubject(),
                        new AccessToken.Session(
                                new SessionId("s".repeat(22)),
                                now,
                                "gcp-id-token",
                                Map.of("f", "f".repeat(TokenIssuer.MAX_FACTS - "{\"f\":\"\"}".length())),
                                0,
                                identity.methods().get(0).policy().trustedIps()),
                        AccessToken.Target.own(SessionClient.ISSUER),
                        now,
                        now.plusSeconds(600)));
    }

    private String[] bearer() {
        return new String[] {"Authorization", "Bearer " + token, "X-Forwarded-For", "192.0.2.7"};
    }

    @Test
    void isRenewed() throws Exception {
        clock.advance(Duration.ofSeconds(1));
        HttpResponse<String> renewed = client.renew(token, bearer());
        assertThat(renewed.statusCode()).as(renewed.body()).isEqualTo(200);
        assertThat(accessToken(renewed)).isNotEqualTo(token);
    }

    @Test
    void isTakenByTheAdminApi() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(client.uri("/api/v1/identities"))
                .timeout(Duration.ofSeconds(60))
                .headers(bearer())
                .build();
        HttpResponse<String> listed = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(listed.statusCode()).as(listed.body()).isEqualTo(200);
    }

    @Test
    void isIntrospectedByItself() throws Exception {
        HttpResponse<String> introspected = client.post(
                SessionClient.INTROSPECT,
                FORM,
                "token=" + URLEncoder.encode(token, UTF_8) + "&client_ip=192.0.2.7",
                bearer());
        assertThat(body(introspected)).containsEntry("active", true);
    }

    @Test
    void isRevokedByTheTokenService() throws Exception {
        HttpResponse<String> revoked =
                client.post("/v1/revoke", FORM, "token=" + URLEncoder.encode(token, UTF_8), bearer());
        assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(200);
        assertThat(client.renew(token).statusCode()).isEqualTo(403);
    }

    @Test
    void isRevokedAsInfisicalsClientsDoIt() throws Exception {
        HttpResponse<String> revoked = client.post(SessionClient.REVOKE, SessionClient.JSON, json(token), bearer());
        assertThat(revoked.statusCode()).as(revoked.body()).isEqualTo(200);
        assertThat(client.renew(token).statusCode()).isEqualTo(403);
    }

    /** A request's headers have room for the longest token that is accepted. */
    @Test
    void leavesRoomInTheHeadersForTheLongestToken() throws Exception {
        String longest = token + "A".repeat(UnverifiedJwt.MAX_LENGTH - token.length());
        HttpResponse<String> refused =
                client.post(SessionClient.INTROSPECT, FORM, "token=x", "Authorization", "Bearer " + longest);
        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(401);
    }
}
