package io.sallyport.bench;

import com.google.cloud.firestore.CollectionReference;
import com.google.cloud.firestore.Firestore;
import com.google.cloud.firestore.FirestoreOptions;
import com.google.cloud.firestore.WriteBatch;
import io.sallyport.IdentityId;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Many identities that differ in id and name. Sallyport stores the first; the others are copies of it. */
record ManyIdentities(int count) {
    /** The maximum number of documents in one write. */
    private static final int BATCH = 500;

    private static final String COPIES = """
            WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ?)
            INSERT INTO identities (id, document)
            SELECT printf('identity-%07d', n), json_set(document, '$.name', printf('Payments %d', n))
            FROM numbers, identities WHERE identities.id = ?
            """;

    IdentityId first() {
        return id(0);
    }

    private static IdentityId id(int number) {
        return new IdentityId(String.format("identity-%07d", number));
    }

    /** This many of them, spread evenly. */
    List<IdentityId> some(int wanted) {
        return IntStream.range(0, wanted)
                .mapToObj(i -> id((int) ((long) i * count / wanted)))
                .toList();
    }

    void multiplyInSqlite(Path file) throws IOException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                PreparedStatement insert = connection.prepareStatement(COPIES)) {
            insert.setInt(1, count);
            insert.setString(2, first().value());
            insert.executeUpdate();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    void multiplyInFirestore(String project, String emulator) throws Exception {
        Firestore firestore = FirestoreOptions.newBuilder()
                .setProjectId(project)
                .setDatabaseId("sallyport")
                .setEmulatorHost(emulator)
                .build()
                .getService();
        try {
            CollectionReference identities = firestore.collection("identities");
            Map<String, Object> original =
                    identities.document(first().value()).get().get().getData();
            for (int from = 1; from < count; from += BATCH) {
                WriteBatch batch = firestore.batch();
                for (int i = from; i < Math.min(count, from + BATCH); i++) {
                    Map<String, Object> copy = new HashMap<>(original);
                    copy.put("name", "Payments " + i);
                    batch.create(identities.document(id(i).value()), copy);
                }
                batch.commit().get();
            }
        } finally {
            firestore.shutdownNow();
        }
    }
}
