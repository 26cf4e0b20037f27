package io.sallyport.login;

import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.audit.Audited;
import io.sallyport.http.ClientAddress;
import io.sallyport.http.Fields;
import io.sallyport.http.Handler;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.method.Admitted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A login with a client secret, as Infisical's Universal Auth has it: {@code clientId} and {@code clientSecret}. Every
 * credential that is not admitted is answered alike, after the same reads of the identity; only who knows the secret can
 * tell that its uses are used up, by the time that counting takes.
 */
public final class ClientSecretLogin implements Audited {
    private final Login.Services services;
    private final Authenticator clients;
    private final TokenIssuer sessions;

    /** Authenticates a client by its secret; takes no use of it. */
    @FunctionalInterface
    public interface Authenticator {
        /** @throws Refused if the secret is not admitted */
        Admitted authenticate(String clientId, String secret, ClientAddress address, Instant now) throws Refused;
    }

    public ClientSecretLogin(Login.Services services, Authenticator clients) {
        this.services = services;
        this.clients = clients;
        this.sessions = services.sessions();
    }

    /** The handler of the login's route. */
    public Handler audited() {
        return writingTo(services.audit(), "login");
    }

    @Override
    public Response handle(Request request, Audit audit) throws Refused {
        Map<String, @Nullable Object> fields = Fields.parse(request);
        List<InvalidField> invalid = new ArrayList<>();
        String clientId = Fields.text(fields, "clientId", invalid);
        String secret = Fields.text(fields, "clientSecret", invalid);
        if (!invalid.isEmpty()) {
            throw Refused.fields(invalid);
        }
        if (IdentityId.isValid(clientId)) {
            audit.claimed(new IdentityId(clientId));
        }
        Instant now = services.clock().instant();
        Admitted admitted = clients.authenticate(clientId, secret, request.client(), now);
        audit.identity(admitted.identity().id());
        audit.verified(
                admitted.verified().attestation().method(),
                admitted.verified().attestation().facts());
        TokenIssuer.Issued issued =
                sessions.begin(admitted.identity(), admitted.method(), admitted.verified(), sessions.own(), now);
        audit.issued(issued.token());
        return TokenResponse.of(issued.jwt(), issued.token(), admitted.method().policy());
    }
}
