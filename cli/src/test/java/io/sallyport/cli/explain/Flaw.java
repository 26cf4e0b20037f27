package io.sallyport.cli.explain;

import io.sallyport.Check;
import io.sallyport.Reason;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Something wrong with a credential.
 *
 * @param touches what it changes, by name: two flaws that change the same thing cannot be combined
 */
public record Flaw(Check check, Reason reason, Set<String> touches, Consumer<Credential> change) {
    static Flaw claim(Check check, Reason reason, String name, Object value) {
        return new Flaw(check, reason, Set.of(name), credential -> credential.claims.put(name, value));
    }

    static Flaw without(Check check, Reason reason, String name) {
        return new Flaw(check, reason, Set.of(name), credential -> credential.claims.remove(name));
    }

    static Flaw header(Check check, Reason reason, String name, Object value) {
        return new Flaw(check, reason, Set.of("header " + name), credential -> credential.header.put(name, value));
    }

    /** A flaw in the identity's configuration. */
    static Flaw method(Check check, Reason reason, String name, Object value) {
        return new Flaw(
                check, reason, Set.of("method", "method " + name), credential -> credential.method.put(name, value));
    }

    /** A flaw in the credential's surroundings. */
    static Flaw around(Check check, Reason reason, String name, Runnable change) {
        return new Flaw(check, reason, Set.of(name), credential -> change.run());
    }

    public boolean fitsBeside(Flaw other) {
        return touches.stream().noneMatch(other.touches::contains);
    }

    @Override
    public String toString() {
        return reason + " at " + check + " by " + touches;
    }
}
