package io.sallyport.identity.document;

import io.sallyport.Reason;
import io.sallyport.Remedy;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Credential;
import io.sallyport.identity.Identity;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The code of one auth method: its stored form and its names. To add a provider, add it to the list of providers; no
 * other code changes.
 *
 * @param <M> the auth method as configured
 */
public interface Provider<M extends AuthMethod<?>> {
    /** The field of an identity's document that holds the method. */
    String field();

    /** The method's name in API paths: words and {@code -auth}. */
    String id();

    /** Its name among an identity's {@code authMethods}; by default, its id. */
    default String listedAs() {
        return id();
    }

    /** The method's name on the command line: its id without {@code -auth}. */
    default String name() {
        return id().substring(0, id().length() - "-auth".length());
    }

    /** The field of a response that shows the method. */
    default String answer() {
        return "identity" + Character.toUpperCase(field().charAt(0)) + field().substring(1);
    }

    /** The class of the method. */
    Class<M> type();

    /**
     * The resource that describes the method's own fields: a JSON Schema (2020-12) in the provider's folder. It is for
     * commands, pages and documentation; no login reads it.
     */
    default String schema() {
        return "/io/sallyport/method/" + name().replace("-", "") + "/" + id() + ".schema.json";
    }

    /** @throws IllegalArgumentException saying why it is not a valid method; unknown fields are refused too */
    M read(Document document);

    /** Writes the method as a document, which {@link #read} reads back. */
    Map<String, Object> write(M method);

    /** The secret that the method holds, if there is one. */
    default Optional<SecretField<M>> secret() {
        return Optional.empty();
    }

    /**
     * Whether its callers log in with an assertion of their platform or issuer; otherwise they authenticate as OAuth
     * clients.
     */
    default boolean takesAssertions() {
        return true;
    }

    /** The fields that define {@link AuthMethod#credentials()}; the first holds them. */
    default List<String> credentialFields() {
        return List.of();
    }

    /**
     * The {@link Credential#sessionMethod()} that sessions of its credentials record; empty if it has no credentials.
     */
    default Optional<String> credentialMethod() {
        return Optional.empty();
    }

    /** Makes the credentials, if Sallyport makes them. */
    default Optional<SecretMaker> secretMaker() {
        return Optional.empty();
    }

    /**
     * The fields that Sallyport makes for a method when it is attached, unless the caller sets them.
     *
     * @param random 16 unpredictable bytes or more
     */
    default Map<String, Object> made(byte[] random) {
        return Map.of();
    }

    /** Whether Sallyport makes the credentials one by one, so that callers cannot set them as a field. */
    default boolean makesCredentials() {
        return secretMaker().isPresent();
    }

    /** What to do about a refusal for a reason that only this provider gives; empty for every other reason. */
    default Optional<Remedy> remedy(Reason reason) {
        return Optional.empty();
    }

    /** The command that adds the method to an identity, without the identity's id at its end. */
    default String addingCommand() {
        return "sallyport auth set " + name();
    }

    /** The identity's method of this provider, if it has one. */
    default Optional<M> of(Identity identity) {
        return identity.method(type());
    }

    /** The identity's method of this provider as a document, if it has one. */
    default Optional<Map<String, Object>> documentOf(Identity identity) {
        return of(identity).map(this::write);
    }
}
