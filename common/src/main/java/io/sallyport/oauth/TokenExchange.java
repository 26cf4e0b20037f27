package io.sallyport.oauth;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.http.ClientAddress;
import io.sallyport.identity.Identity;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.login.TokenIssuer;
import io.sallyport.method.Admitted;
import io.sallyport.method.Assertion;
import io.sallyport.session.Sessions;
import io.sallyport.token.AccessToken;
import io.sallyport.token.Scopes;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.VerifiedAccessToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Exchanges an access token of ours for one of another audience, in the same session (RFC 8693). The result never
 * allows more than the party that presents the token may have:
 *
 * <ul>
 *   <li>A token for our own API is its owner's: the owner gets whatever it has a grant for.
 *   <li>A token for a resource is also in that resource's hands. By itself, it can only be narrowed for the same
 *       audience. A resource that authenticates may act with it for its owner elsewhere, if both have a grant for that
 *       audience; the new token names it as the actor ({@code act}, §4.1), and expires no later than the old one.
 *   <li>A token that names actors keeps them, even if its owner exchanges it: it gets no more than the current actor
 *       may have.
 *   <li>No token can be exchanged for one for our own API.
 * </ul>
 */
public final class TokenExchange {
    private static final String TYPE = "urn:ietf:params:oauth:token-type:";
    private static final String ACCESS_TOKEN = TYPE + "access_token";
    private static final String JWT = TYPE + "jwt";
    private static final Set<String> SUBJECT_TYPES = Set.of(ACCESS_TOKEN, JWT, TYPE + "id_token");

    private final Sessions sessions;
    private final TokenIssuer newSessions;
    private final GrantPolicy targets;

    public TokenExchange(Sessions sessions, TokenIssuer newSessions, GrantPolicy targets) {
        this.sessions = sessions;
        this.newSessions = newSessions;
        this.targets = targets;
    }

    /**
     * The subject token, and the type of token to make from it.
     *
     * @param issuedTokenType the type that the response states (RFC 8693 §2.2.1)
     */
    record Subject(Assertion token, String issuedTokenType) {
        /**
         * @throws Refused {@link Reason#MALFORMED_REQUEST} if a parameter is missing, or asks for something unsupported
         */
        static Subject parse(OAuthForm form) throws Refused {
            if (!SUBJECT_TYPES.contains(form.require("subject_token_type"))) {
                throw OAuthForm.malformed("subject_token_type must be one of " + SUBJECT_TYPES);
            }
            if (form.get("actor_token").isPresent()) {
                throw OAuthForm.malformed("actor_token is not supported: the client that authenticates is the actor");
            }
            String wanted = form.get("requested_token_type").orElse(ACCESS_TOKEN);
            if (!wanted.equals(ACCESS_TOKEN) && !wanted.equals(JWT)) {
                throw OAuthForm.malformed("requested_token_type must be that of an access token or a JWT");
            }
            return new Subject(new Assertion(form.require("subject_token")), wanted);
        }

        /** Never the token itself. */
        @Override
        public String toString() {
            return "Subject[" + issuedTokenType + "]";
        }
    }

    /** Whether an unverified token names us as its issuer. */
    boolean isOurs(UnverifiedJwt token) {
        try {
            return token.is(UnverifiedJwt.Type.ISSUED)
                    && token.unverifiedClaims()
                            .optionalText("iss")
                            .filter(newSessions.own().target().audience()::equals)
                            .isPresent();
        } catch (Refused malformedIssuer) {
            return false;
        }
    }

    TokenIssuer.Issued exchange(
            UnverifiedJwt token,
            GrantPolicy.TargetRequest asked,
            Optional<Admitted> client,
            ClientAddress address,
            Audit audit,
            Instant now)
            throws Refused {
        VerifiedAccessToken verified = sessions.verify(token, now);
        audit.shown(verified.token());
        client.ifPresent(admitted -> audit.actor(admitted.identity().id()));
        Sessions.Live live = sessions.requireLive(verified, now);
        TokenPolicy policy = live.method().policy();
        AccessToken shown = live.token();
        requireTrusted(policy, address);
        if (targets.isOwn(asked)) {
            throw new Refused(Reason.GRANT_MISSING, "a token cannot be exchanged for one for Sallyport's own API");
        }
        TokenIssuer.TokenSpec wanted = wanted(live, client, asked, now);
        sessions.requireUsesLeft(shown, now);
        return newSessions.another(
                live.identity().asSubject().with(actors(live, client, wanted, now)),
                shown.session().with(policy.trustedIps()),
                policy,
                wanted,
                now);
    }

    /** As for a renewal: requires that the session's tokens may be used from this address now. */
    private static void requireTrusted(TokenPolicy policy, ClientAddress address) throws Refused {
        if (!policy.trustedIps().contains(address.text())) {
            throw new Refused(
                    Reason.CLIENT_ADDRESS_NOT_TRUSTED,
                    "the client's address is not in " + policy.trustedIps().blocks());
        }
    }

