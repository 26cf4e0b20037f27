package io.sallyport.simulated.google;

import java.time.Instant;

/** A Compute Engine instance, as the claim {@code google.compute_engine} tells it. */
public record Instance(String projectId, long projectNumber, String zone, String id, String name, Instant created) {}
