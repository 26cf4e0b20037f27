package io.sallyport.method.jwt;

import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.identity.document.Document;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.TokenPolicyDocument;
import io.sallyport.jwt.Algorithm;
import io.sallyport.method.issuer.IssuerBounds;
import io.sallyport.method.issuer.PemKeys;
import io.sallyport.method.issuer.TrustedKeys;
import io.sallyport.token.TokenPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link JwtAuth}: workloads with a JWT of an issuer with known keys. */
public final class JwtProvider implements Provider<JwtAuth> {
    public static final String FIELD = "jwtAuth";

    private static final String TYPE = "configurationType";

    @Override
    public String field() {
        return FIELD;
    }

    @Override
    public String id() {
        return "jwt-auth";
    }

    @Override
    public Class<JwtAuth> type() {
        return JwtAuth.class;
    }

    @Override
    public JwtAuth read(Document document) {
        String issuer = document.required("boundIssuer");
        TrustedKeys keys = keys(document);
        TokenPolicy policy = TokenPolicyDocument.read(document);
        return new JwtAuth(IssuerBounds.read(document, issuer, keys), policy);
    }

    /** The fields of the other type of configuration have no effect: Infisical's clients send all of them. */
    private static TrustedKeys keys(Document document) {
        Optional<String> uri = IssuerBounds.text(document, "jwksUrl");
        Optional<String> authorities = IssuerBounds.text(document, "jwksCaCert");
        List<String> pems = document.textList("publicKeys");
        Optional<String> named = document.text("algorithm");
        return switch (document.required(TYPE)) {
            case "jwks" ->
                new TrustedKeys.ByAddress(
                        new IssuerUrl(uri.orElseThrow(() -> document.wrong("jwksUrl", "set"))),
                        document.algorithm("algorithm"),
                        authorities.map(CaCertificates::parse));
            case "static" ->
                new TrustedKeys.Pem(PemKeys.parse(
                        pems, named.isPresent() ? document.algorithm("algorithm") : PemKeys.algorithmOf(pems)));
            default -> throw document.wrong(TYPE, "jwks or static");
        };
    }

    @Override
    public Map<String, Object> write(JwtAuth auth) {
        Map<String, Object> fields = new LinkedHashMap<>();
        TrustedKeys keys = auth.bounds().trusted().keys();
        Algorithm byDefault = Algorithm.RS256;
        if (keys instanceof TrustedKeys.Pem fixed) {
            fields.put(TYPE, "static");
            fields.put("publicKeys", fixed.keys().pems());
            byDefault = PemKeys.algorithmOf(fixed.keys().pems());
        } else if (keys instanceof TrustedKeys.ByAddress address) {
            fields.put(TYPE, "jwks");
            fields.put("jwksUrl", address.jwksUri().text());
            address.authorities().ifPresent(authorities -> fields.put("jwksCaCert", authorities.pem()));
        }
        // Not the default, so that it follows the keys when they are replaced.
        if (keys.algorithm() != byDefault) {
            fields.put("algorithm", keys.algorithm().name());
        }
        auth.bounds().write(fields);
        TokenPolicyDocument.write(auth.policy(), fields);
        return fields;
    }
}
