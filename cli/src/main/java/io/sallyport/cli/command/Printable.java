package io.sallyport.cli.command;

/** Makes text safe for a terminal. Stored or received text may come from others, who must not control the terminal. */
final class Printable {
    private Printable() {}

    /** Escapes everything but letters, marks, numbers, punctuation, symbols and plain spaces. */
    static String text(String text) {
        StringBuilder printable = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR,
                        Character.SURROGATE,
                        Character.PRIVATE_USE,
                        Character.UNASSIGNED -> printable.append(String.format("\\u%04x", c));
                default -> printable.appendCodePoint(c);
            }
        });
        return printable.toString();
    }
}
