package io.sallyport.token;

import io.sallyport.Refused;
import io.sallyport.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Turns claims into a signed access token (RFC 9068): a compact JWS with {@code typ: at+jwt}, or {@code JWT} where due. */
public final class TokenMinter {
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final String issuer;
    private final Signer signer;

    public TokenMinter(String issuer, Signer signer) {
        this.issuer = issuer;
        this.signer = signer;
    }

    /** The claim {@code iss} of every token; also their audience, when none other was asked for. */
    public String issuer() {
        return issuer;
    }

    /** @throws Refused if the signing key could not be reached */
    public String mint(AccessToken token) throws Refused {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", signer.algorithm().name());
        header.put("kid", signer.keyId());
        header.put("typ", token.target().plainJwt() ? "JWT" : "at+jwt");
        String signingInput = base64url(Json.write(header)) + "." + base64url(Json.write(token.claims(issuer)));
        byte[] signature = signer.sign(signingInput.getBytes(StandardCharsets.US_ASCII));
        return signingInput + "." + base64url(signature);
    }

    private static String base64url(byte[] bytes) {
        return BASE64URL.encodeToString(bytes);
    }
}
