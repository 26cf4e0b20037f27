package io.sallyport.platforms;

import static io.sallyport.platforms.Calls.AWAY;
import static io.sallyport.platforms.Calls.DISCOVERY;
import static io.sallyport.platforms.Calls.HOME;
import static io.sallyport.platforms.Calls.K8S_LOGIN;
import static io.sallyport.platforms.Calls.RENEW;
import static io.sallyport.platforms.Calls.accessToken;
import static io.sallyport.platforms.Calls.assertError;
import static io.sallyport.platforms.Calls.claim;
import static io.sallyport.platforms.Calls.get;
import static io.sallyport.platforms.Calls.json;
import static io.sallyport.platforms.Calls.logIn;
import static io.sallyport.platforms.Calls.login;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.testing.Answer;
import io.sallyport.testing.Call;
import java.util.List;
import java.util.Map;

/** What a caller claims about its address and its destination, and how little that counts (zitadel, CVE-2025-64101). */
final class AddressCases {
    private static final List<String> SAID_BY_CALLERS = List.of(
            "X-Forwarded-For",
            "X-Real-IP",
            "CF-Connecting-IP",
            "True-Client-IP",
            "X-Client-IP",
            "X-Azure-ClientIP",
            "Forwarded");

    private AddressCases() {}

    static List<Case> all() {
        return List.of(
                Case.of(
                        "the platform's own word for the client's address, or none",
                        AddressCases::knowsThePlatformsWord),
                Case.of("no header counts without configured hops", AddressCases::believesNoHeader),
                Case.of("with one hop, the last address of `X-Forwarded-For`", AddressCases::takesTheLastHop),
                Case.onStore(
                        "trusted addresses: the real one counts, no forged one", AddressCases::holdsToTrustedAddresses),
                Case.onStore("`Host` and `X-Forwarded-*` do not change `iss`", AddressCases::keepsTheIssuer),
                Case.of("`Host` and `X-Forwarded-*` do not change discovery", AddressCases::keepsDiscovery));
    }

    private static Call refused(String path) {
        return json(path, Map.of());
    }

    private static void knowsThePlatformsWord(DeploymentFixture cloud) throws Exception {
        assertThat(clientOf(cloud, "kubernetes-login", refused(K8S_LOGIN))).isEqualTo(platformsWord(cloud));
    }

    /** Lambda passes it next to the headers; the others do not. */
    private static Object platformsWord(DeploymentFixture cloud) {
        return cloud.platform() == Platform.AWS ? HOME : "unknown";
    }

    private static void believesNoHeader(DeploymentFixture cloud) throws Exception {
        for (String header : SAID_BY_CALLERS) {
            assertThat(clientOf(cloud, "kubernetes-login", refused(K8S_LOGIN).with(header, forged(header))))
                    .as(header)
                    .isEqualTo(platformsWord(cloud));
        }
    }

    private static String forged(String header) {
        return header.equals("Forwarded") ? "for=" + AWAY : AWAY;
    }

    private static void takesTheLastHop(DeploymentFixture cloud) throws Exception {
        Call call = refused(RENEW);
        assertThat(clientOf(cloud, "renew", call)).isEqualTo(HOME);
        assertThat(clientOf(cloud, "renew", call.from("2001:db8::7"))).isEqualTo("2001:db8::7");
        for (String header : SAID_BY_CALLERS) {
            assertThat(clientOf(cloud, "renew", call.with(header, forged(header))))
                    .as(header)
                    .isEqualTo(HOME);
        }
        assertThat(clientOf(cloud, "renew", call.with("X-Forwarded-For", AWAY + ", " + AWAY, AWAY)))
                .isEqualTo(HOME);
        assertThat(clientOf(cloud, "renew", call.with("x-forwarded-for", "\"" + AWAY)))
                .isEqualTo(HOME);
    }

    private static Object clientOf(DeploymentFixture cloud, String function, Call call) throws Exception {
        Answer refused = assertError(cloud.send(function, call), 422, "ValidationFailure");
        return cloud.lineAbout(function, refused).getOrDefault("client", "unknown");
    }

    private static void holdsToTrustedAddresses(DeploymentFixture cloud) throws Exception {
        Call renew = json(RENEW, Map.of("accessToken", logIn(cloud, "restricted")));

        for (String header : SAID_BY_CALLERS) {
            Call forged = renew.from(AWAY).with(header, header.equals("Forwarded") ? "for=" + HOME : HOME);
            assertError(cloud.send("renew", forged), 403, "ForbiddenError");
        }
        accessToken(cloud, cloud.send("renew", renew.with("X-Forwarded-For", AWAY)));
    }

    private static Call forgingTheHost(Call call) {
        return call.with("Host", "evil.example")
                .with("X-Forwarded-Host", "evil.example")
                .with("X-Forwarded-Proto", "http")
                .with("X-Original-Host", "evil.example")
                .with("Forwarded", "host=evil.example;proto=http");
    }

    private static void keepsTheIssuer(DeploymentFixture cloud) throws Exception {
        Call call = forgingTheHost(login(K8S_LOGIN, "payments", cloud.world().podToken("payments")));

        String token = accessToken(cloud, cloud.send("kubernetes-login", call));
        assertThat(claim(token, "iss")).isEqualTo(CloudWorldFixture.ISSUER);
        assertThat(claim(token, "aud")).isEqualTo(List.of(CloudWorldFixture.ISSUER));
    }

    private static void keepsDiscovery(DeploymentFixture cloud) throws Exception {
        Answer plain = cloud.send("well-known", get(DISCOVERY));

        assertThat(cloud.send("well-known", forgingTheHost(get(DISCOVERY)))).isEqualTo(plain);
        assertThat(plain.json()).containsEntry("issuer", CloudWorldFixture.ISSUER);
    }
}
