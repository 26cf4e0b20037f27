package io.sallyport.runtime;

import io.sallyport.outbound.google.Federation;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.settings.InvalidConfigurationException;
import io.sallyport.settings.Variables;
import io.sallyport.token.SigningKey;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.managed.KeySchedule;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings of managed signing keys.
 *
 * @param key what encrypts them, from {@code SALLYPORT_SIGNING_KEYS=managed:KEY}; empty where nothing signs
 * @param database {@code SALLYPORT_KEY_DATABASE}; empty for the embedded one
 * @param earlier {@code SALLYPORT_EARLIER_KEYS}, or a file: public keys from before the keys were managed
 * @param schedule {@code SALLYPORT_KEY_ROTATION_DAYS}
 * @param rsa whether new keys are for RS256: {@code SALLYPORT_KEY_ALGORITHM}
 */
public record ManagedKeySettings(
        Optional<EncryptionKey> key,
        Optional<StoreAddress> database,
        List<SigningKey> earlier,
        KeySchedule schedule,
        boolean rsa) {

    /** The value of {@code SALLYPORT_PUBLIC_KEYS}, and with a colon and a key, of {@code SALLYPORT_SIGNING_KEYS}. */
    static final String MANAGED = "managed";

    private static final String FORM = "managed: and " + EncryptionKey.FORM;
    private static final String DATABASE = "SALLYPORT_KEY_DATABASE";

    public ManagedKeySettings {
        earlier = List.copyOf(earlier);
    }

    /** Reads the settings of a process that signs. */
    static Optional<ManagedKeySettings> forSigning(
            Variables read, Optional<StoreAddress> store, Optional<EncryptionKey> secrets) {
        Optional<EncryptionKey> key =
                read.requiredSecret("SALLYPORT_SIGNING_KEYS", FORM, ManagedKeySettings::encryptionKey);
        if (key.isPresent() && isSame(key, secrets)) {
            read.fault("SALLYPORT_SIGNING_KEYS must name a key that encrypts nothing else:"
                    + " SALLYPORT_ENCRYPTION_KEY names the same");
        }
        return Optional.of(read(read, key, store));
    }

    /** Reads the settings of a process that publishes keys, or verifies tokens. */
    static Optional<ManagedKeySettings> forVerifying(Variables read, Optional<StoreAddress> store) {
        read.required("SALLYPORT_PUBLIC_KEYS", MANAGED, ManagedKeySettings::exactly);
        return Optional.of(read(read, Optional.empty(), store));
    }

    /**
     * Reads the settings of the function that makes keys, which needs nothing else.
     *
     * @param embedded whether there is a database if none is configured
     * @throws InvalidConfigurationException naming every variable that is missing or not valid
     */
    public static KeyFunctionSettings forRotating(Map<String, String> variables, boolean embedded) {
        Variables read = new Variables(variables);
        Optional<Issuer> issuer = read.required("SALLYPORT_ISSUER", Issuer.FORM, Issuer::new);
        Optional<StoreAddress> store = Settings.optionalStore(read);
        if (store.isEmpty() && !embedded) {
            requireDatabase(read);
        }
        Optional<ManagedKeySettings> managed = forSigning(read, store, Settings.encryptionKey(read));
        Federation.read(read);
        read.check();
        return new KeyFunctionSettings(issuer.orElseThrow(), managed.orElseThrow());
    }

    /** Records a fault if no database is named, where none follows from the store. */
    static void requireDatabase(Variables read) {
        if (!read.isSet(DATABASE)) {
            read.fault(DATABASE + " is not set; it must be " + StoreAddress.FORM);
        }
    }

    /** The settings of the function that makes keys. */
    public record KeyFunctionSettings(Issuer issuer, ManagedKeySettings keys) {}

    private static ManagedKeySettings read(Variables read, Optional<EncryptionKey> key, Optional<StoreAddress> store) {
        Optional<StoreAddress> database = read.optional(
                DATABASE,
                StoreAddress.FORM,
                store.map(StoreAddress::ofKeys),
                text -> Optional.of(StoreAddress.parse(text)));
        if (database.isPresent() && store.isPresent() && database.get().isSameDatabase(store.get())) {
            read.fault(DATABASE + " must name a database that holds nothing else: SALLYPORT_STORE names the same");
        }
        List<SigningKey> earlier = read.optionalSecret(
                        "SALLYPORT_EARLIER_KEYS", "a JWK set of public keys", ManagedKeySettings::publicKeys)
                .orElse(List.of());
        KeySchedule schedule = read.optional(
                "SALLYPORT_KEY_ROTATION_DAYS",
                "a number from 1 to 90",
                new KeySchedule(KeySchedule.DEFAULT_ROTATION),
                ManagedKeySettings::schedule);
        boolean rsa = read.optional("SALLYPORT_KEY_ALGORITHM", "ES256 or RS256", false, ManagedKeySettings::isRsa);
        return new ManagedKeySettings(key, database, earlier, schedule, rsa);
    }

    private static EncryptionKey encryptionKey(String text) {
        String key = text.trim();
        if (!key.startsWith(MANAGED + ":")) {
            throw new IllegalArgumentException("it does not begin with managed:");
        }
        String name = key.substring(MANAGED.length() + 1);
        return name.startsWith("projects/") ? new EncryptionKey.CloudKms(name) : EncryptionKey.parse(name);
    }

    private static boolean isSame(Optional<EncryptionKey> key, Optional<EncryptionKey> secrets) {
        if (key.orElseThrow() instanceof EncryptionKey.Own own
                && secrets.isPresent()
                && secrets.get() instanceof EncryptionKey.Own other) {
            return MessageDigest.isEqual(own.bytes(), other.bytes());
        }
        return key.equals(secrets);
    }

    private static String exactly(String text) {
        if (!text.equals(MANAGED)) {
            throw new IllegalArgumentException("a process that does not sign is not told how keys are encrypted");
        }
        return text;
    }

    private static List<SigningKey> publicKeys(String jwks) {
        SigningKeys.parsePublic(jwks);
        return SigningKey.readSet(jwks);
    }

    private static KeySchedule schedule(String days) {
        if (!days.matches("[0-9]{1,2}")) {
            throw new IllegalArgumentException("it is out of these bounds");
        }
        return new KeySchedule(Duration.ofDays(Integer.parseInt(days)));
    }

    private static boolean isRsa(String algorithm) {
        return switch (algorithm) {
            case "ES256" -> false;
            case "RS256" -> true;
            default -> throw new IllegalArgumentException("it is neither");
        };
    }
}
