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
 * The code of one auth method: how identities store it, and the names by which it is known. To add a provider, add it to the
 * list of providers; nothing else need know it.
 *
 * @param <M> the auth method as it is configured
 */
public interface Provider<M extends AuthMethod<?>> {
    /** The field of an identity's document that holds the method. */
    String field();

    /** The method's name in paths of the API: words and {@code -auth}. */
    String id();

    /** The method's name on the command line: its id without {@code -auth}. */
    default String name() {
        return id().substring(0, id().length() - "-auth".length());
    }

    /** The field of an answer that shows the method. */
    default String answer() {
        return "identity" + Character.toUpperCase(field().charAt(0)) + field().substring(1);
    }

    /** The class of the method. */
    Class<M> type();

    /**
     * The resource that describes the fields which are the method's own: a JSON Schema (2020-12) in the provider's folder. It is
     * for commands, pages and documentation; no login reads it.
     */
    default String schema() {
        return "/io/sallyport/method/" + name().replace("-", "") + "/" + id() + ".schema.json";
    }

    /** @throws IllegalArgumentException saying what makes it no valid method; an unknown field is no less a fault */
    M read(Document document);

    /** The method as a document; {@link #read} gives it back. */
    Map<String, Object> write(M method);

    /** The secret that the method holds, if there is one. */
    default Optional<SecretField<M>> secret() {
        return Optional.empty();
    }

    /** Whether its callers log in with an assertion of their platform or issuer; otherwise they authenticate as OAuth clients. */
    default boolean takesAssertions() {
        return true;
    }

    /** The fields that make up {@link AuthMethod#credentials()}; the first has them. */
    default List<String> credentialFields() {
        return List.of();
    }

    /** What sessions of its credentials say as {@link Credential#sessionMethod()}; empty if it has no credentials. */
    default Optional<String> credentialMethod() {
        return Optional.empty();
    }

    /** Makes the credentials, if Sallyport does. */
    default Optional<SecretMaker> secretMaker() {
        return Optional.empty();
    }

    /** Whether Sallyport makes the credentials, one by one, so that no caller sets them as a field. */
    default boolean makesCredentials() {
        return secretMaker().isPresent();
    }

    /** What to do about a refusal for a reason that this provider alone gives; empty for every other reason. */
    default Optional<Remedy> remedy(Reason reason) {
        return Optional.empty();
    }

    /** The command that adds the method to an identity, whose id is to follow. */
    default String addingCommand() {
        return "sallyport auth set " + name();
    }

    /** The method of an identity, if it has this one. */
    default Optional<M> of(Identity identity) {
        return identity.method(type());
    }

    /** The method of an identity as a document, if it has this one. */
    default Optional<Map<String, Object>> documentOf(Identity identity) {
        return of(identity).map(this::write);
    }
}
