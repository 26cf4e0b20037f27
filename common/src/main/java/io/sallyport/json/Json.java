package io.sallyport.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON objects as maps of {@code String}, {@code Long}, {@code Double}, {@code Boolean}, {@code List}, {@code Map} and
 * null.
 *
 * <p>Parsing is strict, so that no other parser can understand the text differently: UTF-8 only, no duplicate names,
 * nothing after the object, bounded depth, integers that fit in 64 bits and fractions that fit in a double. It streams,
 * since data binding would cost more to load than a login costs to run.
 */
public final class Json {
    private static final int DEEPEST = 32;
    private static final int DEEPEST_LIST = 128;
    private static final int MAX_NUMBER = 32;

    private static final int USUAL_LENGTH = 768;

    /** The setting that escapes no character beyond those that JSON requires. */
    private static final int ALL = 0;

    private static final char DELETE = '\u007F';

    /** The decoder's replacement for bytes that are not UTF-8. */
    private static final char REPLACEMENT = '\uFFFD';

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
            // Names that a caller sends must not fill a table that outlives the call.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(DEEPEST_LIST)
                    .maxNumberLength(MAX_NUMBER)
                    .build())
            .build();

    private Json() {}

    /** @throws MalformedJsonException unless the bytes are exactly one JSON object */
    public static Map<String, @Nullable Object> parseObject(byte[] utf8) throws MalformedJsonException {
        return parseObject(decode(utf8));
    }

    /**
     * The strict decoder costs four times the memory, and is needed only to tell a decoder's replacement character from
     * a real one.
     */
    private static String decode(byte[] utf8) throws MalformedJsonException {
        String text = new String(utf8, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) < 0) {
            return text;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedJsonException("not UTF-8");
        }
    }

    /**
     * Parses the elements of a list, up to 128 levels deep.
     *
     * @throws MalformedJsonException unless the text is exactly one JSON array
     */
    public static List<@Nullable Object> parseArray(String text) throws MalformedJsonException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                throw new MalformedJsonException("not a JSON array");
            }
            List<@Nullable Object> array = array(parser, DEEPEST_LIST - 1);
            requireEnd(parser);
            return array;
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    /** @throws MalformedJsonException unless the text is exactly one JSON object */
    public static Map<String, @Nullable Object> parseObject(String text) throws MalformedJsonException {
        try (JsonParser parser = FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedJsonException("not a JSON object");
            }
            Map<String, @Nullable Object> object = object(parser, DEEPEST - 1);
            requireEnd(parser);
            return object;
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private static void requireEnd(JsonParser parser) throws IOException, MalformedJsonException {
        if (parser.nextToken() != null) {
            throw new MalformedJsonException("text after the JSON");
        }
    }

    private static MalformedJsonException malformed(IOException failure) {
        if (!(failure instanceof JsonProcessingException syntax)) {
            return new MalformedJsonException("not readable as JSON");
        }
        var location = syntax.getLocation();
        return new MalformedJsonException(
                "not strict JSON" + (location == null ? "" : " at character " + location.getCharOffset()));
    }

    /** @param levels how many nested levels are still allowed */
    private static Map<String, @Nullable Object> object(JsonParser parser, int levels)
            throws IOException, MalformedJsonException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            object.put(name, value(parser, parser.nextToken(), levels));
        }
        return Collections.unmodifiableMap(object);
    }

    private static List<@Nullable Object> array(JsonParser parser, int levels)
            throws IOException, MalformedJsonException {
        List<@Nullable Object> array = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            array.add(value(parser, token, levels));
        }
        return Collections.unmodifiableList(array);
    }

    private static @Nullable Object value(JsonParser parser, JsonToken token, int levels)
            throws IOException, MalformedJsonException {
        if (levels == 0 && token.isStructStart()) {
            throw new MalformedJsonException("nested too deeply");
        }
        return switch (token) {
            case START_OBJECT -> object(parser, levels - 1);
            case START_ARRAY -> array(parser, levels - 1);
            case VALUE_STRING -> text(parser.getText());
            case VALUE_NUMBER_INT -> {
                if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    throw new MalformedJsonException("an integer of more than 64 bits");
                }
                yield parser.getLongValue();
            }
            case VALUE_NUMBER_FLOAT -> {
                double number = parser.getDoubleValue();
                if (!Double.isFinite(number)) {
                    throw new MalformedJsonException("a number beyond the range of a double");
                }
                yield number;
            }
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new MalformedJsonException("not a JSON value");
        };
    }

    /** Half a surrogate pair, which an escape can spell, has no form in UTF-8: encoding would change the text. */
    private static String text(String text) throws MalformedJsonException {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (!Character.isSurrogatePair(text.charAt(i), i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
                    throw new MalformedJsonException("half a surrogate pair");
                }
                i++;
            }
        }
        return text;
    }

    /** The object as compact UTF-8 JSON. */
    public static byte[] write(Map<String, ? extends @Nullable Object> object) {
        return written(object, USUAL_LENGTH, ALL).toByteArray();
    }

    private static ByteArrayOutputStream written(
            Map<String, ? extends @Nullable Object> object, int length, int highestUnescaped) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(length);
        try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
            generator.setHighestNonEscapedChar(highestUnescaped);
            writeObject(generator, object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    /** The array as compact JSON text. */
    public static String writeArray(List<?> array) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            writeValue(generator, array);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** The object as compact JSON text. */
    public static String writeString(Map<String, ? extends @Nullable Object> object) {
        return writeString(object, USUAL_LENGTH);
    }

    /** @param expected the approximate length in bytes, which sizes the buffer */
    public static String writeString(Map<String, ? extends @Nullable Object> object, int expected) {
        return written(object, expected, ALL).toString(StandardCharsets.UTF_8);
    }

    /**
     * The object as one line of printable ASCII, which cannot break a log or control a terminal: everything else is
     * escaped.
     */
    public static String writeLine(Map<String, ? extends @Nullable Object> object) {
        return writeLine(object, USUAL_LENGTH);
    }

    /** @param expected as of {@link #writeString(Map, int)} */
    public static String writeLine(Map<String, ? extends @Nullable Object> object, int expected) {
        String line = written(object, expected, DELETE).toString(StandardCharsets.US_ASCII);
        // The writer considers it printable.
        return line.indexOf(DELETE) < 0 ? line : line.replace("\u007f", "\\u007f");
    }

    private static void writeObject(JsonGenerator generator, Map<?, ?> object) throws IOException {
        generator.writeStartObject();
        for (Map.Entry<?, ?> member : object.entrySet()) {
            generator.writeFieldName(String.valueOf(member.getKey()));
            writeValue(generator, member.getValue());
        }
        generator.writeEndObject();
    }

    private static void writeValue(JsonGenerator generator, @Nullable Object value) throws IOException {
        if (value == null) {
            generator.writeNull();
        } else if (value instanceof String text) {
            generator.writeString(text);
        } else if (value instanceof Long || value instanceof Integer) {
            generator.writeNumber(((Number) value).longValue());
        } else if (value instanceof Double number) {
            generator.writeNumber(number);
        } else if (value instanceof Boolean flag) {
            generator.writeBoolean(flag);
        } else if (value instanceof Map<?, ?> object) {
            writeObject(generator, object);
        } else if (value instanceof Iterable<?> array) {
            generator.writeStartArray();
            for (Object element : array) {
                writeValue(generator, element);
            }
            generator.writeEndArray();
        } else {
            throw new IllegalArgumentException("cannot be written as JSON: " + value.getClass());
        }
    }
}
