package io.sallyport.method.issuer;

import io.sallyport.Quoted;
import io.sallyport.identity.Trust;
import io.sallyport.identity.document.Document;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One issuer and whom it may vouch for, in the fields that Infisical's clients know.
 *
 * @param boundSubject the pattern of the subject as configured; empty for any
 * @param metadata further claims that the access token repeats, by the name of the fact
 */
public record IssuerBounds(TrustedIssuer trusted, String boundSubject, Map<String, ClaimName> metadata) {
    private static final int MAX_METADATA = 20;
    private static final Pattern FACT = Pattern.compile("[\\x21-\\x7e]{1,100}");

    public IssuerBounds {
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    /**
     * Reads {@code boundAudiences}, {@code boundSubject}, {@code boundClaims} and {@code claimMetadataMapping}.
     *
     * @param issuer {@code boundIssuer}
     * @throws IllegalArgumentException if one is malformed, there is no audience, or the issuer could vouch for anyone
     */
    public static IssuerBounds read(Document document, String issuer, TrustedKeys keys) {
        List<String> audiences =
                List.copyOf(document.allowlist("boundAudiences").values());
        if (audiences.isEmpty() || audiences.contains("*")) {
            throw document.wrong(
                    "boundAudiences", "set, and not *: a JWT that was meant for another service would be admitted");
        }
        String subject = text(document, "boundSubject").orElse("");
        Map<ClaimName, ClaimRule> claims = ClaimRules.readDotted(document, "boundClaims");
        Map<String, ClaimName> metadata = metadata(document);
        // Before it is made, so that the error names a misspelled constraint rather than calling it missing.
        document.requireNothingElse();
        return new IssuerBounds(
                new TrustedIssuer(
                        issuer, new ClaimPattern(subject.isEmpty() ? "*" : subject), audiences, keys, claims, false),
                subject,
                metadata);
    }

    private static Map<String, ClaimName> metadata(Document document) {
        Map<String, ClaimName> metadata = new LinkedHashMap<>();
        Map<String, String> texts = document.textMap("claimMetadataMapping");
        if (texts.size() > MAX_METADATA) {
            throw document.wrong("claimMetadataMapping", "an object of at most " + MAX_METADATA + " claims");
        }
        for (Map.Entry<String, String> text : texts.entrySet()) {
            if (!FACT.matcher(text.getKey()).matches()) {
                throw new IllegalArgumentException("the metadata " + Quoted.quote(text.getKey())
                        + " must have a name of 1 to 100 printable characters without spaces");
            }
            metadata.put(text.getKey(), ClaimName.dotted(text.getValue()));
        }
        return metadata;
    }

    /** A text; absent if it is empty, as Infisical's clients write what is not set. */
    public static Optional<String> text(Document document, String name) {
        Optional<String> text = document.text(name);
        return text.isPresent() && !text.get().isBlank()
                ? Optional.of(text.get().trim())
                : Optional.empty();
    }

    /** Writes what {@link #read} reads, and {@code boundIssuer}. */
    public void write(Map<String, Object> fields) {
        fields.put("boundIssuer", trusted.issuer());
        fields.put("boundAudiences", trusted.audiences());
        fields.put("boundSubject", boundSubject);
        fields.put("boundClaims", ClaimRules.document(trusted.claims()));
        Map<String, Object> names = new LinkedHashMap<>();
        metadata.forEach((fact, name) -> names.put(fact, name.text()));
        fields.put("claimMetadataMapping", names);
    }

    /** What the sessions of a JWT record. */
    IssuerAttestation session(IssuerAttestation proven) {
        return trusted.told(proven).with(metadata);
    }

    /** Who vouches: the issuer, by the keys of one source. */
    Trust trust() {
        return new Trust(
                trusted.issuer() + " " + trusted.keys().kind() + " "
                        + trusted.keys().location(),
                trusted.keys().anchors());
    }
}
