package io.sallyport.cli.explain;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.method.Admitted;
import io.sallyport.method.Assertion;
import io.sallyport.method.Assertions;
import io.sallyport.method.Chosen;
import io.sallyport.oauth.Targets;
import io.sallyport.session.Sessions;
import io.sallyport.token.AccessToken;
import io.sallyport.token.VerifiedAccessToken;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Finds out what would become of a credential, by the code that logs in, and changes nothing: no token is minted, no use is
 * counted and no single use taken. Keys are fetched and clusters asked as for a login.
 *
 * @param ownAudience of our own API
 */
record CredentialCheck(
        CachedIdentities identities,
        Assertions assertions,
        Sessions sessions,
        Targets targets,
        String ownAudience,
        Instant now) {

    /** A login on the route of one method. */
    Diagnosis login(Assertion assertion, String client, Class<? extends AuthMethod<?>> method) {
        Trail trail = new Trail();
        try {
            Chosen<?> chosen = trail.along(
                    Way.LOGIN.steps(),
                    () -> Chosen.of(identities.uniformReads(), identity(client).id(), method));
            List<Step> steps =
                    Way.of(chosen.method()).flatMap(way -> way.steps().stream()).toList();
            note(trail, trail.along(steps, () -> assertions.admit(chosen, assertion, now)));
            return trail.granted();
        } catch (Refused refused) {
            return trail.stopped(refused);
        }
    }

    /** The same as a grant of the token service, for a target. */
    Diagnosis token(Assertion assertion, String client, Targets.Asked asked) {
        Trail trail = new Trail();
        try {
            Chosen<?> chosen =
                    trail.along(Way.TOKEN_SERVICE.steps(), () -> assertions.choose(assertion, Optional.of(client)));
            List<Step> steps = Way.of(chosen.method())
                    .flatMap(way -> way.stepsOnceRead().stream())
                    .toList();
            trail.expect(Way.TARGET.steps());
            note(trail, trail.along(steps, () -> assertions.admit(chosen, assertion, now)));
            trail.along(Way.TARGET.steps(), () -> targets.decide(chosen.identity(), asked));
            return trail.granted();
        } catch (Refused refused) {
            return trail.stopped(refused);
        }
    }

    /**
     * An access token of ours, as introspection would see it.
     *
     * @param address where it is used from; without one, addresses are not looked at
     */
    Diagnosis accessToken(String token, String client, Optional<String> address) {
        Trail trail = new Trail();
        try {
            VerifiedAccessToken verified = trail.along(Way.ACCESS_TOKEN.steps(), () -> sessions.verify(token, now));
            AccessToken shown = verified.token();
            boolean isOwn = shown.audience().equals(ownAudience);
            trail.note("It is " + shown.subject().id() + "'s, for " + shown.audience() + ", session "
                    + shown.session().id().value() + ", valid until " + shown.expiry() + ".");
            if (address.isPresent()) {
                trail.expect(Way.ADDRESS.steps());
            }
            trail.expect(Way.USES.steps());
            Way session = isOwn ? Way.SESSION : Way.SESSION_AT_RESOURCE;
            Sessions.Live live = trail.along(session.steps(), () -> sessions.requireLive(verified, now));
            if (!live.identity().isCalled(client)) {
                trail.note("It is not a token of " + Quoted.quote(client) + ".");
            }
            if (address.isPresent()) {
                trail.along(Way.ADDRESS.steps(), () -> requireTrusted(shown, address.get()));
            } else if (shown.session().trustedIps().isRestricted()) {
                trail.note("The client's address was not looked at; it must be in "
                        + shown.session().trustedIps().blocks() + ". Name it with --client-ip.");
            }
            trail.along(Way.USES.steps(), () -> requireUsesLeft(shown));
            return trail.granted();
        } catch (Refused refused) {
            return trail.stopped(refused);
        }
    }

    private static AccessToken requireTrusted(AccessToken token, String address) throws Refused {
        Sessions.requireTrusted(token, address);
        return token;
    }

    private AccessToken requireUsesLeft(AccessToken token) throws Refused {
        sessions.requireUsesLeft(token, now);
        return token;
    }

    /** The login methods that an identity has; empty if it is not found. */
    List<AuthMethod<?>> methods(String client) {
        try {
            return identity(client).methods().stream()
                    .filter(method -> Way.of(method).findAny().isPresent())
                    .toList();
        } catch (Refused refused) {
            return List.of();
        }
    }

    private Identity identity(String client) throws Refused {
        return identities
                .findClient(client)
                .orElseThrow(
                        () -> new Refused(Reason.UNKNOWN_IDENTITY, "there is no identity " + Quoted.quote(client)));
    }

    private static void note(Trail trail, Admitted admitted) {
        trail.note("Proven, by " + admitted.verified().attestation().method() + ": "
                + admitted.verified().attestation().facts());
        if (admitted.verified().singleUse().isPresent()) {
            trail.note("The token is good for one use. Whether it had that was not looked at, since that takes it.");
        }
    }
}
