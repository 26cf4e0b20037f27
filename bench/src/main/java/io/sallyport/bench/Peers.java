package io.sallyport.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.IdentityId;
import io.sallyport.json.Json;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.provider.Providers;
import io.sallyport.secret.Secret;
import io.sallyport.tokenservice.TokenFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Token services in turns: from start to first token, and then the CPU time per token of a warm process. All sign with
 * ES256 and authenticate clients by a secret; Sallyport keeps its clients in SQLite if its launcher starts it, else in
 * Firestore's emulator, the others in memory. All are compared with the launcher's.
 */
final class Peers implements Program {
    static final String START = "start, CPU ms";
    static final String START_WALL = "start, wall ms";
    static final String PEAK = "start, peak MiB";
    static final String REQUEST = "token, µs CPU";
    static final String START_RATIO = "start, CPU to Sallyport";
    static final String REQUEST_RATIO = "token, CPU to Sallyport";

    private static final String FORM = "application/x-www-form-urlencoded";
    static final IdentityId CLIENT = new IdentityId("shop-frontend");
    private static final String ISSUER = "https://ci.example.com";
    private static final String SUBJECT = "repo:shop/frontend:ref:refs/heads/main";

    /** As long as the secrets that Sallyport creates. */
    static final String SECRET = "sallyport_secret_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    @Override
    public Measured run(Plan plan) throws Exception {
        Measured measured = new Measured();
        try (Pinning pinning = Pinning.begin();
                LoginWorld world = LoginWorld.open()) {
            List<Peer> peers = peers(plan, world);
            for (int round = 0; round <= plan.rounds(); round++) {
                starts(plan, peers, pinning, round == 0 ? new Measured() : measured);
            }
            requests(plan, peers, pinning, measured);
        }
        return measured;
    }

    /**
     * @param cold the command before the subject's arguments when its start is measured; {@code warm} when it runs for
     *     long
     */
    private record Peer(Subject subject, List<String> cold, List<String> warm) {}

    private static List<Peer> peers(Plan plan, LoginWorld world) throws Exception {
        RSAKey trusted = new RSAKeyGenerator(2048).keyID("ci").generate();
        world.save(Providers.DOCUMENTS.read(CLIENT, identity(trusted)));
        JavaRuntime java = JavaRuntime.current();
        List<String> cold = JvmFlags.quick(java).withoutArchive();
        List<String> warm = JvmFlags.plain(java).withoutArchive();
        List<Peer> peers = new ArrayList<>(List.of(
                byLauncher(plan, "Sallyport, ./sallyport serve", ""),
                byLauncher(plan, "Sallyport, ./sallyport serve, C1", "-XX:TieredStopAtLevel=1")));
        for (String store : plan.stores()) {
            peers.add(new Peer(sallyport(plan, world, store, "client_credentials", bySecret("/v1/token")), cold, warm));
            peers.add(new Peer(sallyport(plan, world, store, "jwt-bearer", byAssertion(trusted)), cold, warm));
        }
        peers.add(new Peer(spring(plan), cold, warm));
        Optional<Path> node = NodePeer.install(plan);
        if (node.isPresent()) {
            List<String> command = List.of(node.get().toString());
            peers.add(new Peer(NodePeer.subject(plan, bySecret("/token")), command, command));
        }
        return peers;
    }

    /** As people run it: its first start, in the round that does not count, writes the archive of classes. */
    private static Peer byLauncher(Plan plan, String name, String options) throws IOException {
        Path folder = Files.createDirectories(plan.target("peers").resolve(name.replaceAll("[^A-Za-z0-9]+", "-")));
        Path identities = folder.resolve("identities.json");
        Files.write(
                identities,
                Json.write(Map.of(
                        "identities", List.of(Map.of("id", CLIENT.value(), "clientSecretAuth", clientSecret())))));
        List<String> command =
                List.of(plan.module().resolve("../sallyport").normalize().toString());
        return new Peer(
                new Subject(
                        name,
                        port -> List.of(
                                "serve",
                                "--port",
                                Integer.toString(port),
                                "--data",
                                folder.toString(),
                                "--identities",
                                identities.toString()),
                        Map.of(
                                "PATH",
                                System.getenv().getOrDefault("PATH", ""),
                                "JAVA_HOME",
                                System.getProperty("java.home"),
                                "SALLYPORT_JAVA_OPTIONS",
                                options),
                        Optional.of(bySecret("/v1/token"))),
                command,
                command);
    }

