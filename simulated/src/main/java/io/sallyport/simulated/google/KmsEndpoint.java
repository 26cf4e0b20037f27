package io.sallyport.simulated.google;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import io.sallyport.simulated.Loopback;
import io.sallyport.simulated.Reply;
import java.io.IOException;
import java.text.ParseException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The methods {@code asymmetricSign} and {@code getPublicKey} of key versions: Cloud KMS API, REST reference, v1.
 *
 * @param versions by name
 * @param accessTokens whether one is good
 * @param behaviour what becomes of the usual reply
 */
record KmsEndpoint(
        Function<String, Optional<KmsVersion>> versions,
        Predicate<String> accessTokens,
        BiFunction<HttpExchange, Reply, Reply> behaviour)
        implements Loopback.Endpoint {

    private static final Pattern METHOD =
            Pattern.compile("POST /v1/(?<signing>.+):asymmetricSign|GET /v1/(?<shown>.+)/publicKey");
    private static final int SHA256_BYTES = 32;

    @Override
    public Reply answer(HttpExchange exchange) throws IOException {
        Matcher method = METHOD.matcher(
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath());
        if (!method.matches()) {
            return Reply.error(404, "Method not found.");
        }
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        return behaviour.apply(exchange, reply(exchange, method, body));
    }

    static boolean isAuthenticated(HttpExchange exchange, Predicate<String> accessTokens) {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        return authorization != null
                && authorization.matches("Bearer .+")
                && accessTokens.test(authorization.substring("Bearer ".length()));
    }

    private Reply reply(HttpExchange exchange, Matcher method, String body) {
        if (!isAuthenticated(exchange, accessTokens)) {
            return Reply.error(401, "Request is missing required authentication credential.");
        }
        boolean signs = method.group("signing") != null;
        String name = signs ? method.group("signing") : method.group("shown");
        Optional<KmsVersion> version = versions.apply(name);
        if (version.isEmpty()) {
            return Reply.error(404, "CryptoKeyVersion " + name + " not found.");
        }
        if (!version.get().isEnabled()) {
            return Reply.json(
                    400,
                    Map.of(
                            "error",
                            Map.of(
                                    "code",
                                    400,
                                    "message",
                                    name + " is not enabled, current state is: DISABLED.",
                                    "status",
                                    "FAILED_PRECONDITION")));
        }
        return signs ? sign(version.get(), body) : show(version.get());
    }

    private static Reply sign(KmsVersion version, String body) {
        try {
            Map<String, Object> request = JSONObjectUtils.parse(body);
            Map<String, Object> digest = JSONObjectUtils.getJSONObject(request, "digest");
            byte[] sha256 = Base64.getDecoder()
                    .decode(String.valueOf(digest == null ? null : JSONObjectUtils.getString(digest, "sha256")));
            if (sha256.length != SHA256_BYTES) {
                return Reply.error(400, "The digest has another length than that of the key version's algorithm.");
            }
            Object checksum = request.get("digestCrc32c");
            if (checksum != null && !checksum.toString().equals(crc32c(sha256))) {
                return Reply.error(400, "The checksum in field digest_crc32c did not match the data in field digest.");
            }
            byte[] signature = version.sign(sha256);
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("signature", Base64.getEncoder().encodeToString(signature));
            answer.put("signatureCrc32c", crc32c(signature));
            answer.put("verifiedDigestCrc32c", checksum != null);
            answer.put("name", version.name());
            answer.put("protectionLevel", "SOFTWARE");
            return Reply.json(200, answer);
        } catch (ParseException | IllegalArgumentException e) {
            return Reply.error(400, "Invalid JSON payload received.");
        }
    }

    private static Reply show(KmsVersion version) {
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("pem", version.pem());
        answer.put("algorithm", version.algorithm());
        answer.put("pemCrc32c", crc32c(version.pem().getBytes(UTF_8)));
        answer.put("name", version.name());
        answer.put("protectionLevel", "SOFTWARE");
        return Reply.json(200, answer);
    }

    /** As Int64Value is written in JSON: a text. */
    static String crc32c(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return Long.toString(checksum.getValue());
    }
}
