package io.sallyport.runtime;

import io.sallyport.outbound.AddressPolicy;
import io.sallyport.outbound.google.Federation;
import io.sallyport.secret.EncryptionKey;
import io.sallyport.settings.InvalidConfigurationException;
import io.sallyport.settings.Variables;
import io.sallyport.token.SigningKeys;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The configuration, read once from environment variables.
 *
 * @param issuer {@code SALLYPORT_ISSUER}
 * @param fixedKeys {@code SALLYPORT_SIGNING_KEYS} or, in functions that only publish them, {@code
 *     SALLYPORT_PUBLIC_KEYS}; each may be a file instead, named by the same variable with the suffix {@code _FILE};
 *     empty if they are managed
 * @param managedKeys if one of these begins with {@code managed}
 * @param store {@code SALLYPORT_STORE}; empty where it is not needed
 * @param identityCache {@code SALLYPORT_IDENTITY_CACHE_SECONDS}
 * @param forwardedHops {@code SALLYPORT_FORWARDED_HOPS}: how many proxies of ours append to {@code X-Forwarded-For}
 * @param addresses {@code SALLYPORT_ALLOW_PRIVATE_HOSTS}: where the hosts of identities may be
 * @param encryptionKey {@code SALLYPORT_ENCRYPTION_KEY}, or a file; empty where no secret is stored
 */
