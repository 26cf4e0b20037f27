package io.sallyport.cli.explain;

import io.sallyport.Check;
import io.sallyport.Reason;
import io.sallyport.Remedy;
import io.sallyport.identity.document.Provider;
import io.sallyport.method.provider.Providers;
import java.util.Optional;

/**
 * What a reason means to an operator; a provider explains the reasons that only it gives. {@code docs/operations.md}
 * has the same texts.
 *
 * @param check the check that failed
 * @param cause the general cause; the detail in the audit line is specific to one request
 * @param remedy what to do about it
 */
record Explanation(Check check, String cause, String remedy) {
    static Explanation of(Reason reason) {
        return switch (reason) {
            case MALFORMED_REQUEST ->
                new Explanation(
                        Check.REQUEST,
                        "The request cannot be read: no JSON or form, a parameter that is missing or stands "
                                + "twice, or two ways of authentication at once.",
                        "Send what the route takes; the detail says what is wrong.");
            case BODY_TOO_LARGE ->
                new Explanation(
                        Check.REQUEST,
                        "The body is larger than 64 KiB.",
                        "Send the token alone; no platform's token is that long.");
            case UNSUPPORTED_MEDIA_TYPE ->
                new Explanation(
                        Check.REQUEST,
                        "The Content-Type is not one that the route reads.",
                        "Send application/json or application/x-www-form-urlencoded in UTF-8; the token service "
                                + "takes forms alone.");
            case INVALID_FIELDS ->
                new Explanation(
                        Check.REQUEST,
                        "A field is missing or of the wrong form.",
                        "Mend the fields that the detail names.");
            case UNKNOWN_IDENTITY ->
                new Explanation(
                        Check.IDENTITY,
                        "There is no identity of that id or alias, or it was deleted, or none that can be found "
                                + "without client_id.",
                        "Compare identityId or client_id with what is stored. It must be in the very store that "
                                + "the function reads.");
            case IDENTITY_DISABLED ->
                new Explanation(
                        Check.ENABLED,
                        "Somebody disabled the identity, or one that acts for it.",
                        "Enable it, if that was not on purpose.");
            case IDENTITY_INVALID ->
                new Explanation(
                        Check.IDENTITY,
                        "What is stored is not a valid identity, or two identities claim the same alias or "
                                + "audience.",
                        "Mend the document; the detail names the field. Until then the identity cannot log in.");
            case NO_AUTH_METHOD ->
                new Explanation(
                        Check.METHOD,
                        "The identity has no auth method for this kind of token, or the session's was removed.",
                        "Attach the method, or log in by the route and as the identity that have it.");
            case UNCONSTRAINED_AUTH_METHOD ->
                new Explanation(
                        Check.IDENTITY,
                        "An auth method is stored that workloads of unrelated organizations could satisfy: it has no "
                                + "constraint, or only zones, names of service accounts, or a public issuer's subject of "
                                + "any owner.",
                        "Set what says whose workload it is (docs/constraints.md), or * for any, in what is stored; "
                                + "identities of Terraform and of files are corrected there.");
            case AMBIGUOUS_CLIENT ->
                new Explanation(
                        Check.IDENTITY, "Without client_id, several identities could be meant.", "Send client_id.");
            case CLIENT_MISMATCH ->
                new Explanation(
                        Check.CLIENT,
                        "The credential is of another client than the one that is named, or that has "
                                + "authenticated.",
                        "Name the client whose credential it is, or leave client_id away.");
            case CLIENT_NOT_AUTHENTICATED ->
                new Explanation(
                        Check.CLIENT,
                        "The request holds no credential of a client.",
                        "Authenticate by an assertion, an own key or a client secret.");
            case ASSERTION_MALFORMED ->
                new Explanation(
                        Check.FORM,
                        "The token is no JWT in compact form, or has no usable alg or kid.",
                        "Send the token as the platform gives it, whole and without quotes or line breaks.");
            case HEADER_NOT_ALLOWED ->
                new Explanation(
                        Check.FORM,
                        "The token's header names keys of its own or extensions.",
                        "Sign without jwk, jku, x5c, x5u, crit, b64 and zip. No platform sends them: think of an "
                                + "attack.");
            case ALGORITHM_NOT_ALLOWED ->
                new Explanation(
                        Check.ALGORITHM,
                        "The token is signed by another algorithm than its issuer is known for.",
                        "Sign as the issuer's keys are configured. From a platform: think of an attack.");
            case TOKEN_TYPE_NOT_ALLOWED ->
                new Explanation(
                        Check.FORM,
                        "The token is of another type: an access token in place of an assertion, or the reverse.",
                        "Send the platform's token to a login, and the access token to everything else.");
            case UNKNOWN_KEY ->
                new Explanation(
                        Check.KEY,
                        "The issuer publishes no key of the token's kid.",
                        "Get a fresh token. After a rotation wait 30 s. If it stays so, the token is of another "
                                + "issuer, account or tenant.");
            case KEY_EXPIRED ->
                new Explanation(
                        Check.KEY_TIMES,
                        "The key that signed is not valid now.",
                        "Get a fresh token; check the clock of whatever runs Sallyport.");
            case BAD_SIGNATURE ->
                new Explanation(
                        Check.SIGNATURE,
                        "The signature is not that of the key that the token names.",
                        "Send the token unchanged. From a platform: think of an attack.");
            case WRONG_ISSUER ->
                new Explanation(
                        Check.ISSUER,
                        "The token is of another issuer than expected.",
                        "Use a token of the issuer that is configured, or mend the configuration: it must be the "
                                + "same byte by byte.");
            case WRONG_AUDIENCE ->
                new Explanation(
                        Check.AUDIENCE,
                        "The token is meant for somebody else.",
                        "Ask for it with the audience that is expected: the identity's id on Google Cloud, "
                                + "resource on Azure, allowedAudience on Kubernetes.");
            case CLAIM_MISSING ->
                new Explanation(
                        Check.CLAIMS,
                        "The token lacks a claim.",
                        "Ask the platform for the kind of token that the auth method takes; the detail names the "
                                + "claim.");
            case CLAIM_MALFORMED ->
                new Explanation(
                        Check.CLAIMS,
                        "A claim is of the wrong form.",
                        "Ask the platform for the kind of token that the auth method takes; the detail names the "
                                + "claim.");
            case EXPIRED ->
                new Explanation(
                        Check.TIMES,
                        "The token has expired.",
                        "Get a fresh one for each login; if it is fresh, mend the clocks.");
            case NOT_YET_VALID ->
                new Explanation(
                        Check.TIMES,
                        "The token begins in the future.",
                        "Mend the clock of whoever signed it, or ours: more than 60 s apart is too much.");
            case LIFETIME_TOO_LONG ->
                new Explanation(
                        Check.TIMES,
                        "The token lives longer than any of this kind should.",
                        "Sign it for a shorter time. On Kubernetes, a pod's default token is valid for about a year, too "
                                + "long for tokenReviewMode jwks: mount one for allowedAudience, with expirationSeconds of "
                                + "86400 at most.");
            case SUBJECT_NOT_SERVICE_ACCOUNT ->
                new Explanation(
                        Check.SUBJECT,
                        "The token is not a service account's.",
                        "Use the token of a workload; for Google's signed JWTs sub is the e-mail address of the "
                                + "account.");
            case ASSERTION_REUSED ->
                new Explanation(
                        Check.SINGLE_USE,
                        "The token was used before, and is good for one use.",
                        "Sign a fresh one for each login. If nobody did it twice, it was stolen: see the incident"
                                + " steps.");
            case SERVICE_ACCOUNT_NOT_ALLOWED ->
                new Explanation(
                        Check.SERVICE_ACCOUNT,
                        "The service account is not on the identity's list.",
                        "Add it, if it should be admitted. An account made anew has another id.");
            case UNSUPPORTED_GRANT_TYPE ->
                new Explanation(
                        Check.REQUEST,
                        "The grant_type is none that the token service knows.",
                        "Use client_credentials, jwt-bearer or token-exchange, spelt as discovery lists them.");
            case GRANT_MISSING ->
                new Explanation(
                        Check.GRANT,
                        "The client, or a resource that acts for it, has no grant for the audience.",
                        "Add the grant to the one that the detail names, if it should have one; names are compared byte by byte.");
            case AUDIENCE_DISABLED ->
                new Explanation(
                        Check.AUDIENCE_OWNER,
                        "Whoever answers for the audience is disabled.",
                        "Enable that identity, if it was not disabled on purpose.");
            case SCOPE_NOT_GRANTED ->
                new Explanation(
                        Check.SCOPE,
                        "A scope is not granted, is no longer granted, or the audience does not know it.",
                        "Add it to the grant and to the audience, or ask for less.");
            case EXCHANGE_NOT_ALLOWED ->
                new Explanation(
                        Check.EXCHANGE,
                        "The token may not be exchanged by this client, or has passed through too many hands.",
                        "Let the resource that the token is for authenticate and exchange it.");
            case TOKEN_NOT_OWNED ->
                new Explanation(
                        Check.TOKEN_OWNER,
                        "The caller wants to revoke the token of another.",
                        "Revoke it as its owner or as an admin.");
            case TOKEN_TOO_LONG ->
                new Explanation(
                        Check.LENGTH,
                        "The access token would be longer than what is read (16 KiB), or the facts of the platform's "
                                + "token leave no room for the rest.",
                        "Shorten what the identity puts into its tokens: name, projects, trusted IPs, scopes; or the "
                                + "claims that its trusted issuers must vouch for.");
            case ACCESS_TOKEN_INVALID ->
                new Explanation(
                        Check.ACCESS_TOKEN,
                        "It is no access token of ours for this use: another issuer, key, type or audience, or "
                                + "changed.",
                        "Log in again. After an emergency rotation, that is all there is to do.");
            case ACCESS_TOKEN_EXPIRED ->
                new Explanation(Check.ACCESS_TOKEN, "The access token has expired.", "Log in again, or renew in time.");
            case SESSION_REVOKED ->
                new Explanation(
                        Check.SESSION,
                        "The session was revoked, or a mark on its identity or on one that acts for it revokes the token.",
                        "Log in again. If nobody revoked it on purpose, look in the audit log for who did.");
            case SESSION_ENDED ->
                new Explanation(
                        Check.SESSION_END,
                        "The session has lasted as long as accessTokenMaxTTL allows.",
                        "Log in again.");
            case USES_EXHAUSTED ->
                new Explanation(
                        Check.USES,
                        "The session's uses are taken.",
                        "Log in again, or raise accessTokenNumUsesLimit. If nobody used it so often, it was "
                                + "stolen.");
            case CLIENT_ADDRESS_NOT_TRUSTED ->
                new Explanation(
                        Check.ADDRESS,
                        "The caller's address is not trusted, or not known.",
                        "Add it to accessTokenTrustedIps. Behind a proxy of yours, check "
                                + "SALLYPORT_FORWARDED_HOPS; at introspection, send client_ip.");
            case AUDIENCE_NOT_OWNED ->
                new Explanation(
                        Check.AUDIENCE_OWNED,
                        "The caller asks about a token for an audience that it does not own, or an actor of the token no "
                                + "longer owns the audience that it exchanged from.",
                        "Add the audience to the one that the detail names, if it is its.");
            case TOKEN_MISSING ->
                new Explanation(
                        Check.TOKEN,
                        "The request to the admin API has no bearer token.",
                        "Log in, and send the access token as Authorization: Bearer.");
            case ROLE_MISSING ->
                new Explanation(
                        Check.ROLE,
                        "The caller's role is neither admin nor, for reading, viewer.",
                        "Give the caller the role, or let somebody who has it do it.");
            case NO_SUCH_IDENTITY ->
                new Explanation(
                        Check.FOUND,
                        "There is no identity of that id to manage.",
                        "List the identities; an alias is no id here.");
            case NO_SUCH_METHOD ->
                new Explanation(
                        Check.FOUND,
                        "The identity has no such auth method or client secret.",
                        "Look at what the identity has, and attach the method first.");
            case IDENTITY_EXISTS ->
                new Explanation(
                        Check.FREE,
                        "There is an identity of that id already.",
                        "Choose another id, or change the one that is there.");
            case METHOD_EXISTS ->
                new Explanation(
                        Check.FREE,
                        "The identity has an auth method of that kind already.",
                        "Change it rather than attach it, or remove it first.");
            case NAME_TAKEN ->
                new Explanation(
                        Check.NAMES,
                        "Another identity has the alias or the audience.",
                        "Choose another, or take it from the other first.");
            case MANAGED_ELSEWHERE ->
                new Explanation(
                        Check.MANAGED_HERE,
                        "The identity is owned elsewhere, such as by Terraform.",
                        "Change it where it is owned; the answer says where.");
            case STORED_IDENTITY_INVALID ->
                new Explanation(
                        Check.MANAGED_HERE,
                        "What is stored under that id is not a valid identity, so it cannot be changed in part.",
                        "Store it anew as a whole; the answer names the field.");
            case CHANGED_MEANWHILE ->
                new Explanation(
                        Check.MANAGED_HERE,
                        "While the secret was encrypted, others changed the host or CA that it is bound to; nothing was"
                                + " stored.",
                        "Send the change again.");
            case DELETE_PROTECTED ->
                new Explanation(
                        Check.MANAGED_HERE,
                        "The identity is protected from deletion.",
                        "Set hasDeleteProtection to false first, if it is really to go.");
            case KEYS_UNAVAILABLE ->
                new Explanation(
                        Check.KEY,
                        "The issuer's keys, or Cloud KMS, do not answer or answer something else.",
                        "Look whether the issuer is up and reachable from here; it is tried again every 5 s.");
            case KEYS_TIMEOUT ->
                new Explanation(
                        Check.KEY,
                        "The issuer's keys, or Cloud KMS, do not answer in time.",
                        "Look whether the issuer is up and reachable from here; it is tried again every 5 s.");
            case HOST_NOT_ALLOWED ->
                new Explanation(
                        Check.REVIEW,
                        "The host of a cluster or issuer has an address to which nothing is sent. It stays so until the "
                                + "configuration changes.",
                        "Configure a host with a public address. SALLYPORT_ALLOW_PRIVATE_HOSTS=true allows private "
                                + "addresses, never loopback, link-local or metadata ones.");
            case STORE_UNAVAILABLE ->
                new Explanation(
                        Check.STORE,
                        "The store does not answer.",
                        "Look at Firestore's status, and at the function's rights and network; or at the file and"
                                + " its disk.");
            case STORE_TIMEOUT ->
                new Explanation(
                        Check.STORE,
                        "The store does not answer in time.",
                        "Look at Firestore's latency and contention; or at who holds the file.");
            case REVOCATION_TOO_RECENT ->
                new Explanation(
                        Check.VOID_MARK,
                        "The identity's sessions were revoked at this very moment, or by a mark in the future.",
                        "Log in again after a second; if it stays, correct notBefore or methodNotBefore of the identity.");
            case INTERNAL_ERROR ->
                new Explanation(
                        Check.OURSELVES,
                        "A bug, or a resource that ran out.",
                        "Look for the line internal error with this request id, and report it.");
            case KEY_NOT_ROTATED,
                    EXPIRY_REQUIRED,
                    EMAIL_NOT_VERIFIED,
                    COMPUTE_CLAIMS_MISSING,
                    PROJECT_NOT_ALLOWED,
                    ZONE_NOT_ALLOWED,
                    WRONG_TENANT,
                    SERVICE_PRINCIPAL_NOT_ALLOWED,
                    AZURE_RESOURCE_NOT_ALLOWED,
                    NOT_AUTHENTICATED,
                    NAMESPACE_NOT_ALLOWED,
                    REVIEWER_REFUSED,
                    REVIEW_UNAVAILABLE,
                    REVIEW_TIMEOUT,
                    TOO_MANY_REVIEWS,
                    REVIEW_MODE_UNSUPPORTED,
                    SECRET_UNREADABLE,
                    SUBJECT_NOT_ALLOWED,
                    CLAIM_NOT_ALLOWED,
                    BAD_CLIENT_SECRET -> ofProvider(reason);
        };
    }

    private static Explanation ofProvider(Reason reason) {
        for (Provider<?> provider : Providers.DOCUMENTS.providers().all()) {
            Optional<Remedy> remedy = provider.remedy(reason);
            if (remedy.isPresent()) {
                return new Explanation(
                        remedy.get().check(), remedy.get().cause(), remedy.get().action());
            }
        }
        throw new IllegalStateException("no provider explains " + reason);
    }
}
