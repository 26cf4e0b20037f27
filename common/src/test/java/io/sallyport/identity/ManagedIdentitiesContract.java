package io.sallyport.identity;

import static io.sallyport.Reason.DELETE_PROTECTED;
import static io.sallyport.Reason.STORE_UNAVAILABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.IdentityId;
import io.sallyport.Race;
import io.sallyport.Refused;
import io.sallyport.identity.IdentityStore.Changed;
import io.sallyport.identity.IdentityStore.Cursor;
import io.sallyport.identity.IdentityStore.LastLogin;
import io.sallyport.identity.IdentityStore.Listing;
import io.sallyport.identity.IdentityStore.Page;
import io.sallyport.identity.document.IdentityDocument;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every store of identities does for those who manage them. */
public abstract class ManagedIdentitiesContract {
    private static final IdentityId RIG = new IdentityId("rig");
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

    /** The store under test, empty before each test. */
    protected abstract IdentityStore store();

    /** Stores a document unchanged, bypassing {@link IdentityDocument}. */
    protected abstract void storeDocument(IdentityId id, Map<String, Object> fields) throws Exception;

    /** A store that cannot be reached. */
    protected abstract IdentityStore storeThatIsDown() throws Exception;

    @Test
    void listsByNameAndThenById() throws Refused {
        save("b", "Same");
        save("a", "Same");
        save("c", "Alpha");
        save("d", "same");
        save("e", "Z\u00fcrich");
        assertThat(list("", 10)).containsExactly("c", "a", "b", "e", "d");
    }

    @Test
    void listsThoseAloneWhoseNameBeginsSo() throws Refused {
        save("a", "Pay");
        save("b", "Payments");
        save("c", "Pa");
        save("d", "Paz");
        save("e", "pay");
        save("f", "Pay\u00e9");
        save("g", "Pay\uff5e");
        save("h", "Pay\ud83d\ude00");
        assertThat(list("Pay", 10)).containsExactly("a", "b", "f", "g", "h");
        assertThat(list("Payments!", 10)).isEmpty();
    }

    @Test
    void goesOnWhereThePageBeforeEndedAcrossEqualNames() throws Refused {
        for (String id : List.of("e", "c", "a", "d", "b")) {
            save(id, "Same");
        }
        save("z", "Other");
        List<List<String>> pages = new ArrayList<>();
        Optional<Cursor> after = Optional.empty();
        do {
            Page page = store().list(new Listing("Sa", after, 0, 2));
            pages.add(ids(page));
            after = page.next();
        } while (after.isPresent());
        assertThat(pages).containsExactly(List.of("a", "b"), List.of("c", "d"), List.of("e"));
    }

    @Test
    void passesOverAsManyAsItIsTold() throws Refused {
        for (String id : List.of("a", "b", "c", "d")) {
            save(id, "Same");
        }
        assertThat(ids(store().list(new Listing("", Optional.empty(), 1, 2)))).containsExactly("b", "c");
        Cursor b = new Cursor("Same", new IdentityId("b"));
        assertThat(ids(store().list(new Listing("", Optional.of(b), 1, 2)))).containsExactly("d");
        assertThat(ids(store().list(new Listing("", Optional.empty(), 9, 2)))).isEmpty();
    }

    @Test
    void leavesOutWhatIsNotValidAndGoesOnBehindIt() throws Exception {
        save("a", "Same");
        storeDocument(new IdentityId("b"), Map.of("name", "Same", "rloe", "admin"));
        save("c", "Same");

        assertThat(list("", 10)).containsExactly("a", "c");
        Page broken = store().list(new Listing("", Optional.of(new Cursor("Same", new IdentityId("a"))), 0, 1));
        assertThat(broken.records()).isEmpty();
        assertThat(ids(store().list(new Listing("", broken.next(), 0, 1)))).containsExactly("c");
    }

    @Test
    void givesBackAllThatIsKnownOfAnIdentity() throws Refused {
        IdentityRecord record = new IdentityRecord(
                identity("rig", "Rig"),
                new Registration(
                        List.of(new Registration.Metadata("team", "shop"), new Registration.Metadata("note", "")),
                        true,
                        Optional.of("terraform"),
                        Optional.of(new Registration.Times(NOON, NOON.plusMillis(1))),
                        Map.of("gcpAuth", Registration.Times.created(NOON))));
        store().save(record);
        assertThat(store().findRecord(RIG)).contains(record);
        assertThat(store().list(new Listing("", Optional.empty(), 0, 1)).records())
                .containsExactly(record);
    }

    @Test
    void changesWhatIsThereAndTellsWhatWas() throws Refused {
        assertThat(store().change(RIG, stored -> Optional.of(record("One"))))
                .isEqualTo(new Changed(Optional.empty(), Optional.of(record("One"))));
        assertThat(store().change(RIG, stored -> {
                    assertThat(stored).contains(record("One"));
                    return Optional.of(record("Two"));
                }))
                .isEqualTo(new Changed(Optional.of(record("One")), Optional.of(record("Two"))));
        assertThat(store().change(RIG, stored -> Optional.empty()))
                .isEqualTo(new Changed(Optional.of(record("Two")), Optional.empty()));
        assertThat(store().findRecord(RIG)).isEmpty();
        assertThat(list("", 10)).isEmpty();
    }