public record Settings(
        Issuer issuer,
        Optional<SigningKeys> fixedKeys,
        Optional<ManagedKeySettings> managedKeys,
        Optional<StoreAddress> store,
        Duration identityCache,
        int forwardedHops,
        AddressPolicy addresses,
        Optional<EncryptionKey> encryptionKey) {

    private static final String SIGNING_KEYS = "SALLYPORT_SIGNING_KEYS";
    private static final String PUBLIC_KEYS = "SALLYPORT_PUBLIC_KEYS";
    private static final String KEYS_FORM = "a JWK set with one current private key (RSA or EC P-256)";
    private static final String PUBLIC_KEYS_FORM = "a JWK set of public keys";

    /**
     * Reads the settings of functions that issue tokens.
     *
     * @throws InvalidConfigurationException naming every variable that is missing or not valid
     */
    public static Settings forIssuing(Map<String, String> variables) {
        Variables read = new Variables(variables);
        var issuer = read.required("SALLYPORT_ISSUER", Issuer.FORM, Issuer::new);
        var keys = signingKeys(read);
        var store = read.required("SALLYPORT_STORE", StoreAddress.FORM, StoreAddress::parse);
        return finish(read, SIGNING_KEYS, issuer, keys, store);
    }

    /**
     * Reads the settings of the function that publishes discovery and keys: it accepts public keys only, so it cannot
     * sign.
     *
     * @throws InvalidConfigurationException naming every variable that is missing or not valid
     */
    public static Settings forPublishing(Map<String, String> variables) {
        Variables read = new Variables(variables);
        var issuer = read.required("SALLYPORT_ISSUER", Issuer.FORM, Issuer::new);
        if (isManaged(read, PUBLIC_KEYS)) {
            ManagedKeySettings.requireDatabase(read);
        }
        return finish(read, PUBLIC_KEYS, issuer, publicKeys(read), Optional.empty());
    }

    /**
     * Reads the settings of the function that verifies tokens and counts their uses: it needs a store, and public keys
     * only.
     *
     * @throws InvalidConfigurationException naming every variable that is missing or not valid
     */
    public static Settings forVerifying(Map<String, String> variables) {
        Variables read = new Variables(variables);
        var issuer = read.required("SALLYPORT_ISSUER", Issuer.FORM, Issuer::new);
        var keys = publicKeys(read);
        var store = read.required("SALLYPORT_STORE", StoreAddress.FORM, StoreAddress::parse);
        return finish(read, PUBLIC_KEYS, issuer, keys, store);
    }

    /**
     * Reads the settings of a server that runs everything in one process, with an embedded store if none is configured.
     *
     * @throws InvalidConfigurationException naming every variable that is missing or not valid
     */
    public static Settings forServing(Map<String, String> variables) {
        Variables read = new Variables(variables);
        var issuer = read.required("SALLYPORT_ISSUER", Issuer.FORM, Issuer::new);
        return finish(read, SIGNING_KEYS, issuer, signingKeys(read), optionalStore(read));
    }

    /**
     * The keys that do not change while the process runs.
     *
     * @throws IllegalStateException if they are managed
     */
    public SigningKeys keys() {
        return fixedKeys.orElseThrow(() -> new IllegalStateException("the signing keys are managed"));
    }

    /** Empty, without a fault, if they are managed. */
    private static Optional<SigningKeys> signingKeys(Variables read) {
        return isManaged(read, SIGNING_KEYS)
                ? Optional.empty()
                : read.requiredSecret(SIGNING_KEYS, KEYS_FORM, SigningKeys::parsePrivate);
    }

    private static Optional<SigningKeys> publicKeys(Variables read) {
        return isManaged(read, PUBLIC_KEYS)
                ? Optional.empty()
                : read.requiredSecret(PUBLIC_KEYS, PUBLIC_KEYS_FORM, SigningKeys::parsePublic);
    }

    private static boolean isManaged(Variables read, String name) {
        return read.begins(name, "managed");
    }

    static Optional<StoreAddress> optionalStore(Variables read) {
        return read.optional(
                "SALLYPORT_STORE", StoreAddress.FORM, Optional.empty(), text -> Optional.of(StoreAddress.parse(text)));
    }

    static Optional<EncryptionKey> encryptionKey(Variables read) {
        return read.optionalSecret("SALLYPORT_ENCRYPTION_KEY", EncryptionKey.FORM, EncryptionKey::parse);
    }

    /**
     * Reads the settings for explaining a decision without making it: public keys suffice, private ones also work.
     *
     * @throws InvalidConfigurationException naming every variable that is missing or not valid
     */
    public static Settings forExplaining(Map<String, String> variables) {
        Variables read = new Variables(variables);
        var issuer = read.required("SALLYPORT_ISSUER", Issuer.FORM, Issuer::new);
        boolean isPublic = read.isSet(PUBLIC_KEYS) || read.isSet(PUBLIC_KEYS + "_FILE");
        var keys = isPublic ? publicKeys(read) : signingKeys(read);
        return finish(read, isPublic ? PUBLIC_KEYS : SIGNING_KEYS, issuer, keys, optionalStore(read));
    }

    /** @param keysName the variable that the keys are read from */
    private static Settings finish(
            Variables read,
            String keysName,
            Optional<Issuer> issuer,
            Optional<SigningKeys> keys,
            Optional<StoreAddress> store) {
        Duration identityCache = read.optional(
                "SALLYPORT_IDENTITY_CACHE_SECONDS",
                "a number from 0 to 60",
                Duration.ofSeconds(5),
                between(0, 60).andThen(Duration::ofSeconds));
        int forwardedHops = read.optional("SALLYPORT_FORWARDED_HOPS", "a number from 0 to 10", 0, between(0, 10));
        AddressPolicy addresses = read.optional(
                "SALLYPORT_ALLOW_PRIVATE_HOSTS", "true or false", AddressPolicy.publicOnly(), Settings::addressPolicy);
        Optional<EncryptionKey> encryptionKey = encryptionKey(read);
        if (read.isSet(NativeCryptography.VARIABLE)) {
            read.optional(NativeCryptography.VARIABLE, "on or off", "", Settings::onOrOff);
        }
        Optional<ManagedKeySettings> managed = Optional.empty();
        if (isManaged(read, keysName)) {
            managed = keysName.equals(PUBLIC_KEYS)
                    ? ManagedKeySettings.forVerifying(read, store)
                    : ManagedKeySettings.forSigning(read, store, encryptionKey);
        }
        Federation.read(read);
        read.check();
        return new Settings(
                issuer.orElseThrow(), keys, managed, store, identityCache, forwardedHops, addresses, encryptionKey);
    }

    private static AddressPolicy addressPolicy(String allowPrivateHosts) {
        return switch (allowPrivateHosts) {
            case "true" -> AddressPolicy.privateToo();
            case "false" -> AddressPolicy.publicOnly();
            default -> throw new IllegalArgumentException("it is neither");
        };
    }

    private static String onOrOff(String text) {
        if (text.equals("on") || text.equals("off")) {
            return text;
        }
        throw new IllegalArgumentException("it is neither");
    }

    private static Function<String, Integer> between(int least, int most) {
        return text -> {
            int number = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : -1;
            if (number < least || number > most) {
                throw new IllegalArgumentException("it is out of these bounds");
            }
            return number;
        };
    }
}
