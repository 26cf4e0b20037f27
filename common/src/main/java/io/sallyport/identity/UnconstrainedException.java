package io.sallyport.identity;

import java.io.Serial;

/**
 * An auth method that workloads of unrelated organizations could meet: it has no constraint, or only such that anyone can
 * satisfy with resources of their own ({@code docs/adr/0021-what-counts-as-a-constraint.md}).
 */
public final class UnconstrainedException extends IllegalArgumentException {
    @Serial
    private static final long serialVersionUID = 1L;

    public UnconstrainedException(String message) {
        super(message);
    }
}