    private static Map<String, Object> clientSecret() {
        ClientSecret secret = ClientSecret.of("first", new Secret(SECRET), Instant.EPOCH);
        return Map.of("secrets", List.of(Map.of("id", secret.id(), "sha256", secret.sha256())));
    }

    private static Map<String, Object> identity(RSAKey trusted) {
        return Map.of(
                "clientSecretAuth",
                clientSecret(),
                "jwtBearerAuth",
                Map.of(
                        "trustedIssuers",
                        List.of(Map.of(
                                "issuer",
                                ISSUER,
                                "subject",
                                SUBJECT,
                                "audience",
                                LoginWorld.ISSUER,
                                "jwks",
                                new JWKSet(trusted.toPublicJWK()).toString()))));
    }

    private static Subject sallyport(Plan plan, LoginWorld world, String store, String grant, HttpMessage request) {
        return Subject.function(
                "Sallyport, " + grant + ", " + store,
                plan,
                TokenFunction.class.getName(),
                world.variablesInClearText(store),
                request);
    }

    private static Subject spring(Plan plan) {
        return new Subject(
                "Spring Authorization Server, client_credentials",
                port -> List.of(
                        "-cp",
                        plan.springPeerJar().toString(),
                        "io.sallyport.bench.spring.SpringPeer",
                        "--server.port=" + port),
                Map.of("PEER_CLIENT", CLIENT.value(), "PEER_SECRET", SECRET),
                Optional.of(bySecret("/oauth2/token")));
    }

    static HttpMessage bySecret(String path) {
        String credentials =
                Base64.getEncoder().encodeToString((CLIENT + ":" + SECRET).getBytes(StandardCharsets.UTF_8));
        return HttpMessage.post(
                path, FORM, Map.of("Authorization", "Basic " + credentials), "grant_type=client_credentials");
    }

    private static HttpMessage byAssertion(RSAKey trusted) throws JOSEException {
        Instant now = Instant.now();
        SignedJWT assertion = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID(trusted.getKeyID())
                        .build(),
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .subject(SUBJECT)
                        .audience(LoginWorld.ISSUER)
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(Duration.ofHours(1))))
                        .build());
        assertion.sign(new RSASSASigner(trusted));
        return HttpMessage.post(
                "/v1/token",
                FORM,
                Map.of(),
                "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + assertion.serialize());
    }

    private static void starts(Plan plan, List<Peer> peers, Pinning pinning, Measured measured) throws IOException {
        double ours = 0;
        for (Peer peer : peers) {
            FirstAnswer answer = FirstAnswer.of(peer.subject(), pinning.onItsCpu(peer.cold()), output(plan, peer));
            String row = peer.subject().name();
            ours = ours == 0 ? answer.cpuMillis() : ours;
            measured.add(row, START, answer.cpuMillis());
            measured.add(row, START_WALL, answer.wallMillis());
            measured.add(row, PEAK, answer.peakMebibytes());
            measured.add(row, START_RATIO, answer.cpuMillis() / ours);
        }
    }

    private record WarmPeer(String name, RunningServer server) {}

    /** All are started first, so that their turns are close to each other. */
    private static void requests(Plan plan, List<Peer> peers, Pinning pinning, Measured measured) throws IOException {
        List<WarmPeer> all = new ArrayList<>();
        try {
            for (Peer peer : peers) {
                RunningServer server =
                        RunningServer.start(peer.subject(), pinning.onItsCpu(peer.warm()), output(plan, peer));
                all.add(new WarmPeer(peer.subject().name(), server));
                server.cpuMicrosForEach(plan.of(10_000, 500));
            }
            for (int round = 0; round < plan.rounds(); round++) {
                double ours = 0;
                for (WarmPeer warm : all) {
                    double micros = warm.server().cpuMicrosForEach(plan.of(3000, 300));
                    ours = ours == 0 ? micros : ours;
                    measured.add(warm.name(), REQUEST, micros);
                    measured.add(warm.name(), REQUEST_RATIO, micros / ours);
                }
            }
        } finally {
            all.forEach(warm -> warm.server().close());
        }
    }

    private static Path output(Plan plan, Peer peer) throws IOException {
        Path folder = Files.createDirectories(plan.target("peers"));
        return folder.resolve(peer.subject().name().replaceAll("[^A-Za-z0-9]+", "-") + ".out");
    }
}
