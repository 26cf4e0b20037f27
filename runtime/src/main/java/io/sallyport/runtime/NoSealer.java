package io.sallyport.runtime;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.secret.SealedSecret;
import io.sallyport.secret.Sealer;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretPlace;

/** Where no key is configured: identities without secrets log in, and the others cannot. */
final class NoSealer implements Sealer {
    @Override
    public SealedSecret seal(Secret secret, SecretPlace place) throws Refused {
        throw unreadable(place);
    }

    @Override
    public Secret open(SealedSecret sealedSecret, SecretPlace place) throws Refused {
        throw unreadable(place);
    }

    private static Refused unreadable(SecretPlace place) {
        return new Refused(
                Reason.SECRET_UNREADABLE, place.field() + " needs SALLYPORT_ENCRYPTION_KEY, which is not set");
    }
}
