package io.sallyport.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The usable public keys of an issuer by key id. Keys of another type or strength are left out. */
final class KeySet {
    static final KeySet EMPTY = new KeySet(Map.of());

    private static final int MAX_KEYS = 2000;

    private final Map<String, VerificationKey> keys;

    private KeySet(Map<String, VerificationKey> keys) {
        this.keys = Map.copyOf(keys);
    }

    Optional<VerificationKey> find(String keyId) {
        return Optional.ofNullable(keys.get(keyId));
    }

    /** The format in which an issuer publishes its keys. */
    enum Format {
        /** RFC 7517 §5. */
        JWKS,
        /** A JSON object of PEM certificates by key id, as Google publishes those of service accounts. */
        X509
    }

    /**
     * @param suitable whether a member of a JWK set is for this use
     * @throws MalformedJsonException if it is not a key set at all
     */
    static KeySet parse(Format format, String text, Algorithm algorithm, Predicate<Map<?, ?>> suitable)
            throws MalformedJsonException {
        Map<String, @Nullable Object> document = Json.parseObject(text);
        Map<String, VerificationKey> keys = new HashMap<>();
        if (format == Format.JWKS) {
            for (Object member : members(document)) {
                Optional<VerificationKey> key = jwk(member, algorithm, suitable, JWK::getKeyID, false);
                if (key.isPresent()) {
                    keys.putIfAbsent(key.get().id(), key.get());
                }
            }
        } else if (document.size() <= MAX_KEYS) {
            document.forEach((id, pem) -> certificate(id, pem, algorithm).ifPresent(key -> keys.put(key.id(), key)));
        }
        return new KeySet(keys);
    }

    private static boolean isForSignatures(@Nullable KeyUse use) {
        return use == null || use.equals(KeyUse.SIGNATURE);
    }

    /** SPIFFE Trust Domain and Bundle §4.2.2: the use of the keys that sign JWT-SVIDs. */
    private static boolean isForJwtSvids(@Nullable KeyUse use) {
        return use != null && use.getValue().equals("jwt-svid");
    }

    /**
     * Parses a JWK set from a configuration: a key without an id gets its thumbprint (RFC 7638) as id.
     *
     * @param svids whether a SPIFFE bundle's keys for JWT-SVIDs count too
     */
    static KeySet parsePasted(String text, Algorithm algorithm, boolean svids) throws MalformedJsonException {
        Map<String, VerificationKey> keys = new HashMap<>();
        for (Object member : members(Json.parseObject(text))) {
            jwk(member, algorithm, fields -> true, KeySet::idOrThumbprint, svids)
                    .ifPresent(key -> keys.putIfAbsent(key.id(), key));
        }
        return new KeySet(keys);
    }

    /**
     * Parses a SPIFFE bundle (SPIFFE Trust Domain and Bundle §4.2): its keys for JWT-SVIDs, each for one algorithm, by
     * {@link #bundleId}.
     */
    static KeySet parseBundle(Map<String, @Nullable Object> document) {
        Map<String, VerificationKey> keys = new HashMap<>();
        for (Object member : members(document)) {
            if (member instanceof Map<?, ?> fields) {
                Optional<VerificationKey> key = bundleKey(fields);
                if (key.isPresent()) {
                    keys.putIfAbsent(key.get().id(), key.get());
                }
            }
        }
        return new KeySet(keys);
    }

    /** A key of a bundle is for one algorithm: the one that it names, else RS256 or that of its curve. */
    private static Optional<VerificationKey> bundleKey(Map<?, ?> fields) {
        try {
            JWK jwk = Jwk.read(fields);
            if (jwk.getKeyID() == null
                    || !isForJwtSvids(jwk.getKeyUse())
                    || !(jwk instanceof AsymmetricJWK asymmetric)) {
                return Optional.empty();
            }
            for (Algorithm algorithm : Algorithm.values()) {
                boolean isFor = jwk.getAlgorithm() == null || jwk.getAlgorithm().equals(algorithm.jwsName());
                if (isFor && algorithm.fits(asymmetric.toPublicKey())) {
                    return Optional.of(
                            VerificationKey.unbounded(bundleId(algorithm, jwk.getKeyID()), asymmetric.toPublicKey()));
                }
            }
            return Optional.empty();
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The id of a bundle's key: with its algorithm, so that no JWT finds it under another. */
    static String bundleId(Algorithm algorithm, String keyId) {
        return algorithm + " " + keyId;
    }

    private static Collection<?> members(Map<String, @Nullable Object> document) {
        return document.get("keys") instanceof Collection<?> members && members.size() <= MAX_KEYS
                ? members
                : List.of();
    }

    private static String idOrThumbprint(JWK key) {
        return key.getKeyID() == null ? Jwk.thumbprint(key) : key.getKeyID();
    }

    /** The key, if there is exactly one. */
    Optional<VerificationKey> only() {
        return keys.size() == 1 ? keys.values().stream().findFirst() : Optional.empty();
    }

    /** The thumbprints of all keys (RFC 7638). */
    Set<String> thumbprints() {
        Set<String> thumbprints = new HashSet<>();
        for (VerificationKey key : keys.values()) {
            thumbprints.add(Jwk.thumbprint(key.key()));
        }
        return Set.copyOf(thumbprints);
    }

    boolean isEmpty() {
        return keys.isEmpty();
    }

    private static Optional<VerificationKey> jwk(
            @Nullable Object member,
            Algorithm algorithm,
            Predicate<Map<?, ?>> suitable,
            Function<JWK, @Nullable String> idOf,
            boolean svids) {
        if (!(member instanceof Map<?, ?> fields) || !suitable.test(fields)) {
            return Optional.empty();
        }
        try {
            JWK jwk = Jwk.read(fields);
            // Some issuers (Entra) name no algorithm: then the configuration decides.
            boolean forAlgorithm =
                    jwk.getAlgorithm() == null || jwk.getAlgorithm().equals(algorithm.jwsName());
            String id = idOf.apply(jwk);
            if (id == null
                    || !(isForSignatures(jwk.getKeyUse()) || (svids && isForJwtSvids(jwk.getKeyUse())))
                    || !forAlgorithm
                    || !(jwk instanceof AsymmetricJWK asymmetric)
                    || !algorithm.fits(asymmetric.toPublicKey())) {
                return Optional.empty();
            }
            return Optional.of(VerificationKey.unbounded(id, asymmetric.toPublicKey()));
        } catch (ParseException | JOSEException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Optional<VerificationKey> certificate(String id, @Nullable Object pem, Algorithm algorithm) {
        if (!(pem instanceof String text)) {
            return Optional.empty();
        }
        try {
            X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)));
            if (!algorithm.fits(certificate.getPublicKey())) {
                return Optional.empty();
            }
            return Optional.of(new VerificationKey(
                    id,
                    certificate.getPublicKey(),
                    certificate.getNotBefore().toInstant(),
                    certificate.getNotAfter().toInstant()));
        } catch (CertificateException e) {
            return Optional.empty();
        }
    }
}
