package io.sallyport.bench.served;

import java.io.IOException;

/** The least that a JVM can do: it prints hello, and waits until it is stopped. */
final class Hello {
    private Hello() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws IOException {
        System.out.println("hello");
        while (System.in.read() >= 0) {
            // Nothing is written to it.
        }
    }
}
