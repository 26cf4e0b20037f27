package io.sallyport.simulated.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.UUID;

/** A pod that a token is bound to. */
public record Pod(String name, String uid, String node) {
    /** With a uid that follows from the name, on node {@code node-1}. */
    public static Pod named(String name) {
        return new Pod(
                name, UUID.nameUUIDFromBytes(("pod/" + name).getBytes(UTF_8)).toString(), "node-1");
    }
}
