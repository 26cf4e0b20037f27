package io.sallyport.login;

import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Fields;
import io.sallyport.http.Request;
import io.sallyport.method.Assertion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of a login. Other fields are ignored: nothing that a caller says beside the token counts. */
public record LoginRequest(IdentityId identityId, Assertion assertion) {
    /** @throws Refused {@link Reason#INVALID_FIELDS} if a field is missing or malformed; as {@link Fields#parse} */
    public static LoginRequest parse(Request request) throws Refused {
        Map<String, @Nullable Object> fields = Fields.parse(request);
        List<InvalidField> invalid = new ArrayList<>();
        String identityId = text(fields, "identityId", invalid);
        String jwt = text(fields, "jwt", invalid);
        if (!identityId.isEmpty() && !IdentityId.isValid(identityId)) {
            invalid.add(new InvalidField("identityId", "must be " + IdentityId.FORM));
        }
        if (jwt.length() > Assertion.MAX_LENGTH) {
            invalid.add(new InvalidField("jwt", "must not be longer than " + Assertion.MAX_LENGTH + " characters"));
        }
        if (!invalid.isEmpty()) {
            throw Refused.fields(invalid);
        }
        return new LoginRequest(new IdentityId(identityId), new Assertion(jwt));
    }

    private static String text(Map<String, @Nullable Object> fields, String name, List<InvalidField> invalid) {
        if (!fields.containsKey(name)) {
            invalid.add(new InvalidField(name, "is required"));
            return "";
        }
        if (!(fields.get(name) instanceof String text)) {
            invalid.add(new InvalidField(name, "must be a string"));
            return "";
        }
        String trimmed = text.trim();
        if (trimmed.isEmpty()) {
            invalid.add(new InvalidField(name, "must not be empty"));
        }
        return trimmed;
    }
}
