package io.sallyport.outbound.google;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.token.managed.KeyCipher;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts signing keys with a symmetric key of Cloud KMS, which never leaves it: {@code kms.} and base64url of the
 * ciphertext from the method {@code encrypt} (Cloud KMS API v1, {@code projects.locations.keyRings.cryptoKeys}).
 * Verifies the checksums of requests and responses, as Google advises ("Verify data integrity"). Each call is made once:
 * the caller tries again later.
 */
public final class KmsKeyCipher implements KeyCipher {
    private static final String SCHEME = "kms.";
    private static final String BOUND = "additionalAuthenticatedData";

    private final EncryptionKey.CloudKms key;
    private final KmsSecretCipher.Api api;

    public KmsKeyCipher(EncryptionKey.CloudKms key, KmsSecretCipher.Api api) {
        this.key = key;
        this.api = api;
    }

    @Override
    public String encrypt(byte[] plaintext, byte[] bound) throws Refused {
        Map<String, @Nullable Object> answer = call("encrypt", "plaintext", plaintext, bound);
        if (!Boolean.TRUE.equals(answer.get("verifiedPlaintextCrc32c"))
                || !Boolean.TRUE.equals(answer.get("verifiedAdditionalAuthenticatedDataCrc32c"))) {
            throw unavailable("encrypt", "it did not check the checksums");
        }
        if (!(answer.get("name") instanceof String version && version.startsWith(key.name() + "/cryptoKeyVersions/"))) {
            throw unavailable("encrypt", "the answer names another key");
        }
        return SCHEME + Base64.getUrlEncoder().withoutPadding().encodeToString(result("encrypt", answer, "ciphertext"));
    }

    @Override
    public byte[] decrypt(String ciphertext, byte[] bound) throws Refused {
        if (!ciphertext.startsWith(SCHEME)) {
            throw unavailable("decrypt", "the signing key was encrypted with a key of another kind");
        }
        byte[] encrypted;
        try {
            encrypted = Base64.getUrlDecoder().decode(ciphertext.substring(SCHEME.length()));
        } catch (IllegalArgumentException e) {
            throw unavailable("decrypt", "the ciphertext is not base64url");
        }
        return result("decrypt", call("decrypt", "ciphertext", encrypted, bound), "plaintext");
    }

    private Map<String, @Nullable Object> call(String method, String name, byte[] data, byte[] bound) throws Refused {
        Map<String, String> request = new LinkedHashMap<>();
        put(request, name, data);
        put(request, BOUND, bound);
        try {
            GuardedHosts.Answer answer = api.post("/v1/" + key.name() + ":" + method, Json.write(request));
            if (answer.status() != 200) {
                throw refused(method, answer.status());
            }
            return Json.parseObject(answer.body());
        } catch (SocketTimeoutException e) {
            throw new Refused(Reason.KEYS_TIMEOUT, said(method, "no answer in time"));
        } catch (IOException e) {
            throw unavailable(method, NoAccessTokenException.told(e));
        } catch (MalformedJsonException e) {
            throw unavailable(method, "the answer is not JSON");
        }
    }

    private Refused refused(String method, int status) {
        if (status == 408 || status == 504) {
            return new Refused(Reason.KEYS_TIMEOUT, said(method, "HTTP status " + status));
        }
        String hint = status == 400 && method.equals("decrypt")
                ? ": the record was not encrypted with this key, or was changed"
                : "";
        return unavailable(method, "HTTP status " + status + hint);
    }

    /** An Int64Value is a string in JSON (ProtoJSON). */
    private static void put(Map<String, String> request, String name, byte[] data) {
        request.put(name, Base64.getEncoder().encodeToString(data));
        request.put(name + "Crc32c", Long.toString(KmsKeys.crc32c(data)));
    }

    private byte[] result(String method, Map<String, @Nullable Object> answer, String name) throws Refused {
        try {
            if (answer.get(name) instanceof String base64) {
                byte[] data = Base64.getDecoder().decode(base64);
                if (Long.toString(KmsKeys.crc32c(data)).equals(String.valueOf(answer.get(name + "Crc32c")))) {
                    return data;
                }
                throw unavailable(method, name + "Crc32c is not that of the answer");
            }
        } catch (IllegalArgumentException e) {
            // Refused below.
        }
        throw unavailable(method, "the answer has no " + name);
    }

    private Refused unavailable(String method, String why) {
        return new Refused(Reason.KEYS_UNAVAILABLE, said(method, why));
    }

    private String said(String method, String why) {
        return "Cloud KMS, " + method + " with " + key.name() + ": " + why;
    }

    @Override
    public String toString() {
        return "KmsKeyCipher[" + key.name() + "]";
    }
}
