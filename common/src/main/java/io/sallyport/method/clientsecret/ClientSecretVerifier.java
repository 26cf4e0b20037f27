package io.sallyport.method.clientsecret;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.ClientAddress;
import io.sallyport.method.CredentialVerifier;
import io.sallyport.method.Verified;
import io.sallyport.secret.Secret;
import java.time.Instant;

/** Verifies client secrets (RFC 6749 §2.3.1) against the stored hashes. */
public final class ClientSecretVerifier extends CredentialVerifier<ClientSecretAuth, ClientSecretAttestation> {
    @Override
    public CheckSequence checks(ClientSecretAuth method) {
        return method.checks();
    }

    /**
     * @throws Refused {@link Reason#BAD_CLIENT_SECRET}, {@link Reason#CLIENT_SECRET_EXPIRED}, {@link
     *     Reason#CLIENT_SECRET_ADDRESS_NOT_TRUSTED}
     */
    public Verified<ClientSecretAttestation> verify(
            Secret presented, ClientSecretAuth method, ClientAddress address, Instant now, CheckTrace trace)
            throws Refused {
        trace.at(Check.CLIENT);
        ClientSecret secret = method.verify(presented, address, now);
        return verified(
                new ClientSecretAttestation(secret.id(), secret.credential().thumbprint()),
                new Verified.CountedUse(secret.credential(), secret.numUsesLimit()));
    }
}
