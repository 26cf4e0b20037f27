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
 * The part of AWS that Lambda functions authenticate with: temporary keys of roles, served at the container credentials
 * endpoint, and a security token service that recognizes the signer of a request.
 */
public final class SimulatedAws implements AutoCloseable {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration LIFETIME = Duration.ofHours(1);

    /** AWS STS, "Signature Version 4": requests are good for five minutes; other clocks may be off by as much. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private final InstantSource clock;
    private final Map<String, Issued> issued = new ConcurrentHashMap<>();
    private final List<LambdaCredentials> endpoints = new CopyOnWriteArrayList<>();

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
        return credentials;
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
    }
}
