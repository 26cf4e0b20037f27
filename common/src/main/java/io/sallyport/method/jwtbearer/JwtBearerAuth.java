package io.sallyport.method.jwtbearer;

import io.sallyport.identity.Credential;
import io.sallyport.identity.Trust;
import io.sallyport.method.issuer.IssuerAttestation;
import io.sallyport.method.issuer.IssuerAuth;
import io.sallyport.method.issuer.TrustedIssuer;
import io.sallyport.token.TokenPolicy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Admits callers for whom one of several trusted issuers vouches, by a JWT (RFC 7523 §2.1). */
public record JwtBearerAuth(List<TrustedIssuer> issuers, TokenPolicy policy) implements IssuerAuth {
    public static final String METHOD = "jwt-bearer";

    private static final int MAX_COUNT = 20;

    /** @throws IllegalArgumentException if there is none, or there are too many */
    public JwtBearerAuth {
        issuers = List.copyOf(issuers);
        if (issuers.isEmpty() || issuers.size() > MAX_COUNT) {
            throw new IllegalArgumentException("jwtBearerAuth.trustedIssuers must have 1 to " + MAX_COUNT + " entries");
        }
    }

    @Override
    public IssuerAttestation session(IssuerAttestation proven, TrustedIssuer by) {
        return by.told(proven).provenBy(by.credential(METHOD).thumbprint());
    }

    /** Entries that differ only by their keys are one credential, with the keys of both. */
    @Override
    public Map<Credential, Trust> credentials() {
        Map<Credential, Trust> credentials = new HashMap<>();
        for (TrustedIssuer issuer : issuers) {
            credentials.merge(issuer.credential(METHOD), issuer.trust(), Trust::and);
        }
        return credentials;
    }

    @Override
    public Optional<Credential> credential(Map<String, String> facts) {
        return Credential.of(METHOD, IssuerAttestation.TRUST, facts);
    }

    @Override
    public String sessionMethod() {
        return METHOD;
    }
}
