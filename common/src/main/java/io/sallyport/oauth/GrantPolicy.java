package io.sallyport.oauth;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Audience;
import io.sallyport.identity.Grant;
import io.sallyport.identity.Identity;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.login.TokenIssuer;
import io.sallyport.token.AccessToken;
import io.sallyport.token.Scopes;
import java.util.Optional;

/** Decides which tokens a client may get: only those that its own grants name. */
public final class GrantPolicy {
    /** The checks of a target. A token for our own API needs no grant, so only its scopes can fail. */
    public static final CheckSequence CHECKS = CheckSequence.of(Check.GRANT, Check.AUDIENCE_OWNER, Check.SCOPE);

    private final CachedIdentities identities;
    private final TokenIssuer.TokenSpec own;

    /** @param own the token that needs no grant: one for our own API */
    public GrantPolicy(CachedIdentities identities, TokenIssuer.TokenSpec own) {
        this.identities = identities;
        this.own = own;
    }

    /**
     * The requested target.
     *
     * @param audience empty for our own API
     * @param scopes empty if the request names none, which asks for the defaults
     */
    public record TargetRequest(Optional<String> audience, Optional<Scopes> scopes) {
        /**
         * @throws Refused {@link Reason#MALFORMED_REQUEST} if {@code audience} and {@code resource} (RFC 8707 §2)
         *     differ; {@link Reason#SCOPE_NOT_GRANTED} for a malformed list of scopes
         */
        static TargetRequest parse(OAuthForm form) throws Refused {
            Optional<String> audience = form.get("audience");
            Optional<String> resource = form.get("resource");
            if (audience.isPresent() && resource.isPresent() && !audience.equals(resource)) {
                throw OAuthForm.malformed("audience and resource name different targets");
            }
            Optional<String> scope = form.get("scope");
            try {
                return new TargetRequest(audience.or(() -> resource), scope.map(Scopes::parse));
            } catch (IllegalArgumentException e) {
                throw new Refused(Reason.SCOPE_NOT_GRANTED, String.valueOf(e.getMessage()));
            }
        }
    }

    /** Whether the request is for our own API. */
    boolean isOwn(TargetRequest asked) {
        return asked.audience().isEmpty()
                || asked.audience().get().equals(own.target().audience());
    }

    /**
     * Decides what the client gets.
     *
     * @throws Refused {@link Reason#GRANT_MISSING}, {@link Reason#AUDIENCE_DISABLED}, {@link Reason#SCOPE_NOT_GRANTED}
     */
    public TokenIssuer.TokenSpec decide(Identity client, TargetRequest asked) throws Refused {
        return decide(client, asked, CHECKS.begin());
    }

    /**
     * Decides what the client gets, and records each check in the trace.
     *
     * @param trace of {@link #CHECKS}
     * @throws Refused as {@link #decide(Identity, TargetRequest)}
     */
    public TokenIssuer.TokenSpec decide(Identity client, TargetRequest asked, CheckTrace trace) throws Refused {
        trace.at(Check.GRANT);
        if (isOwn(asked)) {
            trace.at(Check.AUDIENCE_OWNER);
            trace.at(Check.SCOPE);
            if (asked.scopes().isPresent()) {
                throw new Refused(Reason.SCOPE_NOT_GRANTED, "Sallyport's own API has no scopes");
            }
            trace.requireComplete();
            return own;
        }
        Grant grant = grant(client, asked.audience().orElseThrow());
        trace.at(Check.AUDIENCE_OWNER);
        Optional<Identity> owner = identities.owner(grant.audience());
        Scopes known = owner.isPresent() ? scopesOf(owner.get(), grant) : Scopes.NONE;
        trace.at(Check.SCOPE);
        Scopes granted = grant.scopes().intersect(known);
        Scopes scopes = asked.scopes().orElse(grant.defaults().intersect(known));
        requireGranted(scopes, granted, grant);
        trace.requireComplete();
        return new TokenIssuer.TokenSpec(
                new AccessToken.Target(grant.audience().value(), scopes, grant.wantsPlainJwt()), grant.longestToken());
    }

    /**
     * The client's grant for an audience.
     *
     * @throws Refused {@link Reason#GRANT_MISSING}
     */
    private static Grant grant(Identity client, String audience) throws Refused {
        return client.client()
                .grant(audience)
                .orElseThrow(() ->
                        new Refused(Reason.GRANT_MISSING, client.id() + " has no grant for " + Quoted.quote(audience)));
    }

    private static Scopes scopesOf(Identity owner, Grant grant) throws Refused {
        if (owner.disabled()) {
            throw new Refused(
                    Reason.AUDIENCE_DISABLED,
                    owner.id() + ", which owns the audience " + grant.audience() + ", is disabled");
        }
        return owner.client()
                .audience(grant.audience().value())
                .map(Audience::scopes)
                .orElse(Scopes.NONE);
    }

    static void requireGranted(Scopes wanted, Scopes granted, Grant grant) throws Refused {
        if (!granted.containsAll(wanted)) {
            throw new Refused(
                    Reason.SCOPE_NOT_GRANTED,
                    "of " + Quoted.quote(wanted.toString()) + " only " + Quoted.quote(granted.toString())
                            + " can be had at " + grant.audience());
        }
    }
}
