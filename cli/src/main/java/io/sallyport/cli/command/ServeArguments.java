package io.sallyport.cli.command;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code sallyport serve} was told: the address, the data folder, and a file of identities. */
public record ServeArguments(String host, int port, Path data, Optional<Path> identities) {
    private static final List<String> OPTIONS = List.of("--host", "--port", "--data", "--identities");

    /**
     * Reads a plain command line, {@code serve} and options with values, without the library that reads all command
     * lines: it costs more than everything else that a server does until its first answer.
     *
     * @return empty for any other command line, faulty ones and calls for help included, which the library is to read
     */
    public static Optional<ServeArguments> read(String[] arguments) {
        if (arguments.length == 0 || !arguments[0].equals("serve")) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 1; i < arguments.length; i++) {
            int equals = arguments[i].indexOf('=');
            String name = equals < 0 ? arguments[i] : arguments[i].substring(0, equals);
            String value;
            if (equals >= 0) {
                value = arguments[i].substring(equals + 1);
            } else if (++i < arguments.length) {
                value = arguments[i];
            } else {
                return Optional.empty();
            }
            // The library gives a meaning to other beginnings, to quotes, and to an option that stands twice.
            if (!OPTIONS.contains(name) || !isPlain(value) || values.put(name, value) != null) {
                return Optional.empty();
            }
        }
        return of(values);
    }

    private static boolean isPlain(String value) {
        return !value.isEmpty()
                && (Character.isLetterOrDigit(value.charAt(0)) || value.charAt(0) == '/' || value.charAt(0) == '.')
                && value.indexOf('"') < 0;
    }

    private static Optional<ServeArguments> of(Map<String, String> values) {
        String port = values.getOrDefault("--port", "8080");
        for (int i = 0; i < port.length(); i++) {
            if (port.charAt(i) < '0' || port.charAt(i) > '9' || i == 5) {
                return Optional.empty();
            }
        }
        try {
            String data = values.get("--data");
            String identities = values.get("--identities");
            return Optional.of(new ServeArguments(
                    values.getOrDefault("--host", "127.0.0.1"),
                    Integer.parseInt(port),
                    data == null ? Path.of(System.getProperty("user.home"), ".sallyport") : Path.of(data),
                    identities == null ? Optional.empty() : Optional.of(Path.of(identities))));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
