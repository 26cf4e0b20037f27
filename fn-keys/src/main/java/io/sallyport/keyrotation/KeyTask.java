package io.sallyport.keyrotation;

import io.sallyport.Refused;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.LogLine;
import io.sallyport.token.managed.ManagedKey;
import io.sallyport.token.managed.ManagedKeyRotation;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Makes the next managed key if it is due, and logs that, or why it could not. For a server's timer. */
public final class KeyTask implements Runnable {
    private final ManagedKeyRotation rotation;
    private final InstantSource clock;
    private final LogLine log;

    public KeyTask(ManagedKeyRotation rotation, Environment environment) {
        this.rotation = rotation;
        this.clock = environment.clock();
        this.log = new LogLine(environment);
    }

    /** Never throws: a timer would stop. */
    @Override
    public void run() {
        try {
            Optional<ManagedKey> made = rotation.rotateIfDue(clock.instant()).made();
            if (made.isPresent()) {
                String signsFrom = made.get().signFrom().toString();
                log.write("INFO", "signing key made", Map.of("keyId", made.get().keyId(), "signsFrom", signsFrom));
            }
        } catch (Refused refused) {
            String reason = refused.reason().code();
            log.write("ERROR", "signing key not made", Map.of("reason", reason, "detail", refused.detail()));
        } catch (RuntimeException bug) {
            // The type only: its message may quote what it was given.
            log.write(
                    "ERROR",
                    "signing key not made",
                    Map.of("exception", bug.getClass().getName()));
        }
    }
}
