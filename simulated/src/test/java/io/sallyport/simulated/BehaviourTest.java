package io.sallyport.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every key endpoint behaves as configured. */
@Timeout(30)
final class BehaviourTest {
    private final SimulatedGoogle google = SimulatedGoogle.start(new MovableClock());
    private final Behaviour behaviour = google.behaviour();

    enum Endpoint {
        CERTS,
        X509;

        URI uri(SimulatedGoogle google) {
            return switch (this) {
                case CERTS -> google.oauth2Certs();
                case X509 ->
                    Keys.certificatesOf(
                            google,
                            google.serviceAccount("ci@p.iam.gserviceaccount.com")
                                    .email());
            };
        }

        int requests(SimulatedGoogle google) {
            return switch (this) {
                case CERTS -> google.certsRequests();
                case X509 -> google.serviceAccountCertsRequests();
            };
        }
    }

    @AfterEach
    void close() {
        google.close();
    }

    @ParameterizedTest
    @EnumSource
    void cacheHeadersAreAsItIsTold(Endpoint endpoint) throws Exception {
        behaviour.cacheControl("no-store");
        behaviour.age(1200);
        HttpResponse<String> told = get(endpoint);
        behaviour.noCacheControl();
        HttpResponse<String> without = get(endpoint);

        assertThat(Http.header(told, "Cache-Control")).isEqualTo("no-store");
        assertThat(Http.header(told, "Age")).isEqualTo("1200");
        assertThat(without.headers().firstValue("Cache-Control")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void failsUntilItRecovers(Endpoint endpoint) throws Exception {
        String usual = get(endpoint).body();
        behaviour.fail(503);
        HttpResponse<String> failed = get(endpoint);
        behaviour.recover();

        assertThat(failed.statusCode()).isEqualTo(503);
        assertThat(failed.body()).contains("UNAVAILABLE");
        assertThat(failed.headers().firstValue("Cache-Control")).isEmpty();
        assertThat(get(endpoint)).returns(200, HttpResponse::statusCode).returns(usual, HttpResponse::body);
    }

    @ParameterizedTest
    @EnumSource
    void answersWithAnyBody(Endpoint endpoint) throws Exception {
        behaviour.answerWith("<html>");
        HttpResponse<String> garbage = get(endpoint);
        behaviour.answerWith("");
        HttpResponse<String> nothing = get(endpoint);

        assertThat(garbage).returns(200, HttpResponse::statusCode).returns("<html>", HttpResponse::body);
        assertThat(Http.header(garbage, "Cache-Control")).startsWith("public");
        assertThat(nothing).returns(200, HttpResponse::statusCode).returns("", HttpResponse::body);
    }

    @ParameterizedTest
    @EnumSource
    void breaksOffInTheMiddleOfTheBody(Endpoint endpoint) {
        behaviour.truncate();

        assertThatIOException().isThrownBy(() -> get(endpoint)).withMessageContaining("fixed content-length");
    }

    @ParameterizedTest
    @EnumSource
    void redirects(Endpoint endpoint) throws Exception {
        behaviour.redirectTo(URI.create("http://127.0.0.1:1/elsewhere"));

        HttpResponse<String> response = get(endpoint);

        assertThat(response.statusCode()).isEqualTo(302);
        assertThat(Http.header(response, "Location")).isEqualTo("http://127.0.0.1:1/elsewhere");
    }

    @ParameterizedTest
    @EnumSource
    void requestsAreHeldUntilTheyAreReleased(Endpoint endpoint) throws Exception {
        behaviour.hold();
        CompletableFuture<HttpResponse<String>> first = getLater(endpoint);
        CompletableFuture<HttpResponse<String>> second = getLater(endpoint);
        awaitRequests(endpoint, 2);
        // If they had not been held, they would get the answer of the state until now.
        behaviour.fail(500);
        behaviour.release();

        assertThat(first.get().statusCode()).isEqualTo(500);
        assertThat(second.get().statusCode()).isEqualTo(500);
        assertThat(get(endpoint).statusCode()).isEqualTo(500);
    }

    @ParameterizedTest
    @EnumSource
    void requestsThatAreHeldHoldNoOthers(Endpoint endpoint) throws Exception {
        SimulatedServiceAccount account = google.serviceAccount("ci@p.iam.gserviceaccount.com");
        behaviour.hold();
        CompletableFuture<HttpResponse<String>> held = getLater(endpoint);
        awaitRequests(endpoint, 1);

        HttpResponse<String> other = Http.get(
                URI.create(google.metadataServer(account).identity() + "?audience=a"), "Metadata-Flavor", "Google");

        assertThat(other.statusCode()).isEqualTo(200);
        assertThat(held).isNotDone();
    }

    @ParameterizedTest
    @EnumSource
    void everyRequestIsCountedWhateverTheAnswer(Endpoint endpoint) throws Exception {
        get(endpoint);
        behaviour.fail(500);
        get(endpoint);
        Endpoint other = endpoint == Endpoint.CERTS ? Endpoint.X509 : Endpoint.CERTS;

        assertThat(endpoint.requests(google)).isEqualTo(2);
        assertThat(other.requests(google)).isZero();
    }

    private HttpResponse<String> get(Endpoint endpoint) throws Exception {
        return Http.get(endpoint.uri(google));
    }

    private CompletableFuture<HttpResponse<String>> getLater(Endpoint endpoint) {
        return Http.CLIENT.sendAsync(Http.request(endpoint.uri(google)).build(), BodyHandlers.ofString());
    }

    private void awaitRequests(Endpoint endpoint, int count) {
        while (endpoint.requests(google) < count) {
            Thread.onSpinWait();
        }
    }
}
