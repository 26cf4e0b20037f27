package io.sallyport.store.firestore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.token.managed.ManagedKeyStore;
import io.sallyport.token.managed.ManagedKeyStoreContract;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

abstract class FirestoreManagedKeyStoreContract extends ManagedKeyStoreContract {
    /** Of {@link #ISSUER}. */
    private static final DocumentPath DOCUMENT =
            new DocumentPath("signingKeys", "4b246bc1a12459de3b1003951d2219e7408ab213dfd526443a48642f9b3facf1");

    @AutoClose
    private final FirestoreDatabase database;

    @AutoClose
    private final FirestoreDatabase unreachable;

    FirestoreManagedKeyStoreContract(FirestoreDatabase database, FirestoreDatabase unreachable) {
        this.database = database;
        this.unreachable = unreachable;
    }

    @Override
    protected ManagedKeyStore store() {
        return new FirestoreManagedKeyStore(database);
    }

    @Override
    protected ManagedKeyStore storeThatIsDown() {
        return new FirestoreManagedKeyStore(unreachable);
    }

    @Test
    void namesTheIssuerInItsDocument() throws Refused {
        store().write(ISSUER, ManagedKeyStore.Stored.NONE, "{}");
        assertThat(database.read(DOCUMENT).get("issuer")).isEqualTo(ISSUER);
    }

    @Test
    void refusesAnotherDocumentInItsPlace() throws Refused {
        for (Map<String, Object> other : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("generation", 1L),
                Map.of("generation", "1", "document", "{}"),
                Map.of("generation", 0L, "document", "{}"))) {
            database.set(DOCUMENT, other);
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(() -> store().read(ISSUER))
                    .returns(Reason.KEYS_UNAVAILABLE, Refused::reason);
        }
    }
}