    private TokenIssuer.TokenSpec wanted(
            Sessions.Live live, Optional<Admitted> client, GrantPolicy.TargetRequest asked, Instant now)
            throws Refused {
        String shownFor = live.token().audience();
        boolean isOwners = shownFor.equals(newSessions.own().target().audience());
        boolean byOwner = client.isPresent() && isSame(client.get().identity(), live.identity());
        if (isOwners && client.isPresent() && !byOwner) {
            throw new Refused(Reason.CLIENT_MISMATCH, "the token belongs to another identity than the client");
        }
        if (isOwners || byOwner) {
            Optional<Identity> actor = sessions.currentActor(live.token());
            return actor.isPresent()
                    ? both(live.identity(), actor.get(), asked)
                    : targets.decide(live.identity(), asked);
        }
        TokenIssuer.TokenSpec wanted = asked.audience().equals(Optional.of(shownFor))
                ? targets.decide(live.identity(), narrowed(live.token(), asked))
                : delegated(live, client, asked);
        return new TokenIssuer.TokenSpec(wanted.target(), shorter(wanted.longest(), left(live.token(), now)));
    }

    /** The token for another audience: what both the owner and the actor may have there. */
    private TokenIssuer.TokenSpec delegated(
            Sessions.Live live, Optional<Admitted> client, GrantPolicy.TargetRequest asked) throws Refused {
        String shownFor = live.token().audience();
        Identity actor = client.map(Admitted::identity)
                .filter(identity -> identity.client().audience(shownFor).isPresent())
                .orElseThrow(() -> new Refused(
                        Reason.EXCHANGE_NOT_ALLOWED,
                        "a token for " + shownFor
                                + " can be exchanged for another audience only by the owner of its audience,"
                                + " which must authenticate"));
        return both(live.identity(), actor, asked);
    }

    private TokenIssuer.TokenSpec both(Identity owner, Identity actor, GrantPolicy.TargetRequest asked) throws Refused {
        TokenIssuer.TokenSpec owners = targets.decide(owner, asked);
        TokenIssuer.TokenSpec actors = targets.decide(actor, asked);
        return new TokenIssuer.TokenSpec(
                new AccessToken.Target(
                        owners.target().audience(),
                        owners.target().scopes().intersect(actors.target().scopes()),
                        owners.target().plainJwt() || actors.target().plainJwt()),
                shorter(owners.longest(), actors.longest()));
    }

    /** The request, limited to the scopes that the presented token has. */
    private static GrantPolicy.TargetRequest narrowed(AccessToken token, GrantPolicy.TargetRequest asked)
            throws Refused {
        Scopes has = token.target().scopes();
        Scopes wanted = asked.scopes().orElse(has);
        if (!has.containsAll(wanted)) {
            throw new Refused(Reason.SCOPE_NOT_GRANTED, "the token has the scopes " + has + " only");
        }
        return new GrantPolicy.TargetRequest(asked.audience(), Optional.of(wanted));
    }

    /** The time that the token has left: an exchange must not extend it for the party that presents it. */
    private static Duration left(AccessToken token, Instant now) {
        return Duration.between(TokenPolicy.wholeSeconds(now), token.expiry());
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The client that gets the token acts for its owner, unless it is the owner, or got the token for itself. */
    private static List<AccessToken.Actor> actors(
            Sessions.Live live, Optional<Admitted> client, TokenIssuer.TokenSpec wanted, Instant now) throws Refused {
        AccessToken shown = live.token();
        List<AccessToken.Actor> actors = new ArrayList<>(shown.subject().actors());
        boolean passedOn = !wanted.target().audience().equals(shown.audience());
        if (passedOn && client.isPresent() && !isSame(client.get().identity(), live.identity())) {
            actors.add(0, actor(client.get(), shown.audience(), now));
        }
        if (actors.size() > AccessToken.MAX_ACTORS) {
            throw new Refused(Reason.EXCHANGE_NOT_ALLOWED, "the token was already exchanged too many times");
        }
        return actors;
    }

    private static AccessToken.Actor actor(Admitted client, String resource, Instant now) throws Refused {
        AccessToken.Actor actor = new AccessToken.Actor(
                client.identity().id(),
                resource,
                client.verified().attestation().method(),
                now);
        if (client.identity().revokes(actor.method(), actor.since())) {
            // The token would already have expired.
            throw Refused.claim(
                    Reason.REVOCATION_TOO_RECENT,
                    "act",
                    "what the actor does as of " + actor.since() + " is revoked by a mark: "
                            + client.identity().cutoffs());
        }
        return actor;
    }

    private static boolean isSame(Identity one, Identity other) {
        return one.id().equals(other.id());
    }
}
