package io.sallyport.outbound.google;

import io.sallyport.BoundedCache;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.secret.OlderForm;
import io.sallyport.secret.Secret;
import io.sallyport.secret.SecretCipher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Encrypts with a key of Cloud KMS, which never leaves it: {@code kms2.} and base64url of the ciphertext from the
 * method {@code encrypt} (Cloud KMS API v1, {@code projects.locations.keyRings.cryptoKeys}). Decrypted secrets are
 * cached for a few minutes, so that not every login waits for Cloud KMS; disabling the key there takes effect within
 * that time.
 */
public final class KmsSecretCipher implements SecretCipher {
    public static final Duration KEPT = Duration.ofMinutes(5);

    private static final String VERSION = "kms2.";
    private static final int MAX_KEPT = 1000;

    private final EncryptionKey.CloudKms key;
    private final Api api;
    private final InstantSource clock;
    private final BoundedCache<BoundSecret, Opened> opened = new BoundedCache<>(MAX_KEPT);

    /** The API of Cloud KMS, with credentials. */
    @FunctionalInterface
    public interface Api {
        /** @param path such as {@code /v1/projects/…/cryptoKeys/…:encrypt} */
        GuardedHosts.Answer post(String path, byte[] json) throws IOException;
    }

    private record BoundSecret(EncryptedSecret secret, EncryptionContext place) {}

    private record Opened(Secret secret, Instant until) {}

    public KmsSecretCipher(EncryptionKey.CloudKms key, Api api, InstantSource clock) {
        this.key = key;
        this.api = api;
        this.clock = clock;
    }

    @Override
    public EncryptedSecret encrypt(Secret secret, EncryptionContext place) throws Refused {
        byte[] plain = secret.text().getBytes(StandardCharsets.UTF_8);
        byte[] ciphertext = call("encrypt", Map.of("plaintext", base64(plain)), "ciphertext", place);
        return new EncryptedSecret(
                VERSION + Base64.getUrlEncoder().withoutPadding().encodeToString(ciphertext));
    }

    @Override
    public Secret decrypt(EncryptedSecret encryptedSecret, EncryptionContext place) throws Refused {
        OlderForm.refuse(encryptedSecret, place);
        if (!encryptedSecret.text().startsWith(VERSION)) {
            throw unreadable(place, "it was encrypted with a key of another kind");
        }
        BoundSecret whole = new BoundSecret(encryptedSecret, place);
        Instant now = clock.instant();
        Optional<Opened> known = opened.get(whole).filter(entry -> now.isBefore(entry.until()));
        if (known.isPresent()) {
            return known.get().secret();
        }
        byte[] ciphertext = decode(encryptedSecret.text().substring(VERSION.length()), place);
        byte[] plain = call("decrypt", Map.of("ciphertext", base64(ciphertext)), "plaintext", place);
        Secret secret = new Secret(new String(plain, StandardCharsets.UTF_8));
        opened.put(whole, new Opened(secret, now.plus(KEPT)));
        return secret;
    }

    private byte[] call(String method, Map<String, String> data, String result, EncryptionContext place)
            throws Refused {
        Map<String, String> request = new HashMap<>(data);
        request.put("additionalAuthenticatedData", base64(place.bytes()));
        try {
            GuardedHosts.Answer answer = api.post("/v1/" + key.name() + ":" + method, Json.write(request));
            if (answer.status() == 200 && Json.parseObject(answer.body()).get(result) instanceof String base64) {
                return Base64.getDecoder().decode(base64);
            }
            throw unreadable(
                    place,
                    "HTTP status " + answer.status() + " from Cloud KMS to " + method
                            + (answer.status() == 400
                                    ? ": not encrypted with that key for this identity, kubernetesHost and caCert;"
                                            + " set tokenReviewerJwt again"
                                    : ""));
        } catch (IOException e) {
            throw unreadable(place, NoAccessTokenException.told(e) + " on asking Cloud KMS to " + method);
        } catch (MalformedJsonException | IllegalArgumentException e) {
            throw unreadable(place, "no answer of Cloud KMS to " + method);
        }
    }

    private static byte[] decode(String base64url, EncryptionContext place) throws Refused {
        try {
            return Base64.getUrlDecoder().decode(base64url);
        } catch (IllegalArgumentException e) {
            throw unreadable(place, "it is not base64url");
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static Refused unreadable(EncryptionContext place, String why) {
        return new Refused(Reason.SECRET_UNREADABLE, place.field() + ": " + why);
    }

    @Override
    public String toString() {
        return "KmsSecretCipher[" + key.name() + "]";
    }
}
