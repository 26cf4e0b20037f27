package io.sallyport;

/**
 * What a refusal means to an operator.
 *
 * @param check the check that failed
 * @param cause the general cause; the detail in the audit line is specific to one request
 * @param action what to do about it
 */
public record Remedy(Check check, String cause, String action) {}
