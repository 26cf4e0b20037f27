package io.sallyport.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sallyport.json.Json;
import io.sallyport.testing.RawHttp;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An issuer with discovery, keys and a token endpoint, with the same contract as Sallyport's: a caller with an assertion gets
 * a token, unless the test sets another answer.
 */
public final class StandInIssuer implements AutoCloseable {
    private record Answer(int status, String body) {}

    private final InstantSource clock;
    private final ECKey key;
    private final HttpServer server;
    private final List<Map<String, String>> requests = new CopyOnWriteArrayList<>();
    private volatile Optional<Answer> told = Optional.empty();

    private StandInIssuer(InstantSource clock) throws JOSEException, IOException {
        this.clock = clock;
        this.key = new ECKeyGenerator(Curve.P_256).keyIDFromThumbprint(true).generate();
        this.server = HttpServer.create(new InetSocketAddress(RawHttp.LOOPBACK, 0), 0);
        server.createContext(
                "/.well-known/openid-configuration",
                exchange -> answer(
                        exchange,
                        200,
                        Json.writeString(Map.of("issuer", url(), "jwks_uri", url() + "/.well-known/jwks.json"))));
        server.createContext(
                "/.well-known/jwks.json",
                exchange ->
                        answer(exchange, 200, new JWKSet(key).toPublicJWKSet().toString()));
        server.createContext("/v1/token", this::token);
        server.start();
    }

    public static StandInIssuer start(InstantSource clock) throws JOSEException, IOException {
        return new StandInIssuer(clock);
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** The forms that the token endpoint received. */
    public List<Map<String, String>> requests() {
        return List.copyOf(requests);
    }

    public void answerWith(int status, String body) {
        told = Optional.of(new Answer(status, body));
    }

    String token(String subject, String audience) throws JOSEException {
        Instant now = clock.instant();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(url())
                .subject(subject)
                .audience(audience)
                .claim("client_id", subject)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(3600)))
                .build();
        SignedJWT jwt = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(JOSEObjectType.JWT)
                        .keyID(key.getKeyID())
                        .build(),
                claims);
        jwt.sign(new ECDSASigner(key));
        return jwt.serialize();
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = new LinkedHashMap<>();
        for (String pair : new String(exchange.getRequestBody().readAllBytes(), UTF_8).split("&", -1)) {
            String[] parts = pair.split("=", 2);
            form.put(parts[0], URLDecoder.decode(parts[1], UTF_8));
        }
        requests.add(form);
        if (told.isPresent()) {
            answer(exchange, told.get().status(), told.get().body());
        } else {
            answer(exchange, 200, granted(form));
        }
    }

    private String granted(Map<String, String> form) {
        try {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("access_token", token(form.get("client_id"), form.get("audience")));
            answer.put("token_type", "Bearer");
            answer.put("expires_in", 3600);
            return Json.writeString(answer);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            if (status == 302) {
                exchange.getResponseHeaders().set("Location", body);
            }
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
