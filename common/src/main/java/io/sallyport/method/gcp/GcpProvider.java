package io.sallyport.method.gcp;

import io.sallyport.Check;
import io.sallyport.Reason;
import io.sallyport.Remedy;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.document.Document;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.TokenPolicyDocument;
import io.sallyport.token.TokenPolicy;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@link GcpAuth}: workloads of Google Cloud. */
public final class GcpProvider implements Provider<GcpAuth> {
    public static final String FIELD = "gcpAuth";

    @Override
    public String field() {
        return FIELD;
    }

    @Override
    public String id() {
        return "gcp-auth";
    }

    @Override
    public Class<GcpAuth> type() {
        return GcpAuth.class;
    }

    @Override
    public GcpAuth read(Document document) {
        Set<GcpAuth.Option> options = EnumSet.noneOf(GcpAuth.Option.class);
        if (document.flag("requireExpiry")) {
            options.add(GcpAuth.Option.REQUIRE_EXPIRY);
        }
        if (document.flag("singleUse")) {
            options.add(GcpAuth.Option.SINGLE_USE);
        }
        String type = document.text("type").orElse("");
        Allowlist serviceAccounts = document.allowlist("allowedServiceAccounts");
        Allowlist serviceAccountIds = document.allowlist("allowedServiceAccountIds");
        Allowlist projects = document.allowlist("allowedProjects");
        Allowlist zones = document.allowlist("allowedZones");
        TokenPolicy policy = TokenPolicyDocument.read(document);
        // Before the method is made, so that the error names a misspelled constraint rather than calling it missing.
        document.requireNothingElse();
        return new GcpAuth(type(type), serviceAccounts, serviceAccountIds, projects, zones, options, policy);
    }

    private static GcpAuth.Type type(String type) {
        return switch (type) {
            case "gce" -> GcpAuth.Type.GCE;
            case "iam" -> GcpAuth.Type.IAM;
            default -> throw new IllegalArgumentException("gcpAuth.type must be gce or iam");
        };
    }

    @Override
    public Map<String, Object> write(GcpAuth gcp) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("type", gcp.type().name().toLowerCase(Locale.ROOT));
        fields.put("allowedServiceAccounts", List.copyOf(gcp.serviceAccounts().values()));
        fields.put(
                "allowedServiceAccountIds", List.copyOf(gcp.serviceAccountIds().values()));
        fields.put("allowedProjects", List.copyOf(gcp.projects().values()));
        fields.put("allowedZones", List.copyOf(gcp.zones().values()));
        fields.put("requireExpiry", gcp.requiresExpiry());
        fields.put("singleUse", gcp.isSingleUse());
        TokenPolicyDocument.write(gcp.policy(), fields);
        return fields;
    }

    @Override
    public Optional<Remedy> remedy(Reason reason) {
        return switch (reason) {
            case KEY_NOT_ROTATED ->
                Optional.of(new Remedy(
                        Check.END,
                        "The signed JWT has no exp, and Google does not rotate the key that signed it, so it "
                                + "would be valid for years.",
                        "Sign with signJwt, or include exp."));
            case EXPIRY_REQUIRED ->
                Optional.of(new Remedy(
                        Check.END,
                        "The signed JWT has no exp, and the identity requires one.",
                        "Include exp, or remove requireExpiry from the identity."));
            case EMAIL_NOT_VERIFIED ->
                Optional.of(new Remedy(
                        GcpVerifier.EMAIL,
                        "Google does not vouch for the e-mail address.",
                        "Request the token from the metadata server with format=full."));
            case COMPUTE_CLAIMS_MISSING ->
                Optional.of(new Remedy(
                        GcpAuth.INSTANCE,
                        "The identity requires a project or zone, and the token does not name them.",
                        "Request the token from the metadata server with format=full. Cloud Run has no instance: "
                                + "use allowedServiceAccounts there."));
            case PROJECT_NOT_ALLOWED ->
                Optional.of(new Remedy(
                        GcpAuth.PROJECT,
                        "The project is not on the identity's list.",
                        "Add it, if it should be admitted."));
            case ZONE_NOT_ALLOWED ->
                Optional.of(new Remedy(
                        GcpAuth.ZONE, "The zone is not on the identity's list.", "Add it, if it should be admitted."));
            default -> Optional.empty();
        };
    }
}
