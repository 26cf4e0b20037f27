package io.sallyport.outbound.google;

import io.sallyport.settings.HeaderValue;
import io.sallyport.settings.LocalAddress;
import io.sallyport.settings.Variables;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a role from a local endpoint: AWS SDKs and Tools Reference Guide, "Container credential provider".
 * Fetched whenever they are needed, about once an hour: nothing is cached that could expire or be in a snapshot.
 */
final class ContainerCredentials implements AwsKeys.Source {
    private static final String RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    private static final String FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    private static final String TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";

    private static final String HOST_OF_RELATIVE = "http://169.254.170.2";
    private static final Set<String> AGENTS = Set.of("169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");
    private static final int MAX_TOKEN_BYTES = 8192;

    private final PlatformEndpoint endpoint;
    private final Authorization authorization;
    private final InstantSource clock;

    /** Provides the endpoint's authorization header. */
    @FunctionalInterface
    interface Authorization {
        String get() throws IOException;
    }

    ContainerCredentials(PlatformEndpoint endpoint, Authorization authorization, InstantSource clock) {
        this.endpoint = endpoint;
        this.authorization = authorization;
        this.clock = clock;
    }

    static boolean isPresent(Variables read) {
        return read.isSet(RELATIVE) || read.isSet(FULL);
    }

    /**
     * Reads the endpoint; empty if the configuration cannot work, with the faults recorded. The relative address takes
     * precedence if both are set, as in AWS's SDKs.
     */
    static Optional<ContainerCredentials> read(Variables read) {
        Optional<URI> uri = read.isSet(RELATIVE)
                ? read.required(RELATIVE, "a path", ContainerCredentials::relative)
                : read.required(
                        FULL,
                        "an https address, or an http one of this machine or of the agent of ECS or EKS",
                        ContainerCredentials::full);
        Optional<Authorization> authorization = authorization(read);
        return uri.flatMap(address -> authorization.map(
                token -> new ContainerCredentials(new PlatformEndpoint(address), token, InstantSource.system())));
    }

    private static URI relative(String path) {
        // Any other text could extend the host name, or turn it into a user name.
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("it does not begin with a slash");
        }
        return LocalAddress.parse(HOST_OF_RELATIVE + path);
    }

    private static URI full(String text) {
        URI uri = LocalAddress.parse(text);
        if (!"https".equals(uri.getScheme())
                && !LocalAddress.isLoopback(uri.getHost())
                && !AGENTS.contains(uri.getHost())) {
            throw new IllegalArgumentException("http, and a host that is none of these");
        }
        return uri;
    }

    private static Optional<Authorization> authorization(Variables read) {
        String fileName = TOKEN + "_FILE";
        if (!read.isSet(TOKEN) && !read.isSet(fileName)) {
            // ECS needs no authorization: the relative address is secret enough.
            if (read.isSet(RELATIVE)) {
                return Optional.of(() -> "");
            }
        }
        if (read.isSet(fileName) && !read.isSet(TOKEN)) {
            return read.required(fileName, "the name of a file", Path::of).map(file -> () -> readToken(file));
        }
        return read.requiredSecret(TOKEN, "a token", HeaderValue::parse).map(token -> () -> token);
    }

    /** Read each time: the token in the file is replaced before it expires. */
    private static String readToken(Path file) throws IOException {
        try {
            if (Files.size(file) <= MAX_TOKEN_BYTES) {
                return HeaderValue.parse(Files.readString(file).trim());
            }
        } catch (IOException | IllegalArgumentException e) {
            // Reported below, without the file's content.
        }
        throw new NoAccessTokenException("the file that " + TOKEN + "_FILE names holds no token that can be read");
    }

    @Override
    public AwsKeys get() throws IOException {
        Map<String, @Nullable Object> answer = endpoint.get("Authorization", authorization.get());
        AwsKeys keys = new AwsKeys(
                endpoint.text(answer, "AccessKeyId"),
                endpoint.text(answer, "SecretAccessKey"),
                endpoint.text(answer, "Token"));
        if (!clock.instant().isBefore(expiration(answer))) {
            throw endpoint.failed("keys that have expired");
        }
        return keys;
    }

    private Instant expiration(Map<String, @Nullable Object> answer) throws NoAccessTokenException {
        try {
            return Instant.parse(endpoint.text(answer, "Expiration"));
        } catch (DateTimeException e) {
            throw endpoint.failed("keys with an Expiration that is no time");
        }
    }

    @Override
    public String toString() {
        return "ContainerCredentials[" + endpoint + "]";
    }
}
