package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.json.Json;
import io.sallyport.testing.RawHttp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Logins with JWTs of issuers, and with JWT-SVIDs, over HTTP. */
class JwtLoginTest {
    private static final String SPIFFE = "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe";
    private static final String BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    @TempDir
    private Path data;

    private ApiFixture stage;

    @BeforeEach
    void start() throws Exception {
        stage = ApiFixture.open(data, Map.of(), log::add);
    }

    @AfterEach
    void stop() {
        stage.close();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "oidc, payments-job, subject, system:serviceaccount:shop:payments",
        "jwt, payments-signed, subject, system:serviceaccount:shop:payments",
        "spiffe, payments-workload, spiffe_id, spiffe://prod.example.com/ns/shop/sa/payments"
    })
    void logsIn(String method, String identity, String fact, String value) throws Exception {
        String jwt = method.equals("spiffe") ? stage.svid() : stage.clusterToken();
        RawHttp.Answer answer = login(method, identity, jwt);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        String session = claims(String.valueOf(Json.parseObject(answer.body()).get("accessToken")));
        assertThat(session)
                .contains("\"auth_method\":\"" + method + "\"")
                .contains("\"" + fact + "\":\"" + value + "\"");
        assertThat(log).anyMatch(line -> line.contains("granted") && line.contains(value));
    }

    /** A method takes no JWT that another of the three would take. */
    @ParameterizedTest(name = "{0} as {1}")
    @CsvSource({
        "oidc, payments-workload, no_auth_method",
        "jwt, payments-job, no_auth_method",
        "spiffe, payments-signed, no_auth_method"
    })
    void refusesAnIdentityOfAnotherMethod(String method, String identity, String reason) throws Exception {
        assertThat(login(method, identity, stage.clusterToken()).status()).isEqualTo(401);
        assertThat(log).anyMatch(line -> line.contains(reason));
    }

    @Test
    void refusesAnotherWorkload() throws Exception {
        assertThat(login("spiffe", ApiFixture.WORKLOAD, stage.svid("/ns/dev/sa/payments", "sallyport"))
                        .status())
                .isEqualTo(401);
        assertThat(log).anyMatch(line -> line.contains("spiffe_id_not_allowed"));
        assertThat(login("spiffe", ApiFixture.WORKLOAD, stage.clusterToken()).status())
                .isEqualTo(401);
        assertThat(log).anyMatch(line -> line.contains("wrong_trust_domain"));
    }

    @ParameterizedTest
    @ValueSource(strings = {ApiFixture.WORKLOAD, ""})
    void authenticatesAClientByItsSvid(String client) throws Exception {
        RawHttp.Answer answer = token(SPIFFE, stage.svid(), client);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("access_token");
        // Its type in general says nothing else.
        assertThat(token(BEARER, stage.svid(), client).status()).isEqualTo(200);
    }

    @Test
    void refusesAnythingElseAsASvid() throws Exception {
        assertThat(token(SPIFFE, stage.clusterToken(), ApiFixture.POD).status()).isEqualTo(401);
        assertThat(log).anyMatch(line -> line.contains("wrong_trust_domain"));
        assertThat(token(SPIFFE, stage.svid("/ns/dev/sa/x", "sallyport"), ApiFixture.WORKLOAD)
                        .status())
                .isEqualTo(401);
        assertThat(token(SPIFFE, stage.svid("/ns/dev/sa/x", "sallyport"), "").status())
                .isEqualTo(401);
        assertThat(token(SPIFFE, stage.svid(), ApiFixture.POD).status()).isEqualTo(401);
        assertThat(token(SPIFFE + "2", stage.svid(), ApiFixture.WORKLOAD).status())
                .isEqualTo(400);
    }

    private RawHttp.Answer login(String method, String identity, String jwt) throws Exception {
        return server().send(DescribedServer.call("POST", "/api/v1/auth/" + method + "-auth/login")
                .json(Map.of("identityId", identity, "jwt", jwt)));
    }

    private RawHttp.Answer token(String type, String assertion, String client) throws Exception {
        Map<String, String> form = new LinkedHashMap<>(Map.of(
                "grant_type",
                "client_credentials",
                "audience",
                ApiFixture.ORDERS,
                "client_assertion_type",
                type,
                "client_assertion",
                assertion));
        if (!client.isEmpty()) {
            form.put("client_id", client);
        }
        return server().send(DescribedServer.call("POST", "/v1/token").form(form));
    }

    private DescribedServer server() {
        return new DescribedServer(ApiDescription.read(), stage.port());
    }

    private static String claims(String token) {
        return new String(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]), StandardCharsets.UTF_8);
    }
}
