package io.sallyport.method.clientsecret;

import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.ClientAddress;
import io.sallyport.identity.Identity;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.identity.cache.UniformReads;
import io.sallyport.method.Admitted;
import io.sallyport.method.Verified;
import io.sallyport.secret.Secret;
import java.time.Instant;
import java.util.Optional;

/** Authenticates clients by a client secret, at the login and at the token service alike. */
public final class ClientSecretAuthenticator {
    private static final ClientSecretVerifier SECRETS = new ClientSecretVerifier();

    private final CachedIdentities identities;

    public ClientSecretAuthenticator(CachedIdentities identities) {
        this.identities = identities;
    }

    /**
     * Finds the client and verifies its secret; takes no use of it.
     *
     * @param clientId the identity's id, its alias, or the {@code clientId} of its method
     * @param address that the secret is used from
     * @throws Refused {@link Reason#UNKNOWN_IDENTITY}, {@link Reason#NO_AUTH_METHOD}, {@link Reason#IDENTITY_DISABLED},
     *     and as {@link ClientSecretVerifier#verify}
     */
    public Admitted authenticate(String clientId, Secret secret, ClientAddress address, Instant now) throws Refused {
        UniformReads reads = identities.uniformReads();
        try {
            return admit(reads, clientId, secret, address, now);
        } catch (Refused refused) {
            if (!reads.again(refused)) {
                throw refused;
            }
            return admit(reads, clientId, secret, address, now);
        }
    }

    private static Admitted admit(
            UniformReads reads, String clientId, Secret secret, ClientAddress address, Instant now) throws Refused {
        Optional<Identity> client = reads.findClient(clientId);
        if (client.isEmpty()) {
            ClientSecretAuth.compareWithDummy(secret);
            throw new Refused(Reason.UNKNOWN_IDENTITY, "there is no client " + Quoted.quote(clientId));
        }
        Optional<ClientSecretAuth> auth = client.get().method(ClientSecretAuth.class);
        if (auth.isEmpty()) {
            ClientSecretAuth.compareWithDummy(secret);
            throw new Refused(Reason.NO_AUTH_METHOD, "the client has no ClientSecretAuth");
        }
        CheckTrace trace = SECRETS.checks(auth.get()).begin();
        Verified<ClientSecretAttestation> verified = SECRETS.verify(secret, auth.get(), address, now, trace);
        Admitted admitted = SECRETS.admit(client.get(), auth.get(), verified, trace);
        client.get().requireEnabled();
        return admitted;
    }
}
