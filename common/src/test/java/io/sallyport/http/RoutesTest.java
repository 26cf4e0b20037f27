package io.sallyport.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.testing.TestRequest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RoutesTest {
    private final Routes routes = new Routes()
            .add("POST", "/login", answering("login"))
            .add("GET", "/keys", answering("keys"))
            .add("PUT", "/item", answering("put"))
            .add("DELETE", "/item", answering("delete"))
            .add("GET", "/", answering("root"));

    @Test
    void tellsTheRouteOfARequestAndNotWhatACallerPutsIntoThePath() throws Exception {
        Routes templates = new Routes()
                .add("GET", "/all", request -> new Response(200, Map.of(), request.route()))
                .add("GET", "/all/{id}/{item}", request -> new Response(200, Map.of(), request.route()));

        assertThat(templates.handle(TestRequest.bodiless("GET", "/all/")).body())
                .isEqualTo("/all");
        assertThat(templates
                        .handle(TestRequest.bodiless("GET", "/all/canary/canary/"))
                        .body())
                .isEqualTo("/all/{id}/{item}");
        assertThat(templates.route("/all/canary")).isEqualTo(Request.UNKNOWN_ROUTE);
        assertThat(TestRequest.bodiless("GET", "/canary").toString()).doesNotContain("canary");
    }

    /** RFC 9110 §9.1: methods are case-sensitive. */
    @Test
    void takesNoMethodInSmallLetters() throws Exception {
        assertThat(routes.handle(TestRequest.bodiless("post", "/login")).status())
                .isEqualTo(405);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /login, login",
        "POST, /login/, login",
        "GET, /keys, keys",
        "HEAD, /keys, keys",
        "PUT, /item, put",
        "DELETE, /item, delete",
        "GET, /, root"
    })
    void finds(String method, String path, String handler) throws Exception {
        assertThat(routes.handle(TestRequest.bodiless(method, path)))
                .returns(200, Response::status)
                .returns(handler, Response::body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/logins",
                "/login//",
                "//login",
                "/Login",
                "/login/x",
                "/login;a=b",
                "/login%2f",
                "/./login",
                "login",
                ""
            })
    void hasNothingAt(String path) throws Exception {
        assertThat(routes.handle(TestRequest.bodiless("POST", path))).returns(404, Response::status);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /login, POST",
        "HEAD, /login, POST",
        "PUT, /login/, POST",
        "OPTIONS, /login, POST",
        "TRACE, /login, POST",
        "POST, /keys, GET",
        "BREW, /keys, GET",
        "'', /keys, GET",
        "POST, /item, 'DELETE, PUT'",
        "GET, /item, 'DELETE, PUT'"
    })
    void tellsTheMethodsOfAPathThatDoesNotTake(String method, String path, String allowed) throws Exception {
        Response response = routes.handle(TestRequest.bodiless(method, path));

        assertThat(response).returns(405, Response::status);
        assertThat(response.headers()).containsEntry("Allow", allowed);
    }

    @Test
    void passesARefusalOn() {
        Routes refusing = new Routes().add("GET", "/", request -> {
            throw new Refused(Reason.EXPIRED, "an hour ago");
        });

        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> refusing.handle(TestRequest.bodiless("GET", "/")))
                .returns(Reason.EXPIRED, Refused::reason);
    }

    @Test
    void takesOneHandlerForAMethodOnAPath() {
        assertThatIllegalArgumentException().isThrownBy(() -> routes.add("POST", "/login", answering("other")));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> routes.addAll(new Routes().add("GET", "/keys", answering("other"))));
    }

    @Test
    void takesInTheRoutesOfAnother() throws Exception {
        Routes both = new Routes().add("POST", "/keys", answering("made")).addAll(routes);

        assertThat(both.table())
                .isEqualTo(Map.of(
                        "/", List.of("GET"),
                        "/item", List.of("DELETE", "PUT"),
                        "/keys", List.of("GET", "POST"),
                        "/login", List.of("POST")));
        assertThat(both.handle(TestRequest.bodiless("POST", "/keys")).body()).isEqualTo("made");
        assertThat(both.handle(TestRequest.bodiless("GET", "/keys")).body()).isEqualTo("keys");
    }

    private static Handler answering(String body) {
        return request -> new Response(200, Map.of(), body);
    }
}
