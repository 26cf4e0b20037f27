package io.sallyport.server;

import static io.sallyport.server.ServerFixture.JOB;
import static io.sallyport.server.ServerFixture.VM;
import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.store.firestore.FirestoreDatabase;
import io.sallyport.store.firestore.FirestoreEmulator;
import io.sallyport.store.firestore.FirestoreTokenStore;
import io.sallyport.store.firestore.SdkDatabase;
import io.sallyport.token.SessionId;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A login on Firestore, configured like a deployed function. */
@Timeout(120)
class FirestoreServeTest {
    private static String emulator;
    private static String project;
    private static SimulatedGoogle google;

    @TempDir
    private Path data;

    @BeforeAll
    static void startGoogle() {
        emulator = FirestoreEmulator.hostAndPort();
        project = FirestoreEmulator.freshProject();
        google = ServerFixture.google();
    }

    @AfterAll
    static void stopGoogle() {
        if (google != null) {
            google.close();
        }
    }

    private ServerFixture start(Identity... identities) {
        return ServerFixture.open(
                google,
                data,
                Map.of("SALLYPORT_STORE", "firestore:" + project + "/sallyport", "FIRESTORE_EMULATOR_HOST", emulator),
                List.of(identities));
    }

    @Test
    void grantsAndDeniesByTheIdentitiesInFirestore() throws Exception {
        try (ServerFixture stage = start(ServerFixture.vm(Map.of()))) {
            assertThat(stage.server().storeName()).isEqualTo("firestore:" + project + "/sallyport");
            HttpResponse<String> granted = stage.logIn(VM, stage.idToken(VM));
            assertThat(granted.statusCode()).isEqualTo(200);
            assertThat(Json.parseObject(granted.body()))
                    .containsOnlyKeys("accessToken", "expiresIn", "accessTokenMaxTTL", "tokenType")
                    .containsEntry("expiresIn", 600L);
            HttpResponse<String> denied = stage.logIn(VM, stage.idToken(JOB));
            assertThat(denied.statusCode()).isEqualTo(401);
            assertThat(stage.lineAbout(denied.body())).containsEntry("reason", "wrong_audience");
            assertThat(data.resolve("sallyport.db")).doesNotExist();
        }
        try (ServerFixture another = start()) {
            assertThat(another.logIn(VM, another.idToken(VM)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void leavesACounterForASessionOfLimitedUses() throws Exception {
        try (ServerFixture stage = start(ServerFixture.vm(Map.of("accessTokenNumUsesLimit", 2)));
                FirestoreDatabase database = SdkDatabase.openEmulator(project, "sallyport", emulator)) {
            SessionId session = session(stage);
            FirestoreTokenStore tokens = new FirestoreTokenStore(database, new Random());
            assertThat(tokens.spend(session, Instant.now())).isEqualTo(OptionalLong.of(1));
            assertThat(tokens.spend(session, Instant.now())).isEqualTo(OptionalLong.of(0));
            assertThat(tokens.spend(session, Instant.now())).isEmpty();
        }
    }

    @Test
    void leavesNothingForASessionOfUnlimitedUses() throws Exception {
        try (ServerFixture stage = start(ServerFixture.vm(Map.of()));
                FirestoreDatabase database = SdkDatabase.openEmulator(project, "sallyport", emulator)) {
            assertThat(new FirestoreTokenStore(database, new Random()).spend(session(stage), Instant.now()))
                    .isEmpty();
        }
    }

    @Test
    void admitsAJwtForSingleUseOnceAcrossInstances() throws Exception {
        try (ServerFixture one = start(ServerFixture.job());
                ServerFixture other = start()) {
            String jwt = one.signedJwt(JOB);
            assertThat(one.logIn(JOB, jwt).statusCode()).isEqualTo(200);
            HttpResponse<String> again = other.logIn(JOB, jwt);
            assertThat(again.statusCode()).isEqualTo(401);
            assertThat(other.lineAbout(again.body())).containsEntry("reason", "assertion_reused");
        }
    }

    private static SessionId session(ServerFixture stage) throws Exception {
        return new SessionId(
                ServerFixture.accessToken(stage.logIn(VM, stage.idToken(VM)).body())
                        .getJWTClaimsSet()
                        .getStringClaim("sid"));
    }
}
