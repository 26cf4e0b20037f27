package io.sallyport.cli.command;

import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps the libraries' log output off the terminal. */
public final class Quiet {
    /** Held here, since java.util.logging discards the levels of loggers without a strong reference. */
    private static final Logger ROOT = Logger.getLogger("");

    private Quiet() {}

    public static void logs() {
        ROOT.setLevel(Level.WARNING);
    }
}
