package io.sallyport.identity;

import java.io.Serial;

/**
 * Thrown for an auth method that workloads of unrelated organizations could satisfy: it has no constraint, or only
 * constraints that anyone can satisfy with their own resources ({@code docs/adr/0021-what-counts-as-a-constraint.md}).
 */
public final class UnconstrainedException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    public UnconstrainedException(String message) {
        super(message);
    }
}
