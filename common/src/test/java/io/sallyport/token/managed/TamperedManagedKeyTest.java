package io.sallyport.token.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.testing.TestKeyCipher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Someone can write the store, and changes one part of a record: of the current key, beside another valid key. */
class TamperedManagedKeyTest extends ManagedKeyFixture {
    private ManagedKey untouched;
    private ManagedKey current;

    @BeforeEach
    void storeTwoKeys() throws Refused {
        untouched = first();
        current = rotation.rotateAtOnce(now()).made().orElseThrow();
    }

    /** Changes the record of the current key; the other record is given too. */
    private interface Change extends BiConsumer<Map<String, Object>, Map<String, Object>> {}

    private static Arguments change(String name, Change change, String reason) {
        return Arguments.of(name, change, reason);
    }

    private static Change put(String member, Object value) {
        return (record, other) -> record.put(member, value);
    }

    private static Change take(String member) {
        return (record, other) -> record.put(member, other.get(member));
    }

    private static Change later(String member) {
        return (record, other) -> record.put(member, now(record, member) + 1);
    }

    private static long now(Map<String, Object> record, String member) {
        return record.get(member) instanceof Long seconds ? seconds : 0;
    }

    private static Change inJwk(String member, Object value) {
        return (record, other) -> {
            Map<Object, Object> jwk = new LinkedHashMap<>((Map<?, ?>) record.get("jwk"));
            jwk.put(member, value);
            record.put("jwk", jwk);
        };
    }

    static Stream<Arguments> record() {
        String changed = "the record was changed";
        return Stream.of(
                change("another issuer", put("issuer", "https://other.example.com"), "another issuer"),
                change("the kid of the other key", take("kid"), "kid is not the thumbprint"),
                change("the public key of the other key", take("jwk"), "kid is not the thumbprint"),
                change(
                        "the public key of the other key and its kid",
                        (record, other) -> {
                            record.put("jwk", other.get("jwk"));
                            record.put("kid", other.get("kid"));
                        },
                        "stands twice"),
                change("another algorithm", put("alg", "RS256"), "alg is not the algorithm"),
                change("another algorithm in the public key", inJwk("alg", "RS256"), "a key"),
                change("a private part in the clear", inJwk("d", "AAAA"), "jwk is not a public key"),
                change("another use", inJwk("use", "enc"), "jwk is not a public key"),
                change(
                        "created earlier",
                        (record, other) -> record.put("created", now(record, "created") - 1),
                        changed),
                change("signing later", later("signFrom"), changed),
                change("signing longer", later("signUntil"), changed),
                change("published longer", later("retireAt"), changed),
                change("times that contradict each other", put("retireAt", 1L), "contradict"),
                change("a time in words", put("created", "now"), "created is no time"),
                change("a time before 1970", put("created", -1L), "created is no time"),
                change("the ciphertext of the other key", take("ciphertext"), changed),
                change("no ciphertext", put("ciphertext", ""), changed),
                change("a ciphertext that is no text", put("ciphertext", 1L), "ciphertext is no text"),
                change("the proof of the other key", take("proof"), changed),
                change("no proof", put("proof", ""), changed),
                change("a proof that is not base64url", put("proof", "*"), changed),
                change("a member more", put("note", "x"), "members"),
                change("a member less", (record, other) -> record.remove("alg"), "members"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("record")
    void isNeitherPublishedNorUsedToSign(String name, Change change, String reason) throws Refused {
        ManagedKeys before = instance();
        signing(before);
        tamper(change);

        ManagedKeys after = instance();
        assertThat(signing(after)).isEqualTo(untouched.keyId());
        assertThat(published(after)).containsExactly(untouched.keyId());
        assertThat(after.find(current.keyId(), now())).isEmpty();
        assertThat(problems).isNotEmpty().allMatch(problem -> problem.contains(reason));

        problems.clear();
        clock.advance(KnownKeys.FRESH);
        assertThat(signing(before)).isEqualTo(untouched.keyId());
        assertThat(published(before)).containsExactly(untouched.keyId());
        assertThat(problems).isNotEmpty().allMatch(problem -> problem.contains(reason));
    }

    /** A process that can decrypt does not rely on the proof: the ciphertext is bound to the record by itself. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("record")
    void isNotDecrypted(String name, Change change, String reason) throws Refused {
        tamper(change);
        for (ManagedKey key : rotation.keys().keys()) {
            if (key.keyId().equals(current.keyId()) && name.matches("created.*|sign.*|published.*|the ciphertext.*")) {
                assertThatExceptionOfType(Refused.class)
                        .isThrownBy(() -> cipher.decrypt(key.ciphertext(), key.bound()))
                        .returns(Reason.KEYS_UNAVAILABLE, Refused::reason);
            }
        }
    }

    /** The other half: a ciphertext made for this record, of another key's private part. */
    @Test
    void isNotUsedIfItsPrivatePartIsOfAnotherKey() throws Refused {
        KeyCipher swapping = new KeyCipher() {
            @Override
            public String encrypt(byte[] plaintext, byte[] bound) {
                throw new AssertionError("an instance encrypts nothing");
            }

            @Override
            public byte[] decrypt(String ciphertext, byte[] bound) throws Refused {
                return new TestKeyCipher().decrypt(untouched.ciphertext(), untouched.bound());
            }
        };
        ManagedKeys instance = instance(swapping);
        assertThat(signing(instance)).isEqualTo(untouched.keyId());
        assertThat(problems).singleElement().asString().contains("of another key");
    }

    @Test
    void isNotUsedIfWhatWasEncryptedIsNoKey() throws Refused {
        ManagedKeys instance = instance(new KeyCipher() {
            @Override
            public String encrypt(byte[] plaintext, byte[] bound) {
                throw new AssertionError("an instance encrypts nothing");
            }

            @Override
            public byte[] decrypt(String ciphertext, byte[] bound) {
                return "canary".getBytes(StandardCharsets.UTF_8);
            }
        });
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> instance.signer(now()))
                .returns(Reason.KEYS_UNAVAILABLE, Refused::reason)
                .satisfies(refused -> assertThat(refused.detail()).doesNotContain("canary"));
    }

    @Test
    void isNotOfAnotherIssuerThatSharesTheDatabase() throws Refused {
        rotation("https://other.example.com").rotateIfDue(now());
        String others = store.read("https://other.example.com").text();
        store.edit(ISSUER, text -> others.replaceFirst("https://other.example.com", ISSUER));
        ManagedKeys instance = instance();
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> instance.signer(now()));
        assertThatExceptionOfType(Refused.class).isThrownBy(() -> instance.published(now()));
        assertThat(problems).isNotEmpty().allMatch(problem -> problem.contains("another issuer"));
    }

    /** Changes the last record. */
    private void tamper(Change change) {
        store.edit(ISSUER, text -> {
            try {
                Map<String, Object> document = new LinkedHashMap<>(Json.parseObject(text));
                List<Object> records = new ArrayList<>((List<?>) document.get("keys"));
                int last = records.size() - 1;
                Map<String, Object> record = members(records.get(last));
                change.accept(record, members(records.get(0)));
                records.set(last, record);
                document.put("keys", records);
                return Json.writeString(document);
            } catch (MalformedJsonException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static Map<String, Object> members(Object record) {
        Map<String, Object> members = new LinkedHashMap<>();
        ((Map<?, ?>) record).forEach((name, value) -> members.put(String.valueOf(name), value));
        return members;
    }
}
