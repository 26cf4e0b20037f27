package io.sallyport.oauth;

import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.Request;
import io.sallyport.identity.Identity;
import io.sallyport.identity.cache.CachedIdentities;
import io.sallyport.identity.cache.UniformReads;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.method.Admitted;
import io.sallyport.method.Assertion;
import io.sallyport.method.AssertionAuthenticator;
import io.sallyport.method.clientkey.ClientKeyAuth;
import io.sallyport.method.clientkey.ClientKeyVerifier;
import io.sallyport.method.clientsecret.ClientSecretAuthenticator;
import io.sallyport.secret.Secret;
import java.time.Instant;
import java.util.Optional;

/**
 * Authenticates clients (RFC 6749 §2.3): by a secret ({@code client_secret_basic}, {@code client_secret_post}), by
 * their own key ({@code private_key_jwt}), or by an assertion of their platform or of an issuer that they trust (RFC
 * 7523 §2.2).
 */
public final class ClientAuthenticator {
    static final String ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /** A JWT-SVID (draft-ietf-oauth-spiffe-client-auth §4.1). */
    static final String SPIFFE_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-spiffe";

    private final CachedIdentities identities;
    private final ClientSecretAuthenticator secrets;
    private final AssertionAuthenticator assertions;
    private final ClientKeyVerifier keys;

    public ClientAuthenticator(CachedIdentities identities, AssertionAuthenticator assertions, ClientKeyVerifier keys) {
        this.identities = identities;
        this.secrets = new ClientSecretAuthenticator(identities);
        this.assertions = assertions;
        this.keys = keys;
    }

    /**
     * @return the client; empty if the request has no client credential
     * @throws Refused if the credential is not admitted; {@link Reason#MALFORMED_REQUEST} if there are several
     */
    Optional<Admitted> authenticate(Request request, OAuthForm form, Instant now) throws Refused {
        Optional<BasicCredentials> basic = BasicCredentials.of(request.headers());
        Optional<String> secret = form.get("client_secret");
        Optional<String> assertion = form.get("client_assertion");
        if (count(basic) + count(secret) + count(assertion) > 1) {
            throw OAuthForm.malformed("more than one way of client authentication (RFC 6749 §2.3)");
        }
        Optional<String> clientId = form.get("client_id");
        if (basic.isPresent()) {
            if (clientId.isPresent() && !clientId.get().equals(basic.get().clientId())) {
                throw OAuthForm.malformed("client_id and the Basic credentials name different clients");
            }
            return Optional.of(
                    secrets.authenticate(basic.get().clientId(), basic.get().secret(), request.client(), now));
        }
        if (secret.isPresent()) {
            return Optional.of(
                    secrets.authenticate(form.require("client_id"), new Secret(secret.get()), request.client(), now));
        }
        if (assertion.isPresent()) {
            String type = form.require("client_assertion_type");
            if (!type.equals(ASSERTION_TYPE) && !type.equals(SPIFFE_ASSERTION_TYPE)) {
                throw OAuthForm.malformed(
                        "client_assertion_type must be " + ASSERTION_TYPE + " or " + SPIFFE_ASSERTION_TYPE);
            }
            UnverifiedJwt jwt = new Assertion(assertion.get()).parse();
            if (type.equals(SPIFFE_ASSERTION_TYPE)) {
                requireSvid(jwt);
            }
            return Optional.of(byAssertion(jwt, clientId, now));
        }
        return Optional.empty();
    }

    /** What is called a JWT-SVID must be one: a client's own key proves no SPIFFE ID. */
    private static void requireSvid(UnverifiedJwt jwt) throws Refused {
        String subject = jwt.unverifiedClaims().text("sub");
        if (!subject.startsWith(Assertion.SPIFFE_SCHEME)) {
            throw new Refused(
                    Reason.WRONG_TRUST_DOMAIN, "sub is " + Quoted.quote(subject) + " and must be a SPIFFE ID");
        }
    }

    private static int count(Optional<?> credential) {
        return credential.isPresent() ? 1 : 0;
    }

    private Admitted byAssertion(UnverifiedJwt assertion, Optional<String> clientId, Instant now) throws Refused {
        assertion.require(UnverifiedJwt.Type.JWT_OR_JOSE);
        Claims says = assertion.unverifiedClaims();
        Optional<String> own = ClientKeyVerifier.client(says);
        UniformReads reads = identities.uniformReads();
        own.ifPresent(reads::mayFindClient);
        // Declared even if the client's key decides and no such read follows: the timing must not tell.
        assertions.prepare(reads, says, clientId);
        try {
            return byAssertion(reads, own, assertion, clientId, now);
        } catch (Refused refused) {
            if (!reads.again(refused)) {
                throw refused;
            }
            return byAssertion(reads, own, assertion, clientId, now);
        }
    }

    private Admitted byAssertion(
            UniformReads reads, Optional<String> own, UnverifiedJwt assertion, Optional<String> clientId, Instant now)
            throws Refused {
        Optional<Identity> client = own.isEmpty() ? Optional.empty() : reads.findClient(own.get());
        Optional<ClientKeyAuth> auth = client.flatMap(identity -> identity.method(ClientKeyAuth.class));
        if (client.isEmpty() || auth.isEmpty()) {
            return assertions.admit(reads, assertion, clientId, now);
        }
        if (clientId.isPresent() && !client.get().isCalled(clientId.get())) {
            throw new Refused(
                    Reason.CLIENT_MISMATCH,
                    "the assertion belongs to another client than " + Quoted.quote(clientId.get()));
        }
        client.get().requireEnabled();
        CheckTrace trace = keys.checks(auth.get()).begin();
        var verified = keys.verify(assertion, client.get().id(), auth.get(), now, trace);
        return keys.admit(client.get(), auth.get(), verified, trace);
    }
}
