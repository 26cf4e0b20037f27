package io.sallyport.cli.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import io.sallyport.Refused;
import io.sallyport.runtime.Environment;
import io.sallyport.server.SigningKeyFile;
import io.sallyport.token.KeyState;
import io.sallyport.token.KmsKeyVersion;
import io.sallyport.token.SigningKey;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A new key to make: our own key pair, or a version of a Cloud KMS key. */
final class FreshKey {
    private static final int RSA_BITS = 2048;

    /** The kind of key. */
    enum Kind {
        ES256,
        RS256
    }

    @Option(
            names = "--algorithm",
            paramLabel = "ALGORITHM",
            description =
                    "Algorithm of a new key pair: ${COMPLETION-CANDIDATES}. The default is ES256 for the first key, then the current key's.")
    private @Nullable Kind algorithm;

    @Option(
            names = "--kms",
            paramLabel = "VERSION",
            description = {
                "A key version of Cloud KMS instead of a new key pair:",
                "projects/…/locations/…/keyRings/…/cryptoKeys/…/cryptoKeyVersions/N"
            })
    private @Nullable String kms;

    boolean isAskedFor() {
        return algorithm != null || kms != null;
    }

    /**
     * Makes the key.
     *
     * @throws KeyFileException if the options contradict each other
     * @throws CloudKmsException if the public key was not available
     */
    SigningKey make(Kind otherwise, KeyState state, Environment environment) {
        Instant now = environment.clock().instant();
        if (kms == null) {
            return SigningKey.of(generate(Optional.ofNullable(algorithm).orElse(otherwise)), state, now);
        }
        if (algorithm != null) {
            throw new KeyFileException(
                    "--algorithm and --kms cannot be combined: a Cloud KMS key determines its algorithm");
        }
        try {
            KmsKeyVersion version = new KmsKeyVersion(kms);
            return SigningKey.ofKms(version, environment.kmsKeys().get().publicKey(version), state, now);
        } catch (IllegalArgumentException e) {
            throw new KeyFileException(String.valueOf(e.getMessage()));
        } catch (Refused refused) {
            throw new CloudKmsException(refused);
        }
    }

    /**
     * Makes the next key, of the current key's kind unless the options say otherwise.
     *
     * @throws KeyFileException also if the options name no kind and the current key is in Cloud KMS: a key pair in a
     *     file would be weaker, so it must be asked for
     */
    SigningKey next(KeyRing keys, Environment environment) {
        if (keys.current().kms().isPresent() && !isAskedFor()) {
            throw new KeyFileException("the current key is in Cloud KMS: pass its next version with --kms,"
                    + " or --algorithm to create the next key as a key pair in this file");
        }
        Kind otherwise = Kind.valueOf(keys.current().algorithm().name());
        SigningKey made = make(otherwise, KeyState.NEXT, environment);
        if (keys.find(made.keyId()).isPresent()) {
            throw new KeyFileException(made.keyId() + " is already one of the keys");
        }
        return made;
    }

    private static JWK generate(Kind kind) {
        try {
            return kind == Kind.ES256 ? SigningKeyFile.generate() : new RSAKeyGenerator(RSA_BITS).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java platform makes RSA keys", e);
        }
    }
}
