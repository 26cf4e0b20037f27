package io.sallyport.method.oidc;

import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.identity.document.Document;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.TokenPolicyDocument;
import io.sallyport.jwt.Algorithm;
import io.sallyport.method.issuer.IssuerBounds;
import io.sallyport.method.issuer.TrustedKeys;
import io.sallyport.token.TokenPolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@link OidcAuth}: workloads with a JWT of an OpenID provider. */
public final class OidcProvider implements Provider<OidcAuth> {
    public static final String FIELD = "oidcAuth";

    @Override
    public String field() {
        return FIELD;
    }

    @Override
    public String id() {
        return "oidc-auth";
    }

    @Override
    public Class<OidcAuth> type() {
        return OidcAuth.class;
    }

    @Override
    public OidcAuth read(Document document) {
        String issuer = document.required("boundIssuer");
        IssuerUrl discovery = new IssuerUrl(document.required("oidcDiscoveryUrl"));
        Algorithm algorithm = document.algorithm("algorithm");
        Optional<CaCertificates> authorities =
                IssuerBounds.text(document, "caCert").map(CaCertificates::parse);
        TokenPolicy policy = TokenPolicyDocument.read(document);
        return new OidcAuth(
                IssuerBounds.read(
                        document, issuer, new TrustedKeys.ByDiscovery(discovery, issuer, algorithm, authorities)),
                policy);
    }

    @Override
    public Map<String, Object> write(OidcAuth auth) {
        Map<String, Object> fields = new LinkedHashMap<>();
        TrustedKeys.ByDiscovery keys =
                (TrustedKeys.ByDiscovery) auth.bounds().trusted().keys();
        fields.put("oidcDiscoveryUrl", keys.issuer().text());
        keys.authorities().ifPresent(authorities -> fields.put("caCert", authorities.pem()));
        fields.put("algorithm", keys.algorithm().name());
        auth.bounds().write(fields);
        TokenPolicyDocument.write(auth.policy(), fields);
        return fields;
    }
}
