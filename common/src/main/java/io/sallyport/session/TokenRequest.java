package io.sallyport.session;

import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Fields;
import io.sallyport.http.Request;
import io.sallyport.jwt.UnverifiedJwt;
import java.util.List;

/** The body of a renewal or a revocation. Clients also send the token as their bearer; only the body's counts. */
record TokenRequest(String accessToken) {
    /**
     * @throws Refused {@link Reason#INVALID_FIELDS} if the token is missing, not a text, or too long; as {@link
     *     Fields#parse}
     */
    static TokenRequest parse(Request request) throws Refused {
        Object value = Fields.parse(request).get("accessToken");
        if (!(value instanceof String text) || text.isBlank()) {
            throw Refused.fields(List.of(new InvalidField("accessToken", "is required")));
        }
        if (text.length() > UnverifiedJwt.MAX_LENGTH) {
            throw Refused.fields(List.of(new InvalidField(
                    "accessToken", "must not be longer than " + UnverifiedJwt.MAX_LENGTH + " characters")));
        }
        return new TokenRequest(text.trim());
    }

    /** Never the token itself. */
    @Override
    public String toString() {
        return "TokenRequest[" + accessToken.length() + " characters]";
    }
}