    @Test
    void leavesEverythingAsItIsWhereAChangeIsRefused() throws Refused {
        store().save(record("One"));
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> store().change(RIG, stored -> {
                    throw new Refused(DELETE_PROTECTED, "as told");
                }))
                .returns(DELETE_PROTECTED, Refused::reason);
        assertThat(store().findRecord(RIG)).contains(record("One"));
    }

    /**
     * A lost update silently drops a grant, or its removal. Under so many changes at once a store may give up on some, and
     * then says so.
     */
    @Test
    void losesNoneOf20ChangesAtOnceThatItSaysItMade() throws Exception {
        store().save(new IdentityRecord(identity("rig", "Rig"), Registration.NONE));
        AtomicInteger count = new AtomicInteger();
        List<String> made = Race.of(20, () -> note("k" + count.incrementAndGet())).stream()
                .flatMap(Optional::stream)
                .toList();
        assertThat(made).isNotEmpty();
        assertThat(store().findRecord(RIG).orElseThrow().registration().metadata())
                .extracting(Registration.Metadata::key)
                .containsExactlyInAnyOrderElementsOf(made);
    }

    private Optional<String> note(String key) {
        try {
            store().change(RIG, stored -> {
                IdentityRecord before = stored.orElseThrow();
                List<Registration.Metadata> notes =
                        new ArrayList<>(before.registration().metadata());
                notes.add(new Registration.Metadata(key, ""));
                return Optional.of(new IdentityRecord(
                        before.identity(),
                        new Registration(notes, false, Optional.empty(), Optional.empty(), Map.of())));
            });
            return Optional.of(key);
        } catch (Refused refused) {
            assertThat(refused.reason().isUndecided()).isTrue();
            return Optional.empty();
        }
    }

    @Test
    void notesAUseOfACredentialUnlessARecentOneIsKnown() throws Refused {
        Credential secret = new Credential("client-secret", "a".repeat(22));
        assertThat(store().lastUse(secret)).isEmpty();
        store().noteUse(secret, NOON, NOON.minusSeconds(3600));
        store().noteUse(secret, NOON.plusSeconds(10), NOON.minusSeconds(3590));
        assertThat(store().lastUse(secret)).contains(NOON);
        store().noteUse(secret, NOON.plusSeconds(3600), NOON);
        assertThat(store().lastUse(secret)).contains(NOON.plusSeconds(3600));
        assertThat(store().lastUse(new Credential("client-secret", "b".repeat(22))))
                .isEmpty();
        assertThat(store().lastLogin(RIG)).isEmpty();
    }

    @Test
    void notesALoginUnlessOneIsKnownSince() throws Refused {
        LastLogin first = new LastLogin("gcp-iam", NOON);
        assertThat(store().lastLogin(RIG)).isEmpty();
        store().noteLogin(RIG, first, NOON.minusSeconds(3600));
        assertThat(store().lastLogin(RIG)).contains(first);

        LastLogin next = new LastLogin("kubernetes", NOON.plusSeconds(10));
        store().noteLogin(RIG, next, NOON.minusMillis(1));
        assertThat(store().lastLogin(RIG)).contains(first);
        store().noteLogin(RIG, next, NOON);
        assertThat(store().lastLogin(RIG)).contains(next);
        assertThat(store().lastLogin(new IdentityId("other"))).isEmpty();
        assertThat(store().findRecord(RIG)).as("a note makes no identity").isEmpty();
    }

    @Test
    void saysThatItIsDown() throws Exception {
        IdentityStore down = storeThatIsDown();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> down.list(new Listing("", Optional.empty(), 0, 1)),
                () -> down.change(RIG, stored -> stored),
                () -> down.noteLogin(RIG, new LastLogin("gcp-iam", NOON), NOON),
                () -> down.lastLogin(RIG))) {
            assertThatExceptionOfType(Refused.class).isThrownBy(call).returns(STORE_UNAVAILABLE, Refused::reason);
        }
    }

    private List<String> list(String prefix, int limit) throws Refused {
        Page page = store().list(new Listing(prefix, Optional.empty(), 0, limit));
        assertThat(page.next()).isEmpty();
        return ids(page);
    }

    private static List<String> ids(Page page) {
        return page.records().stream().map(record -> record.id().value()).toList();
    }

    private void save(String id, String name) throws Refused {
        store().save(identity(id, name));
    }

    private static IdentityRecord record(String name) {
        return IdentityRecord.of(identity("rig", name));
    }

    private static Identity identity(String id, String name) {
        return new Identity(new IdentityId(id), name, Identity.NO_ACCESS, Map.of(), false, List.of());
    }
}
