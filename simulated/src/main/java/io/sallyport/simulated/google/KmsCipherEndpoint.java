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

/**
 * The methods {@code encrypt} and {@code decrypt} of symmetric keys: Cloud KMS API, REST reference, v1.
 *
 * @param keys by name
 * @param accessTokens whether one is good
 * @param behaviour what becomes of the usual reply
 */
record KmsCipherEndpoint(
        Function<String, Optional<KmsSymmetricKey>> keys,
        Predicate<String> accessTokens,
        BiFunction<HttpExchange, Reply, Reply> behaviour)
        implements Loopback.Endpoint {

    private static final Pattern METHOD = Pattern.compile("POST /v1/(?<key>.+):(?<method>encrypt|decrypt)");
    private static final int MAX_BYTES = 65_536;
    private static final String BOUND = "additionalAuthenticatedData";

    static boolean isMeant(HttpExchange exchange) {
        return method(exchange).matches();
    }

    private static Matcher method(HttpExchange exchange) {
        return METHOD.matcher(
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getRawPath());
    }

    @Override
    public Reply answer(HttpExchange exchange) throws IOException {
        Matcher method = method(exchange);
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        if (!method.matches()) {
            return Reply.error(404, "Method not found.");
        }
        return behaviour.apply(exchange, reply(exchange, method, body));
    }

    private Reply reply(HttpExchange exchange, Matcher method, String body) {
        if (!KmsEndpoint.isAuthenticated(exchange, accessTokens)) {
            return Reply.error(401, "Request is missing required authentication credential.");
        }
        Optional<KmsSymmetricKey> key = keys.apply(method.group("key"));
        if (key.isEmpty()) {
            return Reply.error(404, "CryptoKey " + method.group("key") + " not found.");
        }
        try {
            Map<String, Object> request = JSONObjectUtils.parse(body);
            return method.group("method").equals("encrypt") ? encrypt(key.get(), request) : decrypt(key.get(), request);
        } catch (WrongChecksumException e) {
            return Reply.error(400, String.valueOf(e.getMessage()));
        } catch (ParseException | IllegalArgumentException e) {
            return Reply.error(400, "Invalid JSON payload received.");
        }
    }

    private static Reply encrypt(KmsSymmetricKey key, Map<String, Object> request) throws WrongChecksumException {
        byte[] ciphertext = key.encrypt(bytes(request, "plaintext"), bytes(request, BOUND));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("name", key.version());
        answer.put("ciphertext", Base64.getEncoder().encodeToString(ciphertext));
        answer.put("ciphertextCrc32c", KmsEndpoint.crc32c(ciphertext));
        answer.put("verifiedPlaintextCrc32c", request.containsKey("plaintextCrc32c"));
        answer.put("verifiedAdditionalAuthenticatedDataCrc32c", request.containsKey(BOUND + "Crc32c"));
        answer.put("protectionLevel", "SOFTWARE");
        return Reply.json(200, answer);
    }

    private static Reply decrypt(KmsSymmetricKey key, Map<String, Object> request) throws WrongChecksumException {
        Optional<byte[]> plaintext = key.decrypt(bytes(request, "ciphertext"), bytes(request, BOUND));
        if (plaintext.isEmpty()) {
            return Reply.error(400, "Decryption failed: the ciphertext is invalid.");
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("plaintext", Base64.getEncoder().encodeToString(plaintext.get()));
        answer.put("plaintextCrc32c", KmsEndpoint.crc32c(plaintext.get()));
        answer.put("usedPrimary", true);
        answer.put("protectionLevel", "SOFTWARE");
        return Reply.json(200, answer);
    }

    /** A field's bytes, within the service's limit; checked against its checksum, if there is one. */
    private static byte[] bytes(Map<String, Object> request, String name) throws WrongChecksumException {
        byte[] bytes = Base64.getDecoder().decode(String.valueOf(request.getOrDefault(name, "")));
        Object checksum = request.get(name + "Crc32c");
        if (checksum != null && !checksum.toString().equals(KmsEndpoint.crc32c(bytes))) {
            throw new WrongChecksumException("The checksum in field " + name + " did not match its data.");
        }
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException("too long");
        }
        return bytes;
    }

    private static final class WrongChecksumException extends Exception {
        private static final long serialVersionUID = 1L;

        WrongChecksumException(String message) {
            super(message);
        }
    }
}
