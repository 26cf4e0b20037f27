package io.sallyport.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.server.StandInIssuer;
import io.sallyport.simulated.federation.OidcProvider;
import io.sallyport.simulated.federation.SimulatedIamCredentials;
import io.sallyport.simulated.federation.SimulatedSts;
import io.sallyport.simulated.google.SimulatedGoogle;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The demo's last act, with an issuer that replaces the server. */
class FederationScenariosTest {
    private final InstantSource clock = InstantSource.system();
    private final SimulatedGoogle google = SimulatedGoogle.start(clock);
    private final SimulatedSts sts = SimulatedSts.start(clock);
    private final SimulatedIamCredentials iam = SimulatedIamCredentials.start(clock, google, sts);
    private final StringWriter shown = new StringWriter();
    private final Transcript transcript = new Transcript(new PrintWriter(shown, true), false);
    private StandInIssuer issuer;
    private FederationScenarios acts;

    @BeforeEach
    void open() throws Exception {
        issuer = StandInIssuer.start(clock);
        acts = new FederationScenarios(
                new DemoClient(transcript, issuer.url(), new ConcurrentLinkedQueue<>()), google, sts, iam);
        acts.trust(issuer.url());
    }

    @AfterEach
    void close() {
        issuer.close();
        iam.close();
        sts.close();
        google.close();
    }

    @Test
    void everyStepDoesWhatItShould() throws Exception {
        acts.reachGoogleCloud();

        assertThat(transcript.end()).as(shown.toString()).isTrue();
        assertThat(shown.toString())
                .contains("grant-type%3Ajwt-bearer", "grant-type%3Atoken-exchange")
                .contains("ok: it stands for the identity reports")
                .contains("ok: an access token of warehouse-reader@shop.iam.gserviceaccount.com")
                .contains("PERMISSION_DENIED", "does not match the expected audience")
                .as("no token is shown whole")
                .doesNotContainPattern("(?:eyJ|ya29\\.)[A-Za-z0-9_.-]{30}");
    }

    @Test
    void aDenialIsSeen() throws Exception {
        issuer.answerWith(400, "{\"error\":\"invalid_target\"}");

        acts.reachGoogleCloud();

        assertThat(transcript.end()).isFalse();
    }

    @Test
    void aTokenThatGoogleRefusesIsSeen() throws Exception {
        sts.register(OidcProvider.of(FederationScenarios.PROVIDER, issuer.url()).onlyIf(claims -> false));

        acts.reachGoogleCloud();

        assertThat(transcript.end()).isFalse();
    }

    @Test
    void anIdentityThatBecomesAnybodyIsSeen() throws Exception {
        iam.allow("reports@shop.iam.gserviceaccount.com", FederationScenarios.PROVIDER.everyPrincipal());

        acts.reachGoogleCloud();

        assertThat(transcript.end()).isFalse();
    }
}
