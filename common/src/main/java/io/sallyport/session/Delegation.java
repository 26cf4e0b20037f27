package io.sallyport.session;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Grant;
import io.sallyport.identity.Identity;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.token.AccessToken;
import io.sallyport.token.Scopes;
import java.util.List;
import java.util.Optional;

/**
 * Checks whether the actors of a token (RFC 8693 §4.1) may still act for its owner. A delegated token is valid only as
 * long as every exchange that led to it would be granted again:
 *
 * <ul>
 *   <li>The actor exists, is enabled, and has the auth method by which it authenticated for the exchange.
 *   <li>No mark of the actor revokes what it did then. Revoking an actor's tokens therefore also revokes every token
 *       that names it and results from an exchange at or before the mark; exchanges after the mark are its new
 *       sessions.
 *   <li>The actor still owns the audience of the token that it exchanged, and the owner still has a grant for that
 *       audience.
 *   <li>The actor still has a grant for the audience that it exchanged the token for. The current actor's grant also
 *       covers the token's scopes.
 * </ul>
 *
 * <p>Every refusal names the claim {@code act}.
 */
record Delegation(CachedIdentities identities) {
    void require(AccessToken token, Identity owner) throws Refused {
        String audience = token.audience();
        Scopes scopes = token.target().scopes();
        for (AccessToken.Actor actor : token.subject().actors()) {
            requireAllowed(actor, audience, scopes);
            if (owner.client().grant(actor.resource()).isEmpty()) {
                throw refused(
                        Reason.GRANT_MISSING,
                        owner.id() + " has no grant for " + Quoted.quote(actor.resource()) + ", from which the actor "
                                + actor.id() + " exchanged");
            }
            // The audience that the previous actor requested; its scopes are not known.
            audience = actor.resource();
            scopes = Scopes.NONE;
        }
    }

    Optional<Identity> current(AccessToken token) throws Refused {
        List<AccessToken.Actor> actors = token.subject().actors();
        return actors.isEmpty() ? Optional.empty() : Optional.of(find(actors.get(0)));
    }

    private Identity find(AccessToken.Actor actor) throws Refused {
        return identities
                .find(actor.id())
                .orElseThrow(() -> refused(Reason.UNKNOWN_IDENTITY, "the actor " + actor.id() + " was deleted"));
    }

    private void requireAllowed(AccessToken.Actor actor, String audience, Scopes scopes) throws Refused {
        Identity identity = find(actor);
        if (identity.disabled()) {
            throw refused(Reason.IDENTITY_DISABLED, "the actor " + actor.id() + " is disabled");
        }
        if (identity.methodOf(actor.method()).isEmpty()) {
            throw refused(
                    Reason.NO_AUTH_METHOD,
                    "the auth method of the actor " + actor.id() + ", " + actor.method() + ", was removed");
        }
        if (identity.revokes(actor.method(), actor.since())) {
            throw refused(
                    Reason.SESSION_REVOKED,
                    "the actor " + actor.id() + " exchanged at " + actor.since() + ", and a mark revokes that: "
                            + identity.cutoffs());
        }
        if (identity.client().audience(actor.resource()).isEmpty()) {
            throw refused(
                    Reason.AUDIENCE_NOT_OWNED,
                    "the actor " + actor.id() + " no longer owns " + Quoted.quote(actor.resource()));
        }
        Grant grant = identity.client()
                .grant(audience)
                .orElseThrow(() -> refused(
                        Reason.GRANT_MISSING,
                        "the actor " + actor.id() + " has no grant for " + Quoted.quote(audience)));
        if (!grant.scopes().containsAll(scopes)) {
            throw refused(
                    Reason.SCOPE_NOT_GRANTED,
                    "of " + Quoted.quote(scopes.toString()) + " the actor " + actor.id() + " may have only "
                            + Quoted.quote(grant.scopes().toString()) + " at " + grant.audience());
        }
    }

    private static Refused refused(Reason reason, String detail) {
        return Refused.claim(reason, "act", detail);
    }
}
