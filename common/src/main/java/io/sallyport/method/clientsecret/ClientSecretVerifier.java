package io.sallyport.method.clientsecret;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.method.CredentialVerifier;
import io.sallyport.method.Verified;
import io.sallyport.secret.Secret;
import java.util.Optional;

/** Verifies client secrets (RFC 6749 §2.3.1) against the stored hashes. */
public final class ClientSecretVerifier extends CredentialVerifier<ClientSecretAuth, ClientSecretAttestation> {
    @Override
    public CheckSequence checks(ClientSecretAuth method) {
        return method.checks();
    }

    /** @throws Refused {@link Reason#BAD_CLIENT_SECRET} */
    public Verified<ClientSecretAttestation> verify(Secret presented, ClientSecretAuth method, CheckTrace trace)
            throws Refused {
        trace.at(Check.CLIENT);
        return verified(method.verify(presented), Optional.empty());
    }
}
