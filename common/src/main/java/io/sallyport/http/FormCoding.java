package io.sallyport.http;

import io.sallyport.Reason;
import io.sallyport.Refused;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Decodes form-encoded text (WHATWG URL §5.1) strictly: {@code URLDecoder} would substitute replacement characters. */
public final class FormCoding {
    private FormCoding() {}

    /** @throws Refused {@link Reason#MALFORMED_REQUEST} if there is a broken escape, or the result is not UTF-8 */
    public static String decode(byte[] body, int start, int end) throws Refused {
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(end - start);
        for (int i = start; i < end; i++) {
            if (body[i] == '+') {
                decoded.write(' ');
            } else if (body[i] == '%') {
                int high = i + 2 < end ? Character.digit(body[i + 1], 16) : -1;
                int low = i + 2 < end ? Character.digit(body[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw malformed("a malformed percent escape");
                }
                decoded.write(high * 16 + low);
                i += 2;
            } else {
                decoded.write(body[i]);
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw malformed("not UTF-8");
        }
    }

    static Refused malformed(String what) {
        return new Refused(Reason.MALFORMED_REQUEST, "the form body: " + what);
    }
}
