package io.sallyport.cli.explain;

import io.sallyport.json.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** A token under construction, and the identity that it is for. It is valid until something about it is changed. */
public final class Credential {
    final Map<String, Object> header = new LinkedHashMap<>(Map.of("alg", "RS256", "typ", "JWT", "kid", "KID"));
    final Map<String, Object> claims = new LinkedHashMap<>();

    /** The identity's document. */
    final Map<String, Object> identity = new LinkedHashMap<>();

    /** Its auth method's. */
    final Map<String, Object> method = new LinkedHashMap<>();

    /** Signs a header and claims, both as JSON. */
    BinaryOperator<String> signer;

    /** What happens to the signed token on its way. */
    UnaryOperator<String> way = token -> token;

    boolean stored = true;

    Credential(BinaryOperator<String> signer) {
        this.signer = signer;
    }

    String token() {
        return way.apply(signer.apply(Json.writeString(header), Json.writeString(claims)));
    }

    /** Replaces its signature with another token's, made with the same key. */
    void swapSignature() {
        way = token -> {
            String other = signer.apply(Json.writeString(header), "{\"x\":1}");
            return token.substring(0, token.lastIndexOf('.')) + other.substring(other.lastIndexOf('.'));
        };
    }
}
