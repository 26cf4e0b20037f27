package io.sallyport.secret;

/** A secret in the clear, for as short as possible. */
public record Secret(String text) {
    /** Never the secret itself. */
    @Override
    public String toString() {
        return "Secret[" + text.length() + " characters]";
    }
}
