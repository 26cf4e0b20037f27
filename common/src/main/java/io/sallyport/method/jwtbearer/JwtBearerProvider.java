package io.sallyport.method.jwtbearer;

import io.sallyport.Reason;
import io.sallyport.Remedy;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.identity.document.Document;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.TokenPolicyDocument;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.PastedKeys;
import io.sallyport.method.issuer.ClaimName;
import io.sallyport.method.issuer.ClaimPattern;
import io.sallyport.method.issuer.ClaimRule;
import io.sallyport.method.issuer.ClaimRules;
import io.sallyport.method.issuer.TrustedIssuer;
import io.sallyport.method.issuer.TrustedKeys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link JwtBearerAuth}: clients with a JWT of an issuer that they trust, such as a CI system's. */
public final class JwtBearerProvider implements Provider<JwtBearerAuth> {
    public static final String FIELD = "jwtBearerAuth";

    @Override
    public String field() {
        return FIELD;
    }

    @Override
    public String id() {
        return "jwt-bearer-auth";
    }

    @Override
    public Class<JwtBearerAuth> type() {
        return JwtBearerAuth.class;
    }

    @Override
    public List<String> credentialFields() {
        return List.of("trustedIssuers");
    }

    @Override
    public Optional<String> credentialMethod() {
        return Optional.of(JwtBearerAuth.METHOD);
    }

    @Override
    public JwtBearerAuth read(Document document) {
        JwtBearerAuth auth = new JwtBearerAuth(
                document.documents("trustedIssuers").stream()
                        .map(JwtBearerProvider::readIssuer)
                        .toList(),
                TokenPolicyDocument.read(document));
        document.requireNothingElse();
        return auth;
    }

    private static TrustedIssuer readIssuer(Document document) {
        String issuer = document.required("issuer");
        String subject = document.required("subject");
        String audience = document.required("audience");
        TrustedKeys keys = readKeys(issuer, document);
        Map<ClaimName, ClaimRule> claims = ClaimRules.read(document, "claims");
        boolean singleUse = document.flag("singleUse");
        // Before it is made, so that the error names a misspelled constraint rather than calling it missing.
        document.requireNothingElse();
        return new TrustedIssuer(issuer, new ClaimPattern(subject), List.of(audience), keys, claims, singleUse);
    }

    private static TrustedKeys readKeys(String issuer, Document document) {
        Algorithm algorithm = document.algorithm("algorithm");
        Optional<String> pasted = document.text("jwks");
        if (pasted.isPresent()) {
            return new TrustedKeys.Pasted(PastedKeys.ofIssuer(pasted.get(), algorithm));
        }
        Optional<CaCertificates> authorities = document.text("caCert").map(CaCertificates::parse);
        return document.text("jwksUri")
                .<TrustedKeys>map(uri -> new TrustedKeys.ByAddress(new IssuerUrl(uri), algorithm, authorities))
                .orElseGet(() -> new TrustedKeys.ByDiscovery(new IssuerUrl(issuer), algorithm, authorities));
    }

    @Override
    public Map<String, Object> write(JwtBearerAuth auth) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(
                "trustedIssuers",
                auth.issuers().stream().map(JwtBearerProvider::writeIssuer).toList());
        TokenPolicyDocument.write(auth.policy(), fields);
        return fields;
    }

    private static Map<String, Object> writeIssuer(TrustedIssuer issuer) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("issuer", issuer.issuer());
        fields.put("subject", issuer.subject().text());
        fields.put("audience", issuer.audiences().get(0));
        fields.put("algorithm", issuer.keys().algorithm().name());
        if (issuer.keys() instanceof TrustedKeys.Pasted pasted) {
            fields.put("jwks", pasted.keys().jwks());
        } else if (issuer.keys() instanceof TrustedKeys.ByAddress address) {
            fields.put("jwksUri", address.jwksUri().text());
            address.authorities().ifPresent(authorities -> fields.put("caCert", authorities.pem()));
        } else if (issuer.keys() instanceof TrustedKeys.ByDiscovery found) {
            found.authorities().ifPresent(authorities -> fields.put("caCert", authorities.pem()));
        }
        fields.put("claims", ClaimRules.document(issuer.claims()));
        fields.put("singleUse", issuer.singleUse());
        return fields;
    }

    @Override
    public Optional<Remedy> remedy(Reason reason) {
        return switch (reason) {
            case SUBJECT_NOT_ALLOWED ->
                Optional.of(
                        new Remedy(
                                TrustedIssuer.TRUSTED_SUBJECT,
                                "The issuer is trusted, but not for this subject.",
                                "Compare subject or boundSubject with the detail, such as the branch or environment of a CI job."));
            case CLAIM_NOT_ALLOWED ->
                Optional.of(new Remedy(
                        TrustedIssuer.TRUSTED_CLAIMS,
                        "A further claim does not have the value that the identity requires.",
                        "Compare the claim that the detail names with the configured one."));
            default -> Optional.empty();
        };
    }
}
