package io.sallyport.identity.document;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Revocation marks in documents: as texts, RFC 3339 in UTC with milliseconds, or as whole seconds since 1970. Read by hand, since a first login may read one and
 * {@code DateTimeFormatter} is a hundred classes to load.
 */
final class MarkTime {
    private static final String SECONDS = "0000-00-00T00:00:00";
    private static final String MILLIS = SECONDS + ".000Z";

    private static final int LAST_MILLI = 999;

    private MarkTime() {}

    /** Parses a mark; empty if it is malformed, or before 1970. A text in whole seconds means the end of its second. */
    static Optional<Instant> parse(String text) {
        boolean wholeSecond = text.length() == SECONDS.length() + 1 && text.endsWith("Z");
        String exact = wholeSecond ? text.substring(0, SECONDS.length()) + ".000Z" : text;
        if (!isOfForm(exact)) {
            return Optional.empty();
        }
        try {
            Instant instant = LocalDateTime.of(
                            number(exact, 0, 4),
                            number(exact, 5, 7),
                            number(exact, 8, 10),
                            number(exact, 11, 13),
                            number(exact, 14, 16),
                            number(exact, 17, 19),
                            number(exact, 20, 23) * 1_000_000)
                    .toInstant(ZoneOffset.UTC);
            if (instant.isBefore(Instant.EPOCH)) {
                return Optional.empty();
            }
            return Optional.of(wholeSecond ? endOf(instant) : instant);
        } catch (DateTimeException noSuchDay) {
            return Optional.empty();
        }
    }

    /** The last millisecond of a second; {@link Instant#EPOCH} stays, since it means that there is no mark. */
    static Instant endOf(Instant second) {
        return second.equals(Instant.EPOCH) ? second : second.plusMillis(LAST_MILLI);
    }

    private static boolean isOfForm(String text) {
        if (text.length() != MILLIS.length()) {
            return false;
        }
        for (int at = 0; at < MILLIS.length(); at++) {
            char due = MILLIS.charAt(at);
            char found = text.charAt(at);
            if (due == '0' ? found < '0' || found > '9' : found != due) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }

    /** The mark as a document has it: a number if it covers its entire second or is none, otherwise a text. */
    static Object write(Instant mark) {
        int millis = mark.getNano() / 1_000_000;
        if (millis == LAST_MILLI || mark.equals(Instant.EPOCH)) {
            return mark.getEpochSecond();
        }
        String second = mark.truncatedTo(ChronoUnit.SECONDS).toString();
        return second.substring(0, second.length() - 1) + "." + millis / 100 + millis / 10 % 10 + millis % 10 + "Z";
    }
}
