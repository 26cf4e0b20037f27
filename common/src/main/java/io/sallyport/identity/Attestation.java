package io.sallyport.identity;

import java.util.Map;

/** What a platform vouches for about a workload, after verification: an attestation result (RFC 9334 §8.4). */
public interface Attestation {
    /** How it was proven: the access token's claim {@code auth_method}. */
    String method();

    /** The verified facts by name: the access token's claim {@code attestation}. */
    Map<String, String> facts();
}
