package io.sallyport.jwt;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A signed JWT in compact form (RFC 7515 §7.1), parsed but not yet verified: do not trust anything in it.
 *
 * <p>Parsed once, strictly, and by us alone: what is verified is what is read. A text has one reading or none, so
 * duplicate names, non-canonical base64url, and anything beside the three parts are refused.
 */
public final class UnverifiedJwt {
    /** The longest token that is parsed, in characters. */
    public static final int MAX_LENGTH = 16 * 1024;

    private static final int MAX_KEY_ID = 256;

    /** Headers that tell the verifier which key to trust, or to change its rules (RFC 8725 §3.1, §3.10). */
    private static final Set<String> NOT_ALLOWED =
            Set.of("jwk", "jku", "x5u", "x5c", "crit", "b64", "zip", "enc", "epk", "p2c");

    /** The allowed values of the header {@code typ} (RFC 8725 §3.11). */
    public enum Type {
        /** Absent, or {@code JWT}: what other issuers sign. */
        JWT,
        /** Absent, or {@code JWT}: what a client signs. A client with one key need not name it. */
        CLIENT_ASSERTION,
        /**
         * Absent, {@code JWT}, or {@code JOSE}, which SPIFFE allows (JWT-SVID §2.3): what the issuers that identities trust
         * sign. It need not name its key.
         */
        JWT_OR_JOSE,
        /** An access token (RFC 9068 §2.1): what we sign. */
        ACCESS_TOKEN,
        /** {@code at+jwt}, or {@code JWT}, which we sign for audiences that accept nothing else. */
        ISSUED
    }

    private final String compact;
    private final Map<String, @Nullable Object> header;
    private final String algorithm;
    private final String keyId;
    private final Claims claims;
    private final byte[] signingInput;
    private final byte[] signature;

    private UnverifiedJwt(
            String compact, Map<String, @Nullable Object> header, Claims claims, byte[] signingInput, byte[] signature)
            throws Refused {
        this.compact = compact;
        this.header = header;
        this.algorithm = text(header, "alg");
        this.keyId = header.containsKey("kid") ? text(header, "kid") : "";
        this.claims = claims;
        this.signingInput = signingInput;
        this.signature = signature;
    }

    /**
     * Parses a JWT that must be of the type {@link Type#JWT}.
     *
     * @throws Refused {@link Reason#ASSERTION_MALFORMED} if it is no compact JWS of JSON claims; {@link
     *     Reason#HEADER_NOT_ALLOWED} if its header carries keys or extensions; {@link Reason#TOKEN_TYPE_NOT_ALLOWED} if
     *     its {@code typ} is neither absent nor {@code JWT}
     */
    public static UnverifiedJwt parse(String compact) throws Refused {
        UnverifiedJwt jwt = parseAnyType(compact);
        jwt.require(Type.JWT);
        return jwt;
    }

    /**
     * Parses a JWT whose verifier is not chosen yet: it may be of any type, and each verifier {@linkplain #require
     * requires} its own. Until then, use it only to choose the verifier.
     *
     * @throws Refused {@link Reason#ASSERTION_MALFORMED}, {@link Reason#HEADER_NOT_ALLOWED}, as {@link #parse}
     */
    public static UnverifiedJwt parseAnyType(String compact) throws Refused {
        if (compact.length() > MAX_LENGTH) {
            throw malformed("longer than " + MAX_LENGTH + " characters");
        }
        int first = compact.indexOf('.');
        int second = compact.indexOf('.', first + 1);
        if (first < 0 || second < 0 || compact.indexOf('.', second + 1) >= 0) {
            throw malformed("not three parts");
        }
        // A character beyond ASCII becomes a question mark, which no part may have; but two characters may become one.
        byte[] ascii = compact.getBytes(StandardCharsets.US_ASCII);
        if (ascii.length != compact.length()) {
            throw malformed("not ASCII");
        }
        Map<String, @Nullable Object> header = json("header", ascii, 0, first);
        Map<String, @Nullable Object> claims = json("claims", ascii, first + 1, second);
        byte[] signature = decode("signature", ascii, second + 1, ascii.length);
        requireAllowed(header);
        return new UnverifiedJwt(compact, header, new Claims(claims), Arrays.copyOf(ascii, second), signature);
    }

    private static void requireAllowed(Map<String, @Nullable Object> header) throws Refused {
        for (String name : header.keySet()) {
            if (NOT_ALLOWED.contains(name)) {
                throw new Refused(Reason.HEADER_NOT_ALLOWED, "the header has " + name);
            }
        }
    }

