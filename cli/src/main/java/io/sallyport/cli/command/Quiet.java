package io.sallyport.cli.command;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps the libraries' own chatter off the terminal. */
public final class Quiet {
    /** Held here, since java.util.logging forgets the levels of loggers that nobody holds. */
    private static final Logger ROOT = Logger.getLogger("");

    private Quiet() {}

    public static void logs() {
        ROOT.setLevel(Level.WARNING);
    }
}
