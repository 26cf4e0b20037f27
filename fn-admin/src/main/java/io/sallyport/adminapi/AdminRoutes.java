package io.sallyport.adminapi;

import io.sallyport.InvalidField;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.audit.Audited;
import io.sallyport.http.PathTemplate;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.http.Routes;
import io.sallyport.identity.Identity;
import io.sallyport.session.Sessions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * The routes of the admin API. A route cannot be added without a required role, and its action gets a call that only
 * the check makes.
 */
final class AdminRoutes {
    private static final String BEARER = "Bearer ";

    private final Sessions sessions;
    private final InstantSource clock;
    private final Audit.Log log;
    private final Routes routes = new Routes();

    AdminRoutes(Sessions sessions, InstantSource clock, Audit.Log log) {
        this.sessions = sessions;
        this.clock = clock;
        this.log = log;
    }

    /** The action of a route. */
    @FunctionalInterface
    interface Action {
        Response run(AdminCall call) throws Refused;
    }

    /** @param name of the decision, in the audit log */
    AdminRoutes add(Role required, String name, String method, String path, Action action) {
        PathTemplate template = new PathTemplate(path);
        Audited audited = (request, audit) -> run(action, admit(required, template, request, audit));
        routes.add(method, path, audited.writingTo(log, name));
        return this;
    }

    Routes routes() {
        return routes;
    }

    /** Tells callers that may manage identities what is wrong with a stored one. */
    private static Response run(Action action, AdminCall call) throws Refused {
        try {
            Response response = action.run(call);
            call.done();
            return response;
        } catch (Refused refused) {
            if (refused.reason() == Reason.IDENTITY_INVALID || refused.reason() == Reason.UNCONSTRAINED_AUTH_METHOD) {
                throw Refused.telling(
                        Reason.STORED_IDENTITY_INVALID, List.of(new InvalidField("identity", refused.detail())));
            }
            throw refused;
        }
    }

    /** Checks the token first, then the role, and takes the token's use last, so that a refusal costs none. */
    private AdminCall admit(Role required, PathTemplate template, Request request, Audit audit) throws Refused {
        Instant now = clock.instant();
        Sessions.Live live = sessions.requireLive(sessions.verifyOwn(bearer(request), now), now);
        Identity caller = live.identity();
        audit.caller(caller.id());
        audit.note("sessionId", live.token().session().id().value());
        Sessions.requireTrusted(live.token(), request.client().text());
        if (!required.isMetBy(caller.role())) {
            throw new Refused(
                    Reason.ROLE_MISSING, caller.id() + " has the role " + caller.role() + " and needs " + required);
        }
        sessions.spend(live.token(), now);
        return new AdminCall(request, template.match(path(request)).orElse(Map.of()), audit);
    }

    private static String bearer(Request request) throws Refused {
        List<String> headers = request.headers().all("Authorization").stream()
                .filter(value -> !value.isBlank())
                .toList();
        if (headers.size() != 1 || !headers.get(0).regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            throw new Refused(Reason.TOKEN_MISSING, "the request has no bearer token");
        }
        return headers.get(0).substring(BEARER.length()).trim();
    }

    private static String path(Request request) {
        String path = request.path();
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }
}
