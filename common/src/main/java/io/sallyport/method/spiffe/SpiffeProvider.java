package io.sallyport.method.spiffe;

import io.sallyport.Reason;
import io.sallyport.Remedy;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.identity.document.Document;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.TokenPolicyDocument;
import io.sallyport.method.issuer.IssuerBounds;
import io.sallyport.token.TokenPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link SpiffeAuth}: workloads with a JWT-SVID. */
public final class SpiffeProvider implements Provider<SpiffeAuth> {
    public static final String FIELD = "spiffeAuth";

    private static final String DISTRIBUTION = "trustBundleDistribution";
    private static final String STATIC = "static";
    private static final Duration REFRESH = Duration.ofHours(1);
    private static final Duration MAX_REFRESH = Duration.ofDays(30);

    @Override
    public String field() {
        return FIELD;
    }

    @Override
    public String id() {
        return "spiffe-auth";
    }

    @Override
    public Class<SpiffeAuth> type() {
        return SpiffeAuth.class;
    }

    @Override
    public SpiffeAuth read(Document document) {
        String trustDomain = document.required("trustDomain");
        List<SpiffePattern> allowed = new ArrayList<>();
        for (String text : document.allowlist("allowedSpiffeIds").values()) {
            allowed.add(new SpiffePattern(text));
        }
        List<String> audiences =
                List.copyOf(document.allowlist("allowedAudiences").values());
        TrustBundle bundle = bundle(document);
        TokenPolicy policy = TokenPolicyDocument.read(document);
        // Before it is made, so that the error names a misspelled constraint rather than calling it missing.
        document.requireNothingElse();
        return new SpiffeAuth(trustDomain, allowed, audiences, bundle, policy);
    }

    /** In Infisical's form, or as fields of the method itself; those replace the whole of the other. */
    private static TrustBundle bundle(Document document) {
        Optional<Document> nested = document.document(DISTRIBUTION);
        boolean isFlat = document.text("profile").isPresent()
                || document.text("bundle").isPresent()
                || document.text("endpointUrl").isPresent()
                || document.text("caCert").isPresent()
                || document.number("refreshHintSeconds").isPresent();
        if (isFlat || nested.isEmpty()) {
            return distribution(document);
        }
        nested.get().required("profile");
        TrustBundle bundle = distribution(nested.get());
        nested.get().requireNothingElse();
        return bundle;
    }

    private static TrustBundle distribution(Document fields) {
        Optional<String> bundle = IssuerBounds.text(fields, "bundle");
        Optional<String> endpoint = IssuerBounds.text(fields, "endpointUrl");
        Optional<String> authorities = IssuerBounds.text(fields, "caCert");
        Duration refresh = fields.seconds("refreshHintSeconds", REFRESH);
        if (refresh.isNegative() || refresh.compareTo(MAX_REFRESH) > 0) {
            throw fields.wrong("refreshHintSeconds", "0 to " + MAX_REFRESH.toSeconds());
        }
        String profile = fields.text("profile").orElse(bundle.isPresent() ? STATIC : "https_web");
        return switch (profile) {
            case STATIC -> new TrustBundle.Pasted(bundle.orElseThrow(() -> fields.wrong("bundle", "set")));
            case "https_web", "https_web_bundle" ->
                new TrustBundle.AtEndpoint(
                        profile,
                        new IssuerUrl(endpoint.orElseThrow(() -> fields.wrong("endpointUrl", "set"))),
                        authorities.map(CaCertificates::parse),
                        refresh);
            default -> throw fields.wrong("profile", "static, https_web or https_web_bundle");
        };
    }

    @Override
    public Map<String, Object> write(SpiffeAuth auth) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("trustDomain", auth.trustDomain());
        List<String> allowed = new ArrayList<>();
        for (SpiffePattern pattern : auth.allowed()) {
            allowed.add(pattern.text());
        }
        fields.put("allowedSpiffeIds", allowed);
        fields.put("allowedAudiences", auth.audiences());
        Map<String, Object> distribution = new LinkedHashMap<>();
        if (auth.bundle() instanceof TrustBundle.Pasted pasted) {
            distribution.put("profile", STATIC);
            distribution.put("bundle", pasted.text());
        } else if (auth.bundle() instanceof TrustBundle.AtEndpoint endpoint) {
            distribution.put("profile", endpoint.profile());
            distribution.put("endpointUrl", endpoint.endpoint().text());
            distribution.put(
                    "caCert",
                    endpoint.authorities().isPresent()
                            ? endpoint.authorities().get().pem()
                            : "");
            distribution.put("refreshHintSeconds", endpoint.refresh().toSeconds());
        }
        fields.put(DISTRIBUTION, distribution);
        TokenPolicyDocument.write(auth.policy(), fields);
        return fields;
    }

    @Override
    public Optional<Remedy> remedy(Reason reason) {
        return switch (reason) {
            case WRONG_TRUST_DOMAIN ->
                Optional.of(new Remedy(
                        SpiffeAuth.TRUST_DOMAIN,
                        "The subject is not a SPIFFE ID of the identity's trust domain.",
                        "Compare trustDomain with the detail; a SPIFFE ID has no empty, dot or escaped segment."));
            case SPIFFE_ID_NOT_ALLOWED ->
                Optional.of(new Remedy(
                        SpiffeAuth.SPIFFE_ID,
                        "The SPIFFE ID is not on the identity's list.",
                        "Add it, or a pattern, to allowedSpiffeIds; * stays within a segment."));
            default -> Optional.empty();
        };
    }
}
