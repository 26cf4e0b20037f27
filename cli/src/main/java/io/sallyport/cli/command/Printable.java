package io.sallyport.cli.command;

/** Text for a terminal. What is stored or received may have been written by others, who must not steer the terminal. */
final class Printable {
    private Printable() {}

    /** Escapes what is no letter, mark, number, punctuation, symbol or plain space. */
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
