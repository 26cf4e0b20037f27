package io.sallyport.outbound.google;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.GuardedHosts;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.jwt.Algorithm;
import io.sallyport.token.KmsKeyVersion;
import io.sallyport.token.SigningService;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Asymmetric keys of Cloud KMS (API v1, {@code projects.locations.keyRings.cryptoKeys.cryptoKeyVersions}). Verifies
 * everything that Cloud KMS offers to verify: the checksums of requests and responses, and the name of the key that was
 * used.
 */
public final class KmsKeys implements SigningService {
    private static final Set<Integer> TIMEOUTS = Set.of(408, 504);

    private final CloudKms kms;

    /** Thrown if a call has no usable answer. */
    private static final class NoAnswerException extends Exception {
        private static final long serialVersionUID = 1L;

        NoAnswerException(String why) {
            super(why, null, false, false);
        }
    }

    @FunctionalInterface
    private interface Call {
        GuardedHosts.Answer send() throws IOException;
    }

    public KmsKeys(CloudKms kms) {
        this.kms = kms;
    }

    /** Google's Cloud KMS; credentials are looked up at the first call. */
    public static KmsKeys google(Map<String, String> variables) {
        return new KmsKeys(HttpsCloudKms.google(variables));
    }

    /** {@inheritDoc} The method {@code asymmetricSign}, called once. */
    @Override
    public byte[] sign(KmsKeyVersion key, byte[] sha256) throws Refused {
        byte[] request = Json.write(Map.of(
                "digest", Map.of("sha256", Base64.getEncoder().encodeToString(sha256)),
                "digestCrc32c", Long.toString(crc32c(sha256))));
        String method = "asymmetricSign";
        Map<String, @Nullable Object> answer =
                call(key, method, () -> kms.post("/v1/" + key.name() + ":" + method, request));
        try {
            requireName(answer, key);
            if (!Boolean.TRUE.equals(answer.get("verifiedDigestCrc32c"))) {
                throw new NoAnswerException("it did not check the digest's checksum");
            }
            byte[] signature = Base64.getDecoder().decode(text(answer, "signature"));
            requireChecksum(answer, "signatureCrc32c", signature);
            return signature;
        } catch (NoAnswerException | IllegalArgumentException e) {
            throw unavailable(key, method, String.valueOf(e.getMessage()));
        }
    }

    /**
     * The public part of a key, by the method {@code getPublicKey}.
     *
     * @throws Refused {@link Reason#KEYS_UNAVAILABLE} or {@link Reason#KEYS_TIMEOUT}; {@link
     *     Reason#ALGORITHM_NOT_ALLOWED} if it is a key for something else than ES256 or RS256
     */
    public PublicKey publicKey(KmsKeyVersion key) throws Refused {
        String method = "getPublicKey";
        Map<String, @Nullable Object> answer = call(key, method, () -> kms.get("/v1/" + key.name() + "/publicKey"));
        try {
            requireName(answer, key);
            String pem = text(answer, "pem");
            requireChecksum(answer, "pemCrc32c", pem.getBytes(StandardCharsets.UTF_8));
            Algorithm algorithm = algorithm(text(answer, "algorithm"));
            PublicKey publicKey = parse(pem, algorithm);
            if (!algorithm.fits(publicKey)) {
                throw new NoAnswerException("the key is not for the algorithm that it names");
            }
            return publicKey;
        } catch (NoAnswerException | InvalidKeySpecException | IllegalArgumentException e) {
            throw unavailable(key, method, String.valueOf(e.getMessage()));
        }
    }

    /** Maps the enum {@code CryptoKeyVersionAlgorithm}, for those signatures with SHA-256 that JWTs can carry. */
    private static Algorithm algorithm(String name) throws Refused {
        return switch (name) {
            case "EC_SIGN_P256_SHA256" -> Algorithm.ES256;
            case "RSA_SIGN_PKCS1_2048_SHA256", "RSA_SIGN_PKCS1_3072_SHA256", "RSA_SIGN_PKCS1_4096_SHA256" ->
                Algorithm.RS256;
            default ->
                throw new Refused(
                        Reason.ALGORITHM_NOT_ALLOWED,
                        "the key version is for " + Quoted.quote(name)
                                + " and must be for EC_SIGN_P256_SHA256 (ES256) or"
                                + " RSA_SIGN_PKCS1_2048_SHA256, _3072_ or _4096_ (RS256)");
        };
    }

    private static PublicKey parse(String pem, Algorithm algorithm) throws InvalidKeySpecException {
        String base64 = pem.replace("-----BEGIN PUBLIC KEY-----", "")
                .replace("-----END PUBLIC KEY-----", "")
                .replaceAll("\\s", "");
        try {
            return KeyFactory.getInstance(algorithm == Algorithm.ES256 ? "EC" : "RSA")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has RSA, and this one EC", e);
        }
    }

    private static Map<String, @Nullable Object> call(KmsKeyVersion key, String method, Call call) throws Refused {
        try {
            GuardedHosts.Answer answer = call.send();
            if (answer.status() != 200) {
                throw new Refused(
                        TIMEOUTS.contains(answer.status()) ? Reason.KEYS_TIMEOUT : Reason.KEYS_UNAVAILABLE,
                        said(key, method, "HTTP status " + answer.status()));
            }
            return Json.parseObject(answer.body());
        } catch (SocketTimeoutException e) {
            throw new Refused(Reason.KEYS_TIMEOUT, said(key, method, "no answer in time"));
        } catch (IOException e) {
            throw unavailable(key, method, NoAccessTokenException.told(e));
        } catch (MalformedJsonException e) {
            throw unavailable(key, method, "the answer is not JSON");
        }
    }

    /** Requires that this exact version answered, whichever is primary or enabled. */
    private static void requireName(Map<String, @Nullable Object> answer, KmsKeyVersion key) throws NoAnswerException {
        if (!key.name().equals(answer.get("name"))) {
            throw new NoAnswerException("the answer names another key version");
        }
    }

    private static void requireChecksum(Map<String, @Nullable Object> answer, String name, byte[] bytes)
            throws NoAnswerException {
        // An Int64Value is a string in JSON (ProtoJSON), where a number would lose digits.
        if (!Long.toString(crc32c(bytes)).equals(String.valueOf(answer.get(name)))) {
            throw new NoAnswerException(name + " does not match the answer");
        }
    }

    private static String text(Map<String, @Nullable Object> answer, String name) throws NoAnswerException {
        if (answer.get(name) instanceof String text) {
            return text;
        }
        throw new NoAnswerException("the answer has no " + name);
    }

    static long crc32c(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return checksum.getValue();
    }

    private static Refused unavailable(KmsKeyVersion key, String method, String what) {
        return new Refused(Reason.KEYS_UNAVAILABLE, said(key, method, what));
    }

    private static String said(KmsKeyVersion key, String method, String what) {
        return "Cloud KMS, " + method + " of " + key + ": " + what;
    }
}
