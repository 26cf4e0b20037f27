package io.sallyport.method.clientsecret;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.ClientAddress;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Credential;
import io.sallyport.identity.Name;
import io.sallyport.identity.Trust;
import io.sallyport.secret.Secret;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.TrustedIps;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Admits callers that know a client secret (RFC 6749 §2.3.1). For clients that have no better credential.
 *
 * @param clientId its identity's {@code client_id} beside the id and the alias, if it has one
 * @param secrets none admits no caller; several, so that one can be replaced while another is in use
 * @param secretIps from where secrets may be used
 * @param period if not zero, the lifetime of each token of a session that can be renewed without end; the TTLs of the
 *     policy do not count then
 * @param configured the token policy as configured
 */
public record ClientSecretAuth(
        Optional<Name> clientId,
        List<ClientSecret> secrets,
        TrustedIps secretIps,
        Duration period,
        TokenPolicy configured)
        implements AuthMethod<ClientSecretAttestation> {
    /** The most secrets that an identity may have. */
    public static final int MAX_COUNT = 20;

    private static final CheckSequence CHECKS = CheckSequence.of(Check.CLIENT);

    /** A hash that no findable text has. */
    private static final ClientSecret DUMMY = new ClientSecret("dummy", "0".repeat(64), Instant.EPOCH);

    /** @throws IllegalArgumentException if there are too many, or two of the same id */
    public ClientSecretAuth {
        secrets = List.copyOf(secrets);
        if (secrets.size() > MAX_COUNT) {
            throw new IllegalArgumentException("clientSecretAuth.secrets must have at most " + MAX_COUNT + " entries");
        }
        if (secrets.stream().map(ClientSecret::id).distinct().count() < secrets.size()) {
            throw new IllegalArgumentException("clientSecretAuth.secrets has the same id twice");
        }
        if (secretIps.blocks().size() > TokenPolicy.MAX_TRUSTED_IPS) {
            throw new IllegalArgumentException("clientSecretAuth.clientSecretTrustedIps must have at most "
                    + TokenPolicy.MAX_TRUSTED_IPS + " entries");
        }
        if (period.isNegative() || period.compareTo(TokenPolicy.MAX_TOKEN_TTL) > 0 || period.toNanosPart() != 0) {
            throw new IllegalArgumentException("accessTokenPeriod must be 0 (no periodic tokens) to "
                    + TokenPolicy.MAX_TOKEN_TTL.toSeconds() + " seconds");
        }
    }

    /** Secrets for use from anywhere. */
    public ClientSecretAuth(List<ClientSecret> secrets, TokenPolicy policy) {
        this(Optional.empty(), secrets, TrustedIps.ANYWHERE, Duration.ZERO, policy);
    }

    /**
     * @throws Refused {@link Reason#BAD_CLIENT_SECRET}, {@link Reason#CLIENT_SECRET_EXPIRED}, {@link
     *     Reason#CLIENT_SECRET_ADDRESS_NOT_TRUSTED}
     */
    public ClientSecret verify(Secret presented, ClientAddress address, Instant now) throws Refused {
        byte[] hash = ClientSecret.digest(presented);
        Optional<ClientSecret> known = Optional.empty();
        for (ClientSecret secret : secrets) {
            // Compares with all of them, so that the time does not reveal which one matched.
            if (secret.isHash(hash)) {
                known = Optional.of(secret);
            }
        }
        if (known.isEmpty()) {
            throw new Refused(Reason.BAD_CLIENT_SECRET, "the client secret does not match");
        }
        ClientSecret secret = known.get();
        if (secret.hasExpired(now)) {
            throw new Refused(
                    Reason.CLIENT_SECRET_EXPIRED,
                    "the client secret " + secret.id() + ", of " + secret.createdAt() + ", was valid for "
                            + secret.ttl().toSeconds() + " s");
        }
        if (!secretIps.contains(address.text())) {
            throw new Refused(
                    Reason.CLIENT_SECRET_ADDRESS_NOT_TRUSTED,
                    "the client's address is not in the clientSecretTrustedIps " + secretIps.blocks());
        }
        return secret;
    }

    /** The policy of its tokens: with a period, each lives that long, and the session can be renewed without end. */
    @Override
    public TokenPolicy policy() {
        return period.isZero()
                ? configured
                : new TokenPolicy(period, Duration.ZERO, configured.maxUses(), configured.trustedIps());
    }

    /** Takes as long as a real comparison, where there is no secret to compare with. */
    public static void compareWithDummy(Secret presented) {
        DUMMY.isHash(ClientSecret.digest(presented));
    }

    @Override
    public CheckSequence checks() {
        return CHECKS;
    }

    @Override
    public void admit(ClientSecretAttestation attestation, CheckTrace trace) throws Refused {
        trace.at(Check.CLIENT);
        if (secrets.stream().noneMatch(secret -> secret.id().equals(attestation.secretId()))) {
            throw new Refused(Reason.BAD_CLIENT_SECRET, "the client secret was removed");
        }
    }

    @Override
    public Map<Credential, Trust> credentials() {
        Map<Credential, Trust> credentials = new HashMap<>();
        for (ClientSecret secret : secrets) {
            credentials.put(secret.credential(), Trust.NONE);
        }
        return credentials;
    }

    @Override
    public Optional<Credential> credential(Map<String, String> facts) {
        return Credential.of(ClientSecretAttestation.METHOD, ClientSecretAttestation.THUMBPRINT, facts);
    }

    @Override
    public String sessionMethod() {
        return ClientSecretAttestation.METHOD;
    }
}
