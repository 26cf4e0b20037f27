package io.sallyport.method.clientkey;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Credential;
import io.sallyport.identity.Trust;
import io.sallyport.jwt.PastedKeys;
import io.sallyport.token.TokenPolicy;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Admits holders of the client's own private key: {@code private_key_jwt} (OpenID Connect Core §9).
 *
 * @param singleUse whether each assertion may be used only once, and must have a {@code jti}, as OpenID Connect Core §9
 *     requires; otherwise anyone who sees one can use it until it expires
 */
public record ClientKeyAuth(PastedKeys keys, boolean singleUse, TokenPolicy policy)
        implements AuthMethod<ClientKeyAttestation> {
    static final CheckSequence CHECKS = CheckSequence.of(Check.KEY);

    @Override
    public CheckSequence checks() {
        return CHECKS;
    }

    /**
     * The signer is the client, so nothing more is checked; but a key that was removed meanwhile is not the client's.
     */
    @Override
    public void admit(ClientKeyAttestation attestation, CheckTrace trace) throws Refused {
        trace.at(Check.KEY);
        if (!keys.has(attestation.keyId())) {
            throw new Refused(Reason.UNKNOWN_KEY, "the key is not one of the client's");
        }
    }

    @Override
    public Map<Credential, Trust> credentials() {
        Map<Credential, Trust> credentials = new HashMap<>();
        for (String thumbprint : keys.thumbprints()) {
            credentials.put(new Credential(ClientKeyAttestation.METHOD, thumbprint), Trust.NONE);
        }
        return credentials;
    }

    @Override
    public Optional<Credential> credential(Map<String, String> facts) {
        return Credential.of(ClientKeyAttestation.METHOD, ClientKeyAttestation.THUMBPRINT, facts);
    }

    @Override
    public String sessionMethod() {
        return ClientKeyAttestation.METHOD;
    }
}
