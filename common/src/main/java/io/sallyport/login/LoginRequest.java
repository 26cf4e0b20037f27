package io.sallyport.login;

import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Fields;
import io.sallyport.http.Request;
import io.sallyport.method.Assertion;
import io.sallyport.method.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of a login. Other fields are ignored: nothing that a caller says beside the token counts. */
public record LoginRequest(IdentityId identityId, Assertion assertion) {
    /**
     * Reads a login with an assertion of this verifier.
     *
     * @throws Refused {@link Reason#INVALID_FIELDS} if a field is missing or malformed; as {@link Fields#parse}
     */
    public static LoginRequest parse(Request request, Verifier<?, ?> verifier) throws Refused {
        Map<String, @Nullable Object> fields = Fields.parse(request);
        List<InvalidField> invalid = new ArrayList<>();
        String identityId = Fields.text(fields, "identityId", invalid);
        Assertion assertion = verifier.assertion(fields, invalid);
        if (!identityId.isEmpty() && !IdentityId.isValid(identityId)) {
            invalid.add(new InvalidField("identityId", "must be " + IdentityId.FORM));
        }
        if (!invalid.isEmpty()) {
            throw Refused.fields(invalid);
        }
        return new LoginRequest(new IdentityId(identityId), assertion);
    }
}
