package io.sallyport.cli.keys;

import io.sallyport.token.KeyState;
import io.sallyport.token.SigningKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The steps from one signing key to another; each is refused as long as it could break a valid token. */
record Rotation(Waits waits, Instant now, boolean force) {
    /**
     * The result of a step.
     *
     * @param changed the keys to write; empty if they stay unchanged
     * @param isTooEarly whether to try again later
     */
    record Step(Optional<KeyRing> changed, boolean isTooEarly, List<String> said) {
        private static Step done(KeyRing changed, String... said) {
            return new Step(Optional.of(changed), false, List.of(said));
        }
    }

    /** @param fresh made only if it is added, in the state {@link KeyState#NEXT} since now */
    Step rotate(KeyRing keys, Supplier<SigningKey> fresh) {
        Optional<SigningKey> next = keys.next();
        if (next.isEmpty()) {
            SigningKey added = fresh.get();
            KeyRing withNext = keys.with(added);
            return force
                    ? promote(withNext, added)
                    : Step.done(withNext, "added " + named(added) + ".", whenItMaySign(added));
        }
        if (force || waits.isOver(next.get(), now)) {
            return promote(keys, next.get());
        }
        return later(keys, next.get(), "may sign", "when every verifier knows it");
    }

    private String whenItMaySign(SigningKey added) {
        return "Deploy the file to every instance within " + Waits.text(waits.rollout()) + ", and rotate again at "
                + waits.over(added).orElseThrow() + " or later; then the key signs.";
    }

    private Step promote(KeyRing keys, SigningKey next) {
        KeyRing promoted = keys.promote(next, now);
        SigningKey old = promoted.find(keys.current().keyId()).orElseThrow();
        return Step.done(
                promoted,
                named(next) + " signs now, and " + old.keyId() + " is retired.",
                "Deploy the file to every instance within " + Waits.text(waits.rollout())
                        + ". The retired key may be removed at "
                        + waits.over(old).orElseThrow() + " or later, when its last token has expired.");
    }

    /** Removes every retired key whose wait is over. */
    Step retire(KeyRing keys) {
        KeyRing left = keys;
        List<String> said = new ArrayList<>();
        boolean isAnyRemoved = false;
        for (SigningKey key : keys.retired()) {
            Step step = remove(left, key);
            left = step.changed().orElse(left);
            said.addAll(step.said());
            isAnyRemoved |= !step.isTooEarly();
        }
        if (said.isEmpty()) {
            return new Step(Optional.empty(), false, List.of("no key is retired."));
        }
        return new Step(Optional.of(left), !isAnyRemoved, said);
    }

    /**
     * Removes one key: a retired one after its wait, a next one at once, since it never signed.
     *
     * @throws KeyFileException if there is no such key, or it signs
     */
    Step retire(KeyRing keys, String keyId) {
        SigningKey key =
                keys.find(keyId).orElseThrow(() -> new KeyFileException("there is no key with that id: " + keyId));
        return switch (key.state()) {
            case CURRENT -> throw new KeyFileException(keyId + " is the current key: rotate first, then retire it");
            case NEXT -> Step.done(keys.without(key), "removed " + named(key) + ", which never signed.");
            case RETIRED -> remove(keys, key);
        };
    }

    private Step remove(KeyRing keys, SigningKey retired) {
        return force || waits.isOver(retired, now)
                ? Step.done(keys.without(retired), "removed " + named(retired) + ".")
                : later(keys, retired, "may be removed", "when its last token has expired");
    }

    private Step later(KeyRing keys, SigningKey key, String step, String why) {
        boolean isDated = key.since().isPresent();
        KeyRing dated = isDated ? keys : keys.dated(key, now);
        Instant over = waits.over(dated.find(key.keyId()).orElseThrow()).orElseThrow();
        String said = "too early: " + named(key) + " " + step + " at " + over + ", in "
                + Waits.text(Duration.between(now, over)) + ", " + why + "."
                + (isDated
                        ? ""
                        : " It was not known since when it is " + key.state().text() + ": the wait begins now.");
        return new Step(isDated ? Optional.empty() : Optional.of(dated), true, List.of(said));
    }

    private static String named(SigningKey key) {
        return key.keyId() + " (" + key.algorithm() + ", " + key.state().text() + ")";
    }
}
