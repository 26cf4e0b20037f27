package io.sallyport.server;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Everything that this process prints or logs, at every level, until it is closed. */
final class Overheard implements AutoCloseable {
    private static final Logger ROOT = Logger.getLogger("");

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final Level level = ROOT.getLevel();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final ByteArrayOutputStream logged = new ByteArrayOutputStream();
    private final Handler handler = new Listener();

    @SuppressWarnings("resource")
    private Overheard() {
        PrintStream listening = new PrintStream(written, true, StandardCharsets.UTF_8);
        System.setOut(listening);
        System.setErr(listening);
        ROOT.setLevel(Level.ALL);
        ROOT.addHandler(handler);
    }

    static Overheard everything() {
        return new Overheard();
    }

    /** To standard output and standard error. */
    String written() {
        return written.toString(StandardCharsets.UTF_8);
    }

    /** Through java.util.logging, parameters and stack traces included. */
    String logged() {
        return logged.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        ROOT.removeHandler(handler);
        ROOT.setLevel(level);
        System.setOut(out);
        System.setErr(err);
    }

    private final class Listener extends Handler {
        private final Formatter formatter = new SimpleFormatter();

        Listener() {
            setLevel(Level.ALL);
        }

        @Override
        public void publish(LogRecord entry) {
            logged.writeBytes(formatter.format(entry).getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
