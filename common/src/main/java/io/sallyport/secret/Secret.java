package io.sallyport.secret;

/** A secret in the clear; keep it for as short a time as possible. */
public record Secret(String text) {
    /** Never the secret itself. */
    @Override
    public String toString() {
        return "Secret[" + text.length() + " characters]";
    }
}
