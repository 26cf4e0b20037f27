package io.sallyport.token;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.jwt.UnverifiedJwt;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Signs claims as an access token (RFC 9068): a compact JWS with {@code typ: at+jwt}, or {@code JWT} where required.
 *
 * <p>No token exceeds the length that verifiers read: an unreadable token cannot be revoked either. What goes into
 * tokens is bounded at its source, so that the largest identity still gets its tokens: see {@code
 * docs/adr/0020-the-length-of-tokens.md}.
 */
public final class TokenMinter {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private static final String ACCESS_TOKEN = "at+jwt";
    private static final String PLAIN = "JWT";

    private final String issuer;
    private final Optional<RotatingKeys> rotating;
    private final Optional<Signer> fixed;
    private final byte[] accessTokenHeader;
    private final byte[] plainHeader;

    public TokenMinter(String issuer, Signer signer) {
        this.issuer = issuer;
        this.rotating = Optional.empty();
        this.fixed = Optional.of(signer);
        this.accessTokenHeader = header(signer, ACCESS_TOKEN);
        this.plainHeader = header(signer, PLAIN);
    }

    /** Signs each token with the key whose turn it is when the token is issued. */
    public TokenMinter(String issuer, RotatingKeys keys) {
        this.issuer = issuer;
        this.rotating = Optional.of(keys);
        this.fixed = Optional.empty();
        this.accessTokenHeader = new byte[0];
        this.plainHeader = new byte[0];
    }

    private static byte[] header(Signer signer, String type) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", signer.algorithm().name());
        header.put("kid", signer.keyId());
        header.put("typ", type);
        return BASE64URL.encode(Json.write(header));
    }

    /** The claim {@code iss} of every token; also its audience, if the request names no other. */
    public String issuer() {
        return issuer;
    }

    /**
     * @throws Refused {@link Reason#TOKEN_TOO_LONG} if the token would be longer than {@link UnverifiedJwt#MAX_LENGTH}; also if the
     *     signing key could not be reached
     */
    public String mint(AccessToken token) throws Refused {
        boolean plain = token.target().plainJwt();
        Signer signer;
        byte[] header;
        if (fixed.isPresent()) {
            signer = fixed.get();
            header = plain ? plainHeader : accessTokenHeader;
        } else {
            signer = rotating.orElseThrow().signer(token.issuedAt());
            header = header(signer, plain ? PLAIN : ACCESS_TOKEN);
        }
        byte[] signingInput = joined(header, BASE64URL.encode(Json.write(token.claims(issuer))));
        byte[] jwt = joined(signingInput, BASE64URL.encode(signer.sign(signingInput)));
        if (jwt.length > UnverifiedJwt.MAX_LENGTH) {
            throw new Refused(
                    Reason.TOKEN_TOO_LONG,
                    "the token has " + jwt.length + " characters, more than the maximum of "
                            + UnverifiedJwt.MAX_LENGTH);
        }
        return new String(jwt, StandardCharsets.US_ASCII);
    }

    /** Both, with a dot between them. */
    private static byte[] joined(byte[] one, byte[] other) {
        byte[] joined = Arrays.copyOf(one, one.length + 1 + other.length);
        joined[one.length] = '.';
        System.arraycopy(other, 0, joined, one.length + 1, other.length);
        return joined;
    }
}
