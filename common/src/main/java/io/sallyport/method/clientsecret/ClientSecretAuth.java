package io.sallyport.method.clientsecret;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Credential;
import io.sallyport.identity.Trust;
import io.sallyport.secret.Secret;
import io.sallyport.token.TokenPolicy;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Admits callers that know a client secret (RFC 6749 §2.3.1). For clients that have no better credential.
 *
 * @param secrets two at most, so that one can be replaced while the other is in use
 */
public record ClientSecretAuth(List<ClientSecret> secrets, TokenPolicy policy)
        implements AuthMethod<ClientSecretAttestation> {
    private static final CheckSequence CHECKS = CheckSequence.of(Check.CLIENT);

    private static final int MAX_COUNT = 2;

    /** A hash that no findable text has. */
    private static final ClientSecret DUMMY = new ClientSecret("dummy", "0".repeat(64), Instant.EPOCH);

    /** @throws IllegalArgumentException if there is none, more than two, or two of the same id */
    public ClientSecretAuth {
        secrets = List.copyOf(secrets);
        if (secrets.isEmpty() || secrets.size() > MAX_COUNT) {
            throw new IllegalArgumentException("clientSecretAuth.secrets must have one or two entries");
        }
        if (secrets.stream().map(ClientSecret::id).distinct().count() < secrets.size()) {
            throw new IllegalArgumentException("clientSecretAuth.secrets has the same id twice");
        }
    }

    /** @throws Refused {@link Reason#BAD_CLIENT_SECRET} */
    public ClientSecretAttestation verify(Secret presented) throws Refused {
        Optional<ClientSecret> known = Optional.empty();
        for (ClientSecret secret : secrets) {
            // Compares with all of them, so that the time does not reveal which one matched.
            if (secret.isHashOf(presented)) {
                known = Optional.of(secret);
            }
        }
        ClientSecret secret =
                known.orElseThrow(() -> new Refused(Reason.BAD_CLIENT_SECRET, "the client secret does not match"));
        return new ClientSecretAttestation(secret.id(), secret.credential().thumbprint());
    }

    /** Takes as long as a real comparison, where there is no secret to compare with. */
    public static void compareWithDummy(Secret presented) {
        DUMMY.isHashOf(presented);
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
