package io.sallyport.oauth;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.audit.Audited;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.login.TokenIssuer;
import io.sallyport.method.Admitted;
import io.sallyport.method.Assertion;
import io.sallyport.method.AssertionAuthenticator;
import io.sallyport.token.Scopes;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The token endpoint (RFC 6749 §3.2): authenticates the client, and decides which token it may get. */
public final class TokenEndpoint implements Audited {
    public static final String CLIENT_CREDENTIALS = "client_credentials";
    static final String JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    public static final String TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

    /** The supported grant types. */
    public static final List<String> GRANT_TYPES = List.of(CLIENT_CREDENTIALS, JWT_BEARER, TOKEN_EXCHANGE);

    private final ClientAuthenticator clients;
    private final AssertionAuthenticator assertions;
    private final GrantPolicy targets;
    private final TokenExchange exchange;
    private final TokenIssuer sessions;
    private final InstantSource clock;

    public TokenEndpoint(
            ClientAuthenticator clients,
            AssertionAuthenticator assertions,
            GrantPolicy targets,
            TokenExchange exchange,
            TokenIssuer sessions,
            InstantSource clock) {
        this.clients = clients;
        this.assertions = assertions;
        this.targets = targets;
        this.exchange = exchange;
        this.sessions = sessions;
        this.clock = clock;
    }

    /** An issued token, and the token type for its response. */
    record Granted(TokenIssuer.Issued issued, Optional<String> issuedTokenType) {}

    /** How far a request has got; this decides the error for a refusal. */
    private enum Phase {
        REQUEST,
        CLIENT,
        GRANT,
        EXCHANGE
    }

    @Override
    public Response handle(Request request, Audit audit) {
        Instant now = clock.instant();
        Phase phase = Phase.REQUEST;
        try {
            OAuthForm form = OAuthForm.parse(request);
            String grantType = form.require("grant_type");
            audit.note("grantType", known(grantType));
            phase = Phase.CLIENT;
            Optional<Admitted> client = clients.authenticate(request, form, now);
            client.ifPresent(admitted -> audit.identity(admitted.identity().id()));
            phase = grantType.equals(TOKEN_EXCHANGE) ? Phase.EXCHANGE : Phase.GRANT;
            Granted granted = grant(grantType, form, client, request, audit, now);
            audit.issued(granted.issued().token());
            return answer(granted);
        } catch (Refused refused) {
            return error(phase, refused).answer(refused, audit);
        }
    }

    private static OAuthError error(Phase phase, Refused refused) {
        return switch (phase) {
            case REQUEST, GRANT -> OAuthError.of(refused.reason());
            case CLIENT -> OAuthError.ofClient(refused.reason());
            case EXCHANGE -> OAuthError.ofExchange(refused);
        };
    }

    private static String known(String grantType) throws Refused {
        return switch (grantType) {
            case CLIENT_CREDENTIALS -> "client_credentials";
            case JWT_BEARER -> "jwt-bearer";
            case TOKEN_EXCHANGE -> "token-exchange";
            default -> throw new Refused(Reason.UNSUPPORTED_GRANT_TYPE, "the grant type is " + Quoted.quote(grantType));
        };
    }

    private Granted grant(
            String grantType, OAuthForm form, Optional<Admitted> client, Request request, Audit audit, Instant now)
            throws Refused {
        return switch (grantType) {
            case CLIENT_CREDENTIALS -> credentials(form, client, audit, now);
            case JWT_BEARER -> bearer(form, client, audit, now);
            default -> exchange(form, client, request, audit, now);
        };
    }

    private Granted credentials(OAuthForm form, Optional<Admitted> client, Audit audit, Instant now) throws Refused {
        Admitted admitted = client.orElseThrow(
                () -> new Refused(Reason.CLIENT_NOT_AUTHENTICATED, "the request has no client credential"));
        return new Granted(begin(admitted, form, audit, now), Optional.empty());
    }

    private Granted bearer(OAuthForm form, Optional<Admitted> client, Audit audit, Instant now) throws Refused {
        use(client, now);
        UnverifiedJwt assertion = new Assertion(form.require("assertion")).parse();
        Optional<String> clientId = clientId(client, form);
        try {
            Admitted admitted = assertions.admit(assertion, clientId, now);
            TokenIssuer.Issued issued = begin(admitted, form, audit, now);
            count(client, now);
            return new Granted(issued, Optional.empty());
        } catch (Refused refused) {
            if (clientId.isEmpty()) {
                noteUnverified(assertion, audit);
            }
            throw refused;
        }
    }

    /**
     * Records what an assertion claims, of which nothing is verified: without a client, only this tells an operator whose
     * login was denied, such as the job of another branch.
     */
    private static void noteUnverified(UnverifiedJwt assertion, Audit audit) {
        Map<String, ?> says = assertion.unverifiedClaims().asMap();
        StringBuilder claims = new StringBuilder();
        for (String name : List.of("iss", "sub", "aud")) {
            Object value = says.get(name);
            if (value != null) {
                claims.append(claims.isEmpty() ? "" : ", ")
                        .append(name)
                        .append(' ')
                        .append(Quoted.quote(value.toString()));
            }
        }
        audit.note("unverifiedClaims", claims.toString());
    }

    /** Uses up a single-use client assertion that is presented beside another grant. */
    private void use(Optional<Admitted> client, Instant now) throws Refused {
        if (client.isPresent()) {
            sessions.singleUses().claimOnce(client.get().verified(), now);
        }
    }

    /** Counts a use of a client secret that is presented beside another grant: last, so that no refusal costs one. */
    private void count(Optional<Admitted> client, Instant now) throws Refused {
        if (client.isPresent()) {
            sessions.singleUses().count(client.get().verified(), now);
        }
    }

    /** The client that an assertion must be for: the authenticated one, else the one that the request names, if any. */
    private static Optional<String> clientId(Optional<Admitted> client, OAuthForm form) {
        return client.map(admitted -> admitted.identity().id().value()).or(() -> form.get("client_id"));
    }

    private TokenIssuer.Issued begin(Admitted admitted, OAuthForm form, Audit audit, Instant now) throws Refused {
        audit.identity(admitted.identity().id());
        audit.verified(
                admitted.verified().attestation().method(),
                admitted.verified().attestation().facts());
        GrantPolicy.TargetRequest asked = GrantPolicy.TargetRequest.parse(form);
        return sessions.begin(
                admitted.identity(),
                admitted.method(),
                admitted.verified(),
                targets.decide(admitted.identity(), asked),
                now);
    }

    private Granted exchange(OAuthForm form, Optional<Admitted> client, Request request, Audit audit, Instant now)
            throws Refused {
        use(client, now);
        TokenExchange.Subject subject = TokenExchange.Subject.parse(form);
        UnverifiedJwt token = subject.token().parse();
        TokenIssuer.Issued issued = exchange.isOurs(token)
                ? exchange.exchange(token, GrantPolicy.TargetRequest.parse(form), client, request.client(), audit, now)
                : begin(assertions.admit(token, clientId(client, form), now), form, audit, now);
        count(client, now);
        return new Granted(issued, Optional.of(subject.issuedTokenType()));
    }

    private static Response answer(Granted granted) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("access_token", granted.issued().jwt());
        granted.issuedTokenType().ifPresent(type -> body.put("issued_token_type", type));
        body.put("token_type", "Bearer");
        body.put("expires_in", granted.issued().token().lifetimeSeconds());
        Scopes scopes = granted.issued().token().target().scopes();
        if (!scopes.isEmpty()) {
            body.put("scope", scopes.toString());
        }
        return Response.json(200, body);
    }
}