    /**
     * Requires a type, so that no access token passes for an assertion, nor the reverse.
     *
     * @throws Refused {@link Reason#TOKEN_TYPE_NOT_ALLOWED}; {@link Reason#ASSERTION_MALFORMED} if it names no key, and
     *     one of that type must
     */
    public void require(Type expected) throws Refused {
        if (!fits(expected)) {
            throw new Refused(Reason.TOKEN_TYPE_NOT_ALLOWED, "the header's typ is not that of a " + expected);
        }
        if (keyId.isEmpty() && !mayOmitKeyId(expected)) {
            throw noUsable("kid");
        }
    }

    /** Whether it is of a type, as {@link #require} demands. */
    public boolean is(Type expected) {
        return fits(expected) && (!keyId.isEmpty() || mayOmitKeyId(expected));
    }

    private boolean fits(Type expected) {
        Object type = header.get("typ");
        if (expected == Type.ACCESS_TOKEN || expected == Type.ISSUED) {
            return "at+jwt".equals(type) || (expected == Type.ISSUED && "JWT".equals(type));
        }
        if (!(type instanceof String text)) {
            return !header.containsKey("typ");
        }
        return text.equalsIgnoreCase("JWT") || (expected == Type.JWT_OR_JOSE && text.equalsIgnoreCase("JOSE"));
    }

    /** RFC 7515 §4.1.4: the key id is optional, and with one configured key there is no ambiguity. */
    private static boolean mayOmitKeyId(Type expected) {
        return expected == Type.CLIENT_ASSERTION || expected == Type.JWT_OR_JOSE;
    }

    private static String text(Map<String, @Nullable Object> header, String name) throws Refused {
        if (header.get(name) instanceof String text && !text.isEmpty() && text.length() <= MAX_KEY_ID) {
            return text;
        }
        throw noUsable(name);
    }

    private static Refused noUsable(String name) {
        return malformed("the header has no usable " + name);
    }

    private static Map<String, @Nullable Object> json(String part, byte[] ascii, int from, int to) throws Refused {
        try {
            return Json.parseObject(decode(part, ascii, from, to));
        } catch (MalformedJsonException e) {
            throw malformed("the " + part + ": " + e.getMessage());
        }
    }

    private static byte[] decode(String part, byte[] ascii, int from, int to) throws Refused {
        if (from == to) {
            throw malformed("the " + part + " is empty");
        }
        try {
            ByteBuffer buffer = Base64.getUrlDecoder().decode(ByteBuffer.wrap(ascii, from, to - from));
            byte[] decoded = buffer.limit() == buffer.array().length
                    ? buffer.array()
                    : Arrays.copyOf(buffer.array(), buffer.limit());
            if (isCanonical(ascii, from, to, decoded)) {
                return decoded;
            }
        } catch (IllegalArgumentException e) {
            // Refused below, without the decoder's message: it quotes the text.
        }
        throw malformed("the " + part + " is not canonical base64url");
    }

    /**
     * The decoder accepts padding and any value of the unused bits at the end. Every four characters before that encode
     * three bytes in one way only.
     */
    private static boolean isCanonical(byte[] ascii, int from, int to, byte[] decoded) {
        int characters = (to - from) % 4;
        byte[] rest = Arrays.copyOfRange(decoded, decoded.length - Math.max(0, characters - 1), decoded.length);
        byte[] canonical = Base64.getUrlEncoder().withoutPadding().encode(rest);
        return ascii[to - 1] != '=' && Arrays.equals(canonical, 0, canonical.length, ascii, to - characters, to);
    }

    private static Refused malformed(String what) {
        return new Refused(Reason.ASSERTION_MALFORMED, what);
    }

    /** The algorithm that the token claims. */
    public String algorithm() {
        return algorithm;
    }

    /** The token as received. It is a credential: never logged, and sent only to the party that verifies it. */
    public String compact() {
        return compact;
    }

    /** The id of the key that the token claims; empty if it names none, where that is allowed. */
    public String keyId() {
        return keyId;
    }

    /** The claims before verification. Use them only to choose where to look for keys, within bounds. */
    public Claims unverifiedClaims() {
        return claims;
    }

    /** Whether it is signed with that key, which must {@linkplain Algorithm#fits fit}. */
    public boolean isSignedBy(PublicKey key, Algorithm by) {
        return by.verifies(signingInput, signature, key);
    }

    byte[] signingInput() {
        return Arrays.copyOf(signingInput, signingInput.length);
    }

    /** Never the token itself. */
    @Override
    public String toString() {
        return "UnverifiedJwt[" + signingInput.length + " characters]";
    }
}
