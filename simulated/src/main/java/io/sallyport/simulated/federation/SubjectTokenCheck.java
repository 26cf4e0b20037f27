package io.sallyport.simulated.federation;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the token service asks of an issuer's JWT: Security Token Service API, method {@code token}, field {@code
 * subjectToken}. Descriptions are Google's where they are known, and say the same where they are not.
 */
record SubjectTokenCheck(OidcProvider provider, IssuerKeys keys, Instant now) {
    /** As the reference of the method says; a managed identity's token of Entra has 24 hours and five minutes. */
    private static final Duration MAX_DURATION = Duration.ofDays(2);

    /** IAM API, {@code WorkloadIdentityPoolProvider.attributeMapping}: in UTF-8. */
    static final int MAX_SUBJECT = 127;

    private static final Set<JWSAlgorithm> ALGORITHMS = Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256);
    private static final String ASSERTION = "assertion.";
    private static final String ATTRIBUTE = "attribute.";

    /** The identity that the token proves. */
    FederatedIdentity identity(String token, List<String> scopes, Duration longest) throws StsRefusal {
        JWTClaimsSet claims = claims(token);
        if (!provider.condition().test(claims.getClaims())) {
            throw StsRefusal.unauthorizedClient("The given credential is rejected by the attribute condition.");
        }
        Map<String, String> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, String> mapped : provider.mapping().entrySet()) {
            attributes.put(mapped.getKey(), value(mapped, claims));
        }
        String subject = String.valueOf(attributes.remove(OidcProvider.SUBJECT));
        if (subject.getBytes(UTF_8).length > MAX_SUBJECT) {
            throw StsRefusal.invalidRequest("The size of mapped attribute google.subject exceeds the 127 bytes limit.");
        }
        Map<String, String> byName = new LinkedHashMap<>();
        attributes.forEach((name, value) -> byName.put(name.substring(ATTRIBUTE.length()), value));
        Instant end = claims.getExpirationTime().toInstant();
        Instant latest = now.plus(longest);
        return new FederatedIdentity(provider.name(), subject, byName, scopes, end.isBefore(latest) ? end : latest);
    }

    private JWTClaimsSet claims(String token) throws StsRefusal {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            JWTClaimsSet claims = jwt.getJWTClaimsSet();
            check(claims);
            if (!ALGORITHMS.contains(jwt.getHeader().getAlgorithm())) {
                throw StsRefusal.invalidGrant("The algorithm of the ID Token must be RS256 or ES256.");
            }
            if (!isSigned(jwt)) {
                throw StsRefusal.invalidGrant("Invalid ID Token signature.");
            }
            return claims;
        } catch (ParseException | JOSEException e) {
            throw StsRefusal.invalidGrant("Unable to parse the ID Token.");
        }
    }

    private void check(JWTClaimsSet claims) throws StsRefusal {
        if (!provider.issuer().equals(claims.getIssuer())) {
            throw StsRefusal.invalidGrant(
                    "The issuer in ID Token " + claims.getIssuer() + " does not match the expected ones.");
        }
        if (!provider.takesAudience(claims.getAudience())) {
            throw StsRefusal.invalidGrant("The audience in ID Token [" + String.join(", ", claims.getAudience())
                    + "] does not match the expected audience.");
        }
        String subject = claims.getSubject();
        if (subject == null || subject.isEmpty()) {
            throw StsRefusal.invalidGrant("ID Token does not contain user's identity in 'sub' claim.");
        }
        Instant issued = time(claims.getIssueTime(), "iat");
        Instant expires = time(claims.getExpirationTime(), "exp");
        if (issued.isAfter(now)) {
            throw StsRefusal.invalidGrant("ID Token issued at " + issued.getEpochSecond() + " is in the future.");
        }
        if (!now.isBefore(expires)) {
            throw StsRefusal.invalidGrant("ID Token issued at " + issued.getEpochSecond() + " is stale to sign-in.");
        }
        if (Duration.between(issued, expires).compareTo(MAX_DURATION) > 0) {
            throw StsRefusal.invalidGrant("The lifetime of the ID Token exceeds " + MAX_DURATION.toHours() + " hours.");
        }
    }

    private static Instant time(@Nullable Date date, String claim) throws StsRefusal {
        if (date == null) {
            throw StsRefusal.invalidGrant("ID Token does not contain the '" + claim + "' claim.");
        }
        return date.toInstant();
    }

    private boolean isSigned(SignedJWT jwt) throws JOSEException, StsRefusal {
        String kid = jwt.getHeader().getKeyID();
        JWK key = kid == null ? null : keys.of(provider.issuer()).getKeyByKeyId(kid);
        JWSAlgorithm algorithm = jwt.getHeader().getAlgorithm();
        return key != null
                && (key.getAlgorithm() == null || key.getAlgorithm().equals(algorithm))
                && algorithm.equals(key instanceof RSAKey ? JWSAlgorithm.RS256 : JWSAlgorithm.ES256)
                && jwt.verify(verifier(key));
    }

    private static JWSVerifier verifier(JWK key) throws JOSEException {
        return key instanceof RSAKey rsa ? new RSASSAVerifier(rsa) : new ECDSAVerifier((ECKey) key);
    }

    private static String value(Map.Entry<String, String> mapped, JWTClaimsSet claims) throws StsRefusal {
        Object value = mapped.getValue().startsWith(ASSERTION)
                ? claims.getClaim(mapped.getValue().substring(ASSERTION.length()))
                : null;
        if (value == null) {
            throw StsRefusal.invalidGrant(
                    "The mapping of " + mapped.getKey() + ", " + mapped.getValue() + ", gives no value.");
        }
        return value.toString();
    }
}
