package io.sallyport.simulated.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The part of AWS that workloads authenticate with: temporary keys of roles, served to Lambda functions at the container
 * credentials endpoint; keys of users; and a security token service that recognizes the signer of a request.
 */
public final class SimulatedAws implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration LIFETIME = Duration.ofHours(1);

    /** AWS STS, "Signature Version 4": requests are good for five minutes; other clocks may be off by as much. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final InstantSource clock;
    private final Map<String, Issued> issued = new ConcurrentHashMap<>();
    private final Map<String, AwsKeys> keys = new ConcurrentHashMap<>();
    private final List<LambdaCredentials> endpoints = new CopyOnWriteArrayList<>();
    private final List<AwsStsServer> servers = new CopyOnWriteArrayList<>();

    private record Issued(AwsSession session, TemporaryCredentials credentials) {}

    private SimulatedAws(InstantSource clock) {
        this.clock = clock;
    }

    /** @param clock of keys and signatures */
    public static SimulatedAws start(InstantSource clock) {
        return new SimulatedAws(clock);
    }

    /** New keys, good for an hour. */
    public TemporaryCredentials assume(AwsSession session) {
        TemporaryCredentials credentials = new TemporaryCredentials(
                "ASIA" + random(8),
                random(20),
                "IQoJb3JpZ2luX2Vj" + random(60),
                clock.instant().plus(LIFETIME));
        issued.put(credentials.accessKeyId(), new Issued(session, credentials));
        keys.put(
                credentials.accessKeyId(),
                new AwsKeys(AwsPrincipal.of(session), credentials, "aws", Optional.of(credentials.expiration())));
        return credentials;
    }

    /** New keys of a user, or of another principal, that are good until they are deleted. */
    public TemporaryCredentials keysOf(AwsPrincipal principal) {
        TemporaryCredentials credentials =
                new TemporaryCredentials("AKIA" + random(8), random(20), "", Instant.parse("9999-12-31T23:59:59Z"));
        register(principal, credentials);
        return credentials;
    }

    /** Makes existing keys those of a principal. */
    public void register(AwsPrincipal principal, TemporaryCredentials credentials) {
        String partition = principal.arn().split(":", -1)[1];
        keys.put(credentials.accessKeyId(), new AwsKeys(principal, credentials, partition, Optional.empty()));
    }

    /** The keys with an id, if there are such. */
    Optional<AwsKeys> keys(String accessKeyId) {
        return Optional.ofNullable(keys.get(accessKeyId));
    }

    /** Serves the security token service to callers of its API; closed with this at the latest. */
    public AwsStsServer sts() {
        AwsStsServer started = AwsStsServer.start(this, clock);
        servers.add(started);
        return started;
    }

    /** Where a function finds the keys of its session; closed with this at the latest. */
    public LambdaCredentials lambda(AwsSession session) {
        LambdaCredentials started = LambdaCredentials.start(() -> assume(session));
        endpoints.add(started);
        return started;
    }

    /**
     * The session that signed a request: AWS STS API, action {@code GetCallerIdentity}.
     *
     * @return empty if no session signed it, or it is too old
     */
    public Optional<AwsSession> caller(SignedRequest request) {
        Instant now = clock.instant();
        return request.signature()
                .flatMap(signature -> Optional.ofNullable(issued.get(signature.accessKeyId()))
                        .filter(known -> now.isBefore(known.credentials().expiration()))
                        .filter(known ->
                                known.credentials().sessionToken().equals(request.header("x-amz-security-token")))
                        .filter(known -> isSame(
                                signature.hex(),
                                signature.expected(request, known.credentials().secretAccessKey()))))
                .filter(known -> request.date()
                        .filter(date -> Duration.between(date, now).abs().compareTo(SKEW) <= 0)
                        .isPresent())
                .map(Issued::session);
    }

    private static boolean isSame(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    private static String random(int bytes) {
        byte[] random = new byte[bytes];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random).toUpperCase(Locale.ROOT);
    }

    @Override
    public void close() {
        endpoints.forEach(LambdaCredentials::close);
        servers.forEach(AwsStsServer::close);
    }
}
