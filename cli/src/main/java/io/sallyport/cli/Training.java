package io.sallyport.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.runtime.Environment;
import io.sallyport.server.LocalServer;
import io.sallyport.server.SigningKeyFile;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What a launcher has a JVM do once, so that the classes of it can be kept for every start after that: a server starts in
 * a folder that is thrown away, on the loopback address, and answers what it will be asked: tokens, a login, renewal,
 * introspection. It also hands out SQLite's native library, which is otherwise unpacked at each start.
 */
final class Training {
    private static final String CLIENT = "trial-client";
    private static final String SUBJECT = "trial";
    private static final String TRUSTED = "https://trial.example.com";
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String HOST = "127.0.0.1";
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    /** Until the server listens. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Of the right form; it admits to nothing but this. */
    private static final String SECRET = "sallyport_secret_" + "A".repeat(43);

    private static final String SECRET_SHA256 = "fb78371552131a471f49f07456fdf9a48211b8d428f76bd6219d4dbd68050ced";

    /** There is no platform to log in with. */
    private static final String NO_LOGIN = "{}";

    private final Path folder;
    private final int port = LocalServer.freePort();
    private final String issuer = "http://" + HOST + ":" + port;
    private final JWK trusted = SigningKeyFile.generate();
    private final String authorization =
            "Basic " + Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(US_ASCII));

    private Training(Path folder) {
        this.folder = folder;
    }

    /** @param arguments an empty folder, which is also for SQLite's temporary files; the file for SQLite's library */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Training training = new Training(folder);
        Main.commandLine(Environment.system()).execute("identity", "create", "trial", "--data", folder.toString());
        Thread server = new Thread(training::serve);
        server.setDaemon(true);
        server.start();
        try {
            training.ask();
        } catch (IOException e) {
            System.err.println(e);
            System.exit(1);
        }
        keepLibrary(folder, Path.of(arguments[1]));
        System.exit(0);
    }

    private void serve() {
        try {
            Path identities = folder.resolve("identities.json");
            Files.write(identities, Json.write(Map.of("identities", List.of(client()))));
            EntryPoint.main(new String[] {
                "serve",
                "--host",
                HOST,
                "--port",
                Integer.toString(port),
                "--data",
                folder.toString(),
                "--identities",
                identities.toString()
            });
        } catch (Exception e) {
            System.err.println(e);
            System.exit(1);
        }
    }

    private Map<String, Object> client() {
        return Map.of(
                "id",
                CLIENT,
                "clientSecretAuth",
                Map.of("secrets", List.of(Map.of("id", "first", "sha256", SECRET_SHA256))),
                "jwtBearerAuth",
                Map.of(
                        "trustedIssuers",
                        List.of(Map.of(
                                "issuer",
                                TRUSTED,
                                "subject",
                                SUBJECT,
                                "audience",
                                issuer,
                                "algorithm",
                                "ES256",
                                "jwks",
                                Json.writeString(Map.of(
                                        "keys", List.of(trusted.toPublicJWK().toJSONObject())))))));
    }

    private void ask() throws IOException, JOSEException {
        request("GET", "/.well-known/jwks.json", "", "");
        String token = accessToken(request("POST", "/v1/token", FORM, "grant_type=client_credentials"));
        String session = accessToken(request(
                "POST",
                "/v1/token",
                FORM,
                "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + assertion()));
        request("POST", "/v1/introspect", FORM, "token=" + URLEncoder.encode(token, UTF_8));
        request(
                "POST",
                "/api/v1/auth/token/renew",
                "application/json",
                Json.writeString(Map.of("accessToken", session)));
        request("POST", "/api/v1/auth/gcp-auth/login", "application/json", NO_LOGIN);
    }

    private String assertion() throws JOSEException {
        Instant now = Instant.now();
        SignedJWT assertion = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .keyID(trusted.getKeyID())
                        .build(),
                new JWTClaimsSet.Builder()
                        .issuer(TRUSTED)
                        .subject(SUBJECT)
                        .audience(issuer)
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plusSeconds(60)))
                        .build());
        assertion.sign(new ECDSASigner(trusted.toECKey()));
        return assertion.serialize();
    }

    private static String accessToken(String answer) throws IOException {
        try {
            return String.valueOf(Json.parseObject(answer.substring(answer.indexOf("\r\n\r\n") + 4))
                    .get("access_token"));
        } catch (MalformedJsonException e) {
            throw new IOException(e);
        }
    }

    /** Sends a request, by a socket alone, so that no class of a client is kept; waits until the server listens. */
    private String request(String method, String path, String contentType, String body) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (Socket socket = new Socket(InetAddress.getByAddress(LOOPBACK), port)) {
                String head = method + " " + path + " HTTP/1.1\r\nHost: " + HOST + "\r\nConnection: close\r\n"
                        + (method.equals("GET")
                                ? "\r\n"
                                : "Authorization: " + authorization + "\r\nContent-Type: " + contentType
                                        + "\r\nContent-Length: " + body.length() + "\r\n\r\n");
                socket.getOutputStream().write((head + body).getBytes(ISO_8859_1));
                String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
                if (!answer.startsWith("HTTP/1.1 200 ") && !body.equals(NO_LOGIN)) {
                    throw new IOException(path + " was answered otherwise");
                }
                return answer;
            } catch (ConnectException notYet) {
                if (System.nanoTime() - end > 0) {
                    throw notYet;
                }
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** The library is there as long as the process lives. */
    private static void keepLibrary(Path folder, Path to) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            Path library = files.filter(file -> {
                        String name = String.valueOf(file.getFileName());
                        return name.startsWith("sqlite-") && !name.endsWith(".lck");
                    })
                    .findFirst()
                    .orElseThrow();
            Files.copy(library, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
