package io.sallyport.store.sqlite;

import static io.sallyport.Reason.IDENTITY_INVALID;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.IdentityStoreContract;
import io.sallyport.json.Json;
import io.sallyport.method.provider.Providers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteIdentityStoreTest extends IdentityStoreContract {
    @TempDir
    private Path folder;

    @AutoClose
    private SqliteDatabase database;

    @BeforeEach
    void open() throws IOException {
        database = SqliteDatabase.open(folder.resolve("store.db"));
    }

    @Override
    protected IdentityStore store() {
        return new SqliteIdentityStore(database, Providers.DOCUMENTS);
    }

    @Override
    protected void storeDocument(IdentityId id, Map<String, Object> fields) throws Refused {
        new SqliteIdentityStore(database, Providers.DOCUMENTS).saveDocument(id, Json.writeString(fields));
    }

    @Override
    protected IdentityStore storeThatIsDown() throws IOException {
        database.close();
        return store();
    }

    @Test
    void refusesADocumentThatIsNotJson() throws Refused {
        IdentityId id = new IdentityId("rig");
        new SqliteIdentityStore(database, Providers.DOCUMENTS).saveDocument(id, "{\"name\":");
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> store().find(id))
                .returns(IDENTITY_INVALID, Refused::reason);
    }
}
