package io.sallyport.method;

import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.identity.Document;
import io.sallyport.identity.IdentityDocument;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.PastedKeys;
import io.sallyport.method.clientkey.ClientKeyAuth;
import io.sallyport.method.clientsecret.ClientSecret;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.jwtbearer.ClaimPattern;
import io.sallyport.method.jwtbearer.JwtBearerAuth;
import io.sallyport.method.jwtbearer.TrustedIssuer;
import io.sallyport.method.jwtbearer.TrustedKeys;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The auth methods of OAuth clients that are on no platform, as parts of {@link IdentityDocument}. */
public final class CredentialDocuments {
    private CredentialDocuments() {}

    public static JwtBearerAuth readJwtBearer(Document document) {
        JwtBearerAuth auth = new JwtBearerAuth(
                document.documents("trustedIssuers").stream()
                        .map(CredentialDocuments::readIssuer)
                        .toList(),
                IdentityDocument.readPolicy(document));
        document.requireNothingElse();
        return auth;
    }

    private static TrustedIssuer readIssuer(Document document) {
        String issuer = document.required("issuer");
        String subject = document.required("subject");
        String audience = document.required("audience");
        TrustedKeys keys = readKeys(issuer, document);
        Map<String, ClaimPattern> claims = new LinkedHashMap<>();
        document.textMap("claims").forEach((name, pattern) -> claims.put(name, new ClaimPattern(pattern)));
        boolean singleUse = document.flag("singleUse");
        // Before it is made, so that a misspelt constraint is named rather than missed.
        document.requireNothingElse();
        return new TrustedIssuer(issuer, new ClaimPattern(subject), audience, keys, claims, singleUse);
    }

    private static TrustedKeys readKeys(String issuer, Document document) {
        Algorithm algorithm = readAlgorithm(document);
        Optional<String> pasted = document.text("jwks");
        if (pasted.isPresent()) {
            return new TrustedKeys.Pasted(PastedKeys.parse(pasted.get(), algorithm));
        }
        Optional<CaCertificates> authorities = document.text("caCert").map(CaCertificates::parse);
        return document.text("jwksUri")
                .<TrustedKeys>map(uri -> new TrustedKeys.ByAddress(new IssuerUrl(uri), algorithm, authorities))
                .orElseGet(() -> new TrustedKeys.ByDiscovery(new IssuerUrl(issuer), algorithm, authorities));
    }

    private static Algorithm readAlgorithm(Document document) {
        String name = document.text("algorithm").orElse(Algorithm.RS256.name());
        for (Algorithm algorithm : Algorithm.values()) {
            if (algorithm.name().equals(name)) {
                return algorithm;
            }
        }
        throw document.wrong("algorithm", "RS256, PS256 or ES256");
    }

    public static Map<String, Object> write(JwtBearerAuth auth) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(
                "trustedIssuers",
                auth.issuers().stream().map(CredentialDocuments::writeIssuer).toList());
        IdentityDocument.writePolicy(auth.policy(), fields);
        return fields;
    }

    private static Map<String, Object> writeIssuer(TrustedIssuer issuer) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("issuer", issuer.issuer());
        fields.put("subject", issuer.subject().text());
        fields.put("audience", issuer.audience());
        fields.put("algorithm", issuer.keys().algorithm().name());
        if (issuer.keys() instanceof TrustedKeys.Pasted pasted) {
            fields.put("jwks", pasted.keys().jwks());
        } else if (issuer.keys() instanceof TrustedKeys.ByAddress address) {
            fields.put("jwksUri", address.jwksUri().text());
            address.authorities().ifPresent(authorities -> fields.put("caCert", authorities.pem()));
        } else if (issuer.keys() instanceof TrustedKeys.ByDiscovery found) {
            found.authorities().ifPresent(authorities -> fields.put("caCert", authorities.pem()));
        }
        Map<String, Object> claims = new LinkedHashMap<>();
        issuer.claims().forEach((name, pattern) -> claims.put(name, pattern.text()));
        fields.put("claims", claims);
        fields.put("singleUse", issuer.singleUse());
        return fields;
    }

    public static ClientKeyAuth readClientKey(Document document) {
        ClientKeyAuth auth = new ClientKeyAuth(
                PastedKeys.parse(document.required("jwks"), readAlgorithm(document)),
                document.flag("singleUse", true),
                IdentityDocument.readPolicy(document));
        document.requireNothingElse();
        return auth;
    }

    public static Map<String, Object> write(ClientKeyAuth auth) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("jwks", auth.keys().jwks());
        fields.put("algorithm", auth.keys().algorithm().name());
        fields.put("singleUse", auth.singleUse());
        IdentityDocument.writePolicy(auth.policy(), fields);
        return fields;
    }

    public static ClientSecretAuth readClientSecret(Document document) {
        ClientSecretAuth auth = new ClientSecretAuth(
                document.documents("secrets").stream()
                        .map(CredentialDocuments::readSecret)
                        .toList(),
                IdentityDocument.readPolicy(document));
        document.requireNothingElse();
        return auth;
    }

    private static ClientSecret readSecret(Document document) {
        ClientSecret secret = new ClientSecret(
                document.required("id"),
                document.required("sha256"),
                document.time("createdAt").orElse(Instant.EPOCH));
        document.requireNothingElse();
        return secret;
    }

    public static Map<String, Object> write(ClientSecretAuth auth) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(
                "secrets",
                auth.secrets().stream().map(CredentialDocuments::writeSecret).toList());
        IdentityDocument.writePolicy(auth.policy(), fields);
        return fields;
    }

    private static Map<String, Object> writeSecret(ClientSecret secret) {
        return Map.of(
                "id",
                secret.id(),
                "sha256",
                secret.sha256(),
                "createdAt",
                secret.createdAt().getEpochSecond());
    }
}
