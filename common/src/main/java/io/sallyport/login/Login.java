package io.sallyport.login;

import io.sallyport.CheckTrace;
import io.sallyport.Refused;
import io.sallyport.audit.Audit;
import io.sallyport.audit.Audited;
import io.sallyport.http.Handler;
import io.sallyport.http.Request;
import io.sallyport.http.Response;
import io.sallyport.identity.Attestation;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.identity.cache.UniformReads;
import io.sallyport.method.Admitted;
import io.sallyport.method.LoginCandidate;
import io.sallyport.method.Verified;
import io.sallyport.method.Verifier;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.TokenStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Supplier;

/**
 * A login with one platform's credential: parse, identity, verify, admit, mint, remember, audit, respond.
 *
 * @param <M> the auth method of that platform
 * @param <A> what its verifier vouches for
 */
public final class Login<M extends AuthMethod<A>, A extends Attestation> implements Audited {
    private final Class<M> methodType;
    private final Verifier<M, A> verifier;
    private final Services services;
    private final TokenIssuer sessions;

    /**
     * What every login needs, whatever the platform.
     *
     * @param ids makes unpredictable ids of 128 bits or more, in the characters of base64url
     */
    public record Services(
            CachedIdentities identities,
            TokenMinter minter,
            TokenStore tokens,
            LastLogins lastLogins,
            Audit.Log audit,
            InstantSource clock,
            Supplier<String> ids) {
        /** The issuer of sessions that uses these services. */
        public TokenIssuer sessions() {
            return new TokenIssuer(minter, tokens, lastLogins, ids);
        }
    }

    public Login(Class<M> methodType, Verifier<M, A> verifier, Services services) {
        this.methodType = methodType;
        this.verifier = verifier;
        this.services = services;
        this.sessions = services.sessions();
    }

    /** The handler of the login's route. */
    public Handler audited() {
        return writingTo(services.audit(), "login");
    }

    @Override
    public Response handle(Request request, Audit audit) throws Refused {
        LoginRequest login = LoginRequest.parse(request, verifier);
        audit.claimed(login.identityId());
        Instant now = services.clock().instant();
        Admitted admitted = admit(login, audit, now);
        TokenPolicy policy = admitted.method().policy();
        TokenIssuer.Issued issued =
                sessions.begin(admitted.identity(), admitted.method(), admitted.verified(), sessions.own(), now);
        audit.issued(issued.token());
        return TokenResponse.of(issued.jwt(), issued.token(), policy);
    }

    private Admitted admit(LoginRequest login, Audit audit, Instant now) throws Refused {
        UniformReads reads = services.identities().uniformReads();
        try {
            return admit(reads, login, audit, now);
        } catch (Refused refused) {
            if (!reads.again(refused)) {
                throw refused;
            }
            return admit(reads, login, audit, now);
        }
    }

    private Admitted admit(UniformReads reads, LoginRequest login, Audit audit, Instant now) throws Refused {
        LoginCandidate<M> chosen = LoginCandidate.of(reads, login.identityId(), methodType);
        audit.identity(chosen.identity().id());
        CheckTrace trace = verifier.checks(chosen.method()).begin();
        Verified<A> verified =
                verifier.verify(login.assertion(), chosen.identity().id(), chosen.method(), now, trace);
        audit.verified(verified.attestation().method(), verified.attestation().facts());
        return verifier.admit(chosen.identity(), chosen.method(), verified, trace);
    }
}
