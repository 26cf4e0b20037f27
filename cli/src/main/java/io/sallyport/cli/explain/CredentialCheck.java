package io.sallyport.cli.explain;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Identity;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.method.Admitted;
import io.sallyport.method.Assertion;
import io.sallyport.method.AssertionAuthenticator;
import io.sallyport.method.LoginCandidate;
import io.sallyport.oauth.GrantPolicy;
import io.sallyport.session.Sessions;
import io.sallyport.token.AccessToken;
import io.sallyport.token.VerifiedAccessToken;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Finds out how a credential would fare, with the code that logs in but without side effects: it mints no token, counts
 * no use and marks no assertion as used. Keys are fetched and clusters asked as in a login.
 *
 * @param ownAudience of our own API
 */
record CredentialCheck(
        CachedIdentities identities,
        AssertionAuthenticator assertions,
        Sessions sessions,
        GrantPolicy targets,
        String ownAudience,
        Instant now) {

    /** Diagnoses a login on the route of one method. */
    Diagnosis login(Assertion assertion, String client, Class<? extends AuthMethod<?>> method) {
        DiagnosisBuilder diagnosis = new DiagnosisBuilder();
        try {
            LoginCandidate<?> chosen = diagnosis.run(
                    LoginCandidate.CHECKS,
                    trace -> LoginCandidate.of(
                            identities.uniformReads(), identity(client).id(), method, trace));
            admit(chosen, assertion, diagnosis);
            return diagnosis.granted();
        } catch (Refused refused) {
            return diagnosis.stopped(refused);
        }
    }

    /** Diagnoses a grant of the token service, for a target. */
    Diagnosis token(Assertion assertion, String client, GrantPolicy.TargetRequest asked) {
        DiagnosisBuilder diagnosis = new DiagnosisBuilder();
        try {
            LoginCandidate<?> chosen = diagnosis.run(
                    AssertionAuthenticator.CHOICE_CHECKS,
                    trace -> assertions.choose(assertion.parse(), Optional.of(client), trace));
            diagnosis.expect(GrantPolicy.CHECKS);
            admit(chosen, assertion, diagnosis);
            diagnosis.run(GrantPolicy.CHECKS, trace -> targets.decide(chosen.identity(), asked, trace));
            return diagnosis.granted();
        } catch (Refused refused) {
            return diagnosis.stopped(refused);
        }
    }

    private void admit(LoginCandidate<?> chosen, Assertion assertion, DiagnosisBuilder diagnosis) throws Refused {
        Admitted admitted = diagnosis.run(
                assertions.checks(chosen.method()).orElseThrow(),
                trace -> assertions.admit(chosen, assertion, now, trace));
        diagnosis.note("Proven, by " + admitted.verified().attestation().method() + ": "
                + admitted.verified().attestation().facts());
        if (admitted.verified().singleUse().isPresent()) {
            diagnosis.note(
                    "The token is valid for one use. Whether it was used already was not checked, because the check would use it.");
        }
    }

    /**
     * Diagnoses an access token of ours, as introspection would judge it.
     *
     * @param address where it is used from; without one, addresses are not checked
     */
    Diagnosis accessToken(String token, String client, Optional<String> address) {
        DiagnosisBuilder diagnosis = new DiagnosisBuilder();
        try {
            VerifiedAccessToken verified = diagnosis.run(Sessions.TOKEN_CHECKS, trace -> sessions.verify(token, now));
            AccessToken shown = verified.token();
            diagnosis.note("It is " + shown.subject().id() + "'s, for " + shown.audience() + ", session "
                    + shown.session().id().value() + ", valid until " + shown.expiry() + ".");
            if (address.isPresent()) {
                diagnosis.expect(Sessions.ADDRESS_CHECKS);
            }
            diagnosis.expect(Sessions.USES_CHECKS);
            Sessions.Live live =
                    diagnosis.run(sessions.checks(verified), trace -> sessions.requireLive(verified, now, trace));
            if (!live.identity().isCalled(client)) {
                diagnosis.note("It is not a token of " + Quoted.quote(client) + ".");
            }
            if (address.isPresent()) {
                diagnosis.run(Sessions.ADDRESS_CHECKS, trace -> requireTrusted(shown, address.get()));
            } else if (shown.session().trustedIps().isRestricted()) {
                diagnosis.note("The client's address was not checked; it must be in "
                        + shown.session().trustedIps().blocks() + ". Pass it with --client-ip.");
            }
            diagnosis.run(Sessions.USES_CHECKS, trace -> requireUsesLeft(shown));
            return diagnosis.granted();
        } catch (Refused refused) {
            return diagnosis.stopped(refused);
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

    /** The login methods of an identity; empty if it is not found. */
    List<AuthMethod<?>> methods(String client) {
        try {
            return identity(client).methods().stream()
                    .filter(method -> assertions.checks(method).isPresent())
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
}
