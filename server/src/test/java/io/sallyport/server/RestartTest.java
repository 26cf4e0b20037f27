package io.sallyport.server;

import static io.sallyport.server.ServerFixture.JOB;
import static io.sallyport.server.ServerFixture.VM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.Race;
import io.sallyport.identity.Identity;
import io.sallyport.json.Json;
import io.sallyport.simulated.google.SimulatedGoogle;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RestartTest {
    private static final Map<String, String> VARIABLES = Map.of("SALLYPORT_ISSUER", "https://login.example.com");
    private static final String JWKS = "/.well-known/jwks.json";

    private static SimulatedGoogle google;

    @TempDir
    private Path folder;

    @BeforeAll
    static void startGoogle() {
        google = ServerFixture.google();
    }

    @AfterAll
    static void stopGoogle() {
        google.close();
    }

    private ServerFixture start(Identity... identities) {
        return ServerFixture.open(google, data(), VARIABLES, List.of(identities));
    }

    /** Neither it nor its parent exists before the first start. */
    private Path data() {
        return folder.resolve("new/data");
    }

    @Test
    void publishesTheKeyOfTokensThatWereIssuedBefore() throws Exception {
        SignedJWT token;
        String keys;
        try (ServerFixture before = start(ServerFixture.vm(Map.of()))) {
            token = ServerFixture.accessToken(
                    before.logIn(VM, before.idToken(VM)).body());
            keys = before.get(JWKS).body();
        }
        try (ServerFixture after = start()) {
            assertThat(after.get(JWKS).body()).isEqualTo(keys);
            JWKSet published = JWKSet.parse(after.get(JWKS).body());
            assertThat(token.verify(new ECDSAVerifier(published
                            .getKeyByKeyId(token.getHeader().getKeyID())
                            .toECKey())))
                    .isTrue();
            assertThat(token.getJWTClaimsSet().getIssuer())
                    .isEqualTo(after.server().issuer());
        }
    }

    @Test
    void knowsTheIdentitiesOfBefore() throws Exception {
        try (ServerFixture before = start(ServerFixture.vm(Map.of()), ServerFixture.job())) {
            assertThat(before.server().storeName())
                    .isEqualTo(data().resolve("sallyport.db").toString());
        }
        try (ServerFixture after = start()) {
            assertThat(after.logIn(VM, after.idToken(VM)).statusCode()).isEqualTo(200);
            assertThat(after.logIn(JOB, after.signedJwt(JOB)).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void putsTheIdentitiesThatItIsGivenInPlaceOfThoseItHas() throws Exception {
        try (ServerFixture before = start(ServerFixture.vm(Map.of()), ServerFixture.job())) {
            assertThat(expiresIn(before.logIn(VM, before.idToken(VM)))).isEqualTo(600L);
        }
        try (ServerFixture after = start(ServerFixture.vm(Map.of("accessTokenTTL", 60)))) {
            assertThat(expiresIn(after.logIn(VM, after.idToken(VM)))).isEqualTo(60L);
            assertThat(after.logIn(JOB, after.signedJwt(JOB)).statusCode())
                    .as("that which it is not given stays")
                    .isEqualTo(200);
        }
    }

    @Test
    void remembersWhichJwtsWereUsed() throws Exception {
        String jwt;
        try (ServerFixture before = start(ServerFixture.job())) {
            jwt = before.signedJwt(JOB);
            assertThat(before.logIn(JOB, jwt).statusCode()).isEqualTo(200);
        }
        try (ServerFixture after = start()) {
            HttpResponse<String> again = after.logIn(JOB, jwt);
            assertThat(again.statusCode()).isEqualTo(401);
            assertThat(after.lineAbout(again.body())).containsEntry("reason", "assertion_reused");
        }
    }

    @Test
    void keepsKeyAndDatabaseFromOtherUsers() throws Exception {
        assumeThat(folder.getFileSystem().supportedFileAttributeViews())
                .as("the file system has POSIX permissions")
                .contains("posix");
        try (ServerFixture stage = start(ServerFixture.vm(Map.of()))) {
            assertThat(stage.logIn(VM, stage.idToken(VM)).statusCode()).isEqualTo(200);
            try (Stream<Path> files = Files.list(data())) {
                assertThat(files.toList())
                        .contains(data().resolve("signing-keys.json"), data().resolve("sallyport.db"))
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .as(file.toString())
                                        .isEqualTo("rw-------"));
            }
        }
    }

    @Test
    void makesOneKeyHoweverManyStartAtOnce() throws Exception {
        Files.createDirectories(data());
        Path file = data().resolve("signing-keys.json");
        List<String> keys = Race.of(8, () -> Files.readString(SigningKeyFile.ensure(file)));
        assertThat(keys).hasSize(8);
        assertThat(keys.stream().distinct()).hasSize(1);
        try (Stream<Path> files = Files.list(data())) {
            assertThat(files).as("nothing half made stays behind").containsExactly(file);
        }
    }

    @Test
    void makesNoKeyWhereOneIsGiven() throws Exception {
        Path given = folder.resolve("keys.json");
        SigningKeyFile.ensure(given);
        Map<String, String> variables = Map.of("SALLYPORT_SIGNING_KEYS", Files.readString(given));
        try (ServerFixture stage = ServerFixture.open(google, data(), variables, List.of())) {
            String kid = (String) ((Map<?, ?>)
                            ((List<?>) Json.parseObject(stage.get(JWKS).body()).get("keys")).get(0))
                    .get("kid");
            assertThat(Files.readString(given)).contains(kid);
            assertThat(data().resolve("signing-keys.json")).doesNotExist();
        }
    }

    private static Object expiresIn(HttpResponse<String> response) throws Exception {
        return Json.parseObject(response.body()).get("expiresIn");
    }
}
