package io.sallyport;

/**
 * What a refusal means to an operator.
 *
 * @param check the check that was not passed
 * @param cause what is the matter, in general; the audit line's detail tells it for the one request
 * @param action what to do about it
 */
public record Remedy(Check check, String cause, String action) {}
