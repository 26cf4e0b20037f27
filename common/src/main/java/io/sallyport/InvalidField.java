package io.sallyport;

/**
 * A field of a request that is missing or of the wrong form.
 *
 * @param problem in words that the caller may see
 */
public record InvalidField(String name, String problem) {}
