package io.sallyport.http;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The bytes of a request, never more than {@link #MAX_COUNT} of them. */
public final class Body {
    /** The largest body of any request, in bytes. */
    public static final int MAX_COUNT = 64 * 1024;

    public static final Body EMPTY = new Body(new byte[0]);

    private final byte[] bytes;

    private Body(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws Refused {@link Reason#BODY_TOO_LARGE} */
    public static Body of(byte[] bytes) throws Refused {
        if (bytes.length > MAX_COUNT) {
            throw tooLarge();
        }
        return new Body(bytes.clone());
    }

    /** @throws Refused {@link Reason#BODY_TOO_LARGE}, before encoding more characters than a body may have bytes */
    public static Body of(String text) throws Refused {
        if (text.length() > MAX_COUNT) {
            throw tooLarge();
        }
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads a stream to its end, and stops at the limit.
     *
     * @param declared its length in bytes, if it was declared; negative if it was not. A stream that ends earlier comes
     *     from a server that has read it itself: a broken one throws
     * @throws Refused {@link Reason#BODY_TOO_LARGE}; {@link Reason#MALFORMED_REQUEST} if the body breaks off
     */
    public static Body read(InputStream stream, long declared) throws Refused {
        if (declared > MAX_COUNT) {
            throw tooLarge();
        }
        // Most bodies declare a thirtieth of the limit.
        byte[] bytes = new byte[declared < 0 ? MAX_COUNT + 1 : (int) declared];
        try {
            // Into a buffer: the other overloads end with an empty read, on which some servers block.
            int length = stream.readNBytes(bytes, 0, bytes.length);
            if (length > MAX_COUNT) {
                throw tooLarge();
            }
            return new Body(length == bytes.length ? bytes : Arrays.copyOf(bytes, length));
        } catch (IOException e) {
            throw new Refused(Reason.MALFORMED_REQUEST, "the body ended early");
        }
    }

    private static Refused tooLarge() {
        return new Refused(Reason.BODY_TOO_LARGE, "the body is larger than " + MAX_COUNT + " bytes");
    }

    /** Parses the body as strict JSON (see {@link Json}), without copying the bytes. */
    Map<String, @Nullable Object> json() throws MalformedJsonException {
        return Json.parseObject(bytes);
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int length() {
        return bytes.length;
    }

    /** Shows only the length: a body may hold a credential. */
    @Override
    public String toString() {
        return "Body[" + bytes.length + " bytes]";
    }
}
