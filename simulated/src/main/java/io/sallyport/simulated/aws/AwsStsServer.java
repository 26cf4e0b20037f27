package io.sallyport.simulated.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Reply;
import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * AWS's security token service with all its hosts, each behind a path that names it: AWS STS API Reference,
 * {@code GetCallerIdentity}.
 */
public final class AwsStsServer implements AutoCloseable {
    /** AWS General Reference, "AWS Security Token Service endpoints and quotas", and the endpoints of the AWS CLI. */
    private static final List<String> REGIONS =
            List.of(("af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2"
                            + " ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5"
                            + " ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2"
                            + " eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1"
                            + " me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2"
                            + " us-gov-east-1 us-gov-west-1")
                    .split(" "));

    private static final List<String> FIPS = List.of("us-east-1", "us-east-2", "us-west-1", "us-west-2");

    private final AwsStsBehaviour behaviour = new AwsStsBehaviour();
    private final List<Received> received = Collections.synchronizedList(new ArrayList<>());
    private final AwsStsCheck check;
    private final Loopback server;

    /**
     * A request that came in.
     *
     * @param host the one that it was sent to
     * @param headers by their names in lower case
     */
    public record Received(String host, String method, Map<String, String> headers, String body) {}

    private AwsStsServer(SimulatedAws aws, InstantSource clock) {
        this.check = new AwsStsCheck(aws, hosts(), clock);
        this.server = Loopback.start(Map.of("/", this::answer));
    }

    static AwsStsServer start(SimulatedAws aws, InstantSource clock) {
        return new AwsStsServer(aws, clock);
    }

    /** The region of each host, by its name. */
    public static Map<String, String> hosts() {
        Map<String, String> hosts = new TreeMap<>();
        hosts.put("sts.amazonaws.com", "us-east-1");
        REGIONS.forEach(region -> hosts.put("sts." + region + ".amazonaws.com", region));
        FIPS.forEach(region -> hosts.put("sts-fips." + region + ".amazonaws.com", region));
        List.of("cn-north-1", "cn-northwest-1")
                .forEach(region -> hosts.put("sts." + region + ".amazonaws.com.cn", region));
        hosts.put("sts.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1");
        return hosts;
    }

    /** Where its hosts are found instead, by their addresses. */
    public Map<URI, URI> replacedAddresses() {
        Map<URI, URI> replaced = new HashMap<>();
        hosts().keySet()
                .forEach(host -> replaced.put(URI.create("https://" + host + "/"), server.uri("/" + host + "/")));
        return Map.copyOf(replaced);
    }

    public AwsStsBehaviour behaviour() {
        return behaviour;
    }

    /** The requests that came in, answered or not. */
    public List<Received> received() {
        return List.copyOf(received);
    }

    private Reply answer(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getRawPath().substring(1).split("/", 2);
        Map<String, String> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
        // A client that reaches the host by its real name would send that name.
        headers.put("host", path[0]);
        Received request = new Received(
                path[0],
                exchange.getRequestMethod(),
                headers,
                new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        received.add(request);
        return behaviour.applyTo(reply(request));
    }

    private Reply reply(Received request) {
        boolean isJson = request.headers().getOrDefault("accept", "").contains("application/json");
        try {
            AwsPrincipal caller = check.caller(request);
            return isJson ? json(caller) : xml(caller);
        } catch (AwsStsCheck.RefusedException e) {
            return isJson ? e.refusal().json() : e.refusal().xml();
        }
    }

    private static Reply json(AwsPrincipal caller) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("Account", caller.account());
        result.put("Arn", caller.arn());
        result.put("UserId", caller.userId());
        return Reply.json(
                200,
                Map.of(
                        "GetCallerIdentityResponse",
                        Map.of(
                                "GetCallerIdentityResult",
                                result,
                                "ResponseMetadata",
                                Map.of("RequestId", AwsStsRefusal.REQUEST_ID))));
    }

    private static Reply xml(AwsPrincipal caller) {
        return Reply.text(
                200,
                "text/xml",
                "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n"
                        + "  <GetCallerIdentityResult>\n    <Arn>" + caller.arn() + "</Arn>\n    <UserId>"
                        + caller.userId() + "</UserId>\n    <Account>" + caller.account()
                        + "</Account>\n  </GetCallerIdentityResult>\n  <ResponseMetadata>\n    <RequestId>"
                        + AwsStsRefusal.REQUEST_ID
                        + "</RequestId>\n  </ResponseMetadata>\n</GetCallerIdentityResponse>\n");
    }

    @Override
    public void close() {
        behaviour.release();
        server.close();
    }
}
