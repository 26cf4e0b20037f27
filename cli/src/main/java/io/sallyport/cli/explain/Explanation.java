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
                        "The request cannot be parsed: it is not JSON or a form, a parameter is missing or "
                                + "repeated, or it authenticates in two ways at once.",
                        "Send what the route accepts; the detail says what is wrong.");
            case BODY_TOO_LARGE ->
                new Explanation(
                        Check.REQUEST,
                        "The body is larger than 64 KiB.",
                        "Send only the token; no platform's token is that long.");
            case UNSUPPORTED_MEDIA_TYPE ->
                new Explanation(
                        Check.REQUEST,
                        "The route does not accept this Content-Type.",
                        "Send application/json or application/x-www-form-urlencoded in UTF-8; the token service "
                                + "accepts forms only.");
            case INVALID_FIELDS ->
                new Explanation(
                        Check.REQUEST, "A field is missing or malformed.", "Fix the fields that the detail names.");
            case UNKNOWN_IDENTITY ->
                new Explanation(
                        Check.IDENTITY,
                        "No identity has this id or alias, it was deleted, or it cannot be found without "
                                + "client_id.",
                        "Compare identityId or client_id with the stored identity, and check that it is in the "
                                + "store that the function reads.");
            case IDENTITY_DISABLED ->
                new Explanation(
                        Check.ENABLED,
                        "The identity, or one that acts for it, is disabled.",
                        "Enable it, if it was not disabled on purpose.");
            case IDENTITY_INVALID ->
                new Explanation(
                        Check.IDENTITY,
                        "The stored document is not a valid identity, or two identities claim the same alias or "
                                + "audience.",
                        "Fix the document; the detail names the field. Until then the identity cannot log in.");
            case NO_AUTH_METHOD ->
                new Explanation(
                        Check.METHOD,
                        "The identity has no auth method for this kind of token, or the session's auth method was"
                                + " removed.",
                        "Add the auth method, or use the route and the identity that have it.");
            case UNCONSTRAINED_AUTH_METHOD ->
                new Explanation(
                        Check.IDENTITY,
                        "Workloads of unrelated organizations could satisfy a stored auth method: it has no "
                                + "constraint, or only zones, names of service accounts, or a public issuer's subject of "
                                + "any owner.",
                        "Add a constraint that says whose workload it is (docs/constraints.md), or * for any, to "
                                + "the stored identity; if Terraform or a file manages it, change it there.");
            case AMBIGUOUS_CLIENT ->
                new Explanation(
                        Check.IDENTITY,
                        "Without client_id, the request could mean several identities.",
                        "Send client_id.");
            case CLIENT_MISMATCH ->
                new Explanation(
                        Check.CLIENT,
                        "The credential belongs to another client than the one that was named or authenticated.",
                        "Name the client that the credential belongs to, or omit client_id.");
            case CLIENT_NOT_AUTHENTICATED ->
                new Explanation(
                        Check.CLIENT,
                        "The request has no client credential.",
                        "Authenticate with an assertion, the client's own key or a client secret.");
            case ASSERTION_MALFORMED ->
                new Explanation(
                        Check.FORM,
                        "The token is not a JWT in compact form, or has no usable alg or kid.",
                        "Send the token exactly as the platform issued it, without quotes or line breaks.");
            case HEADER_NOT_ALLOWED ->
                new Explanation(
                        Check.FORM,
                        "The token's header carries keys or uses extensions.",
                        "Sign without jwk, jku, x5c, x5u, crit, b64 and zip. No platform sends them: suspect an "
                                + "attack.");
            case ALGORITHM_NOT_ALLOWED ->
                new Explanation(
                        Check.ALGORITHM,
                        "The token is signed with an algorithm that its issuer does not use.",
                        "Sign with the algorithm configured for the issuer's keys. If the token seems to come "
                                + "from a platform, suspect an attack.");
            case TOKEN_TYPE_NOT_ALLOWED ->
                new Explanation(
                        Check.FORM,
                        "The token is of the wrong type: an access token instead of an assertion, or the reverse.",
                        "Send the platform's token to log in, and the access token everywhere else.");
            case UNKNOWN_KEY ->
                new Explanation(
                        Check.KEY,
                        "The issuer publishes no key with the token's kid.",
                        "Get a fresh token. After a key rotation, wait 30 s. If the error persists, the token "
                                + "comes from another issuer, account or tenant.");
            case KEY_EXPIRED ->
                new Explanation(
                        Check.KEY_TIMES,
                        "The key that signed the token is not valid now.",
                        "Get a fresh token; check the clock of the machine that runs Sallyport.");
            case BAD_SIGNATURE ->
                new Explanation(
                        Check.SIGNATURE,
                        "The signature does not match the key that the token names.",
                        "Send the token unchanged. If it seems to come from a platform, suspect an attack.");
            case WRONG_ISSUER ->
                new Explanation(
                        Check.ISSUER,
                        "The token's issuer is not the expected one.",
                        "Use a token of the configured issuer, or fix the configuration; issuers are compared "
                                + "byte by byte.");
            case WRONG_AUDIENCE ->
                new Explanation(
                        Check.AUDIENCE,
                        "The token is meant for another audience.",
                        "Request it for the expected audience: the identity's id on Google Cloud, resource on "
                                + "Azure, allowedAudience on Kubernetes.");
            case CLAIM_MISSING ->
                new Explanation(
                        Check.CLAIMS,
                        "The token lacks a required claim.",
                        "Get the kind of token that the auth method accepts; the detail names the claim.");
            case CLAIM_MALFORMED ->
                new Explanation(
                        Check.CLAIMS,
                        "A claim is malformed.",
                        "Get the kind of token that the auth method accepts; the detail names the claim.");
            case EXPIRED ->
                new Explanation(
                        Check.TIMES,
                        "The token has expired.",
                        "Get a fresh token for each login; if it is fresh, correct the clocks.");
            case NOT_YET_VALID ->
                new Explanation(
                        Check.TIMES,
                        "The token is not valid yet.",
                        "Correct the signer's clock or Sallyport's; they may differ by at most 60 s.");
            case LIFETIME_TOO_LONG ->
                new Explanation(
                        Check.TIMES,
                        "The token's lifetime is longer than allowed for its kind.",
                        "Sign it for a shorter time. On Kubernetes, a pod's default token is valid for about a "
                                + "year, too long for tokenReviewMode jwks: mount one for allowedAudience, with "
                                + "expirationSeconds of at most 86400.");
            case SUBJECT_NOT_SERVICE_ACCOUNT ->
                new Explanation(
                        Check.SUBJECT,
                        "The token's subject is not a service account.",
                        "Use a workload's token; in JWTs signed through Google, sub is the account's e-mail "
                                + "address.");
            case ASSERTION_REUSED ->
                new Explanation(
                        Check.SINGLE_USE,
                        "The token was used before, and is valid for one use.",
                        "Sign a fresh token for each login. If none of your workloads sent it twice, it was "
                                + "stolen: follow the incident steps.");
            case SERVICE_ACCOUNT_NOT_ALLOWED ->
                new Explanation(
                        Check.SERVICE_ACCOUNT,
                        "The service account is not on the identity's list.",
                        "Add it, if it should be admitted. A re-created account has a new id.");
            case UNSUPPORTED_GRANT_TYPE ->
                new Explanation(
                        Check.REQUEST,
                        "The token service does not support this grant_type.",
                        "Use client_credentials, jwt-bearer or token-exchange, spelled as in the discovery "
                                + "document.");
            case GRANT_MISSING ->
                new Explanation(
                        Check.GRANT,
                        "The client, or a resource that acts for it, has no grant for the audience.",
                        "Add the grant to the identity that the detail names, if it should have one; names are "
                                + "compared byte by byte.");
            case AUDIENCE_DISABLED ->
                new Explanation(
                        Check.AUDIENCE_OWNER,
                        "The identity that owns the audience is disabled.",
                        "Enable that identity, if it was not disabled on purpose.");
            case SCOPE_NOT_GRANTED ->
                new Explanation(
                        Check.SCOPE,
                        "A scope is not granted, is no longer granted, or is unknown to the audience.",
                        "Add it to the grant and to the audience, or request fewer scopes.");
            case EXCHANGE_NOT_ALLOWED ->
                new Explanation(
                        Check.EXCHANGE,
                        "This client may not exchange the token, or the token was already exchanged too many "
                                + "times.",
                        "Let the resource that the token is for authenticate and exchange it.");
            case TOKEN_NOT_OWNED ->
                new Explanation(
                        Check.TOKEN_OWNER,
                        "The caller tried to revoke another identity's token.",
                        "Revoke it as its owner or as an admin.");
            case TOKEN_TOO_LONG ->
                new Explanation(
                        Check.LENGTH,
                        "The access token would exceed 16 KiB, the most that Sallyport reads, or the facts of the"
                                + " platform's token leave no room for the rest.",
                        "Shorten what the identity puts into its tokens (name, projects, trusted IPs, scopes), or"
                                + " the claims that its trusted issuers must vouch for.");
            case ACCESS_TOKEN_INVALID ->
                new Explanation(
                        Check.ACCESS_TOKEN,
                        "The token is not an access token of Sallyport's for this use: it has another issuer, "
                                + "key, type or audience, or was changed.",
                        "Log in again. After an emergency rotation, nothing else is needed.");
            case ACCESS_TOKEN_EXPIRED ->
                new Explanation(Check.ACCESS_TOKEN, "The access token has expired.", "Log in again, or renew in time.");
            case SESSION_REVOKED ->
                new Explanation(
                        Check.SESSION,
                        "The session was revoked, or a mark on its identity or on one that acts for it revokes "
                                + "the token.",
                        "Log in again. If it was not revoked on purpose, look in the audit log for who revoked "
                                + "it.");
            case SESSION_ENDED ->
                new Explanation(
                        Check.SESSION_END,
                        "The session has lasted as long as accessTokenMaxTTL allows.",
                        "Log in again.");
            case USES_EXHAUSTED ->
                new Explanation(
                        Check.USES,
                        "The session has no uses left.",
                        "Log in again, or raise accessTokenNumUsesLimit. If your workloads did not use it that "
                                + "often, it was stolen.");
            case CLIENT_ADDRESS_NOT_TRUSTED ->
                new Explanation(
                        Check.ADDRESS,
                        "The caller's address is not trusted, or is unknown.",
                        "Add it to accessTokenTrustedIps. Behind your own proxy, check SALLYPORT_FORWARDED_HOPS; "
                                + "at introspection, send client_ip.");
            case AUDIENCE_NOT_OWNED ->
                new Explanation(
                        Check.AUDIENCE_OWNED,
                        "The caller asks about a token for an audience that it does not own, or an actor of the "
                                + "token no longer owns the audience that it exchanged from.",
                        "Add the audience to the identity that the detail names, if it should own it.");
            case TOKEN_MISSING ->
                new Explanation(
                        Check.TOKEN,
                        "The request to the admin API has no bearer token.",
                        "Log in, and send the access token as Authorization: Bearer.");
            case ROLE_MISSING ->
                new Explanation(
                        Check.ROLE,
                        "The caller's role is neither admin nor, for reading, viewer.",
                        "Give the caller the role, or ask someone who has it.");
            case NO_SUCH_IDENTITY ->
                new Explanation(
                        Check.FOUND,
                        "There is no identity with this id to manage.",
                        "List the identities; an alias is not accepted here.");
            case NO_SUCH_METHOD ->
                new Explanation(
                        Check.FOUND,
                        "The identity has no such auth method or client secret.",
                        "Show the identity to see what it has; add the auth method first.");
            case IDENTITY_EXISTS ->
                new Explanation(
                        Check.FREE,
                        "An identity with this id already exists.",
                        "Choose another id, or change the existing identity.");
            case METHOD_EXISTS ->
                new Explanation(
                        Check.FREE,
                        "The identity already has an auth method of this kind.",
                        "Change it, or remove it first.");
            case NAME_TAKEN ->
                new Explanation(
                        Check.NAMES,
                        "Another identity has the alias or the audience.",
                        "Choose another name, or remove it from the other identity first.");
            case MANAGED_ELSEWHERE ->
                new Explanation(
                        Check.MANAGED_HERE,
                        "The identity is managed elsewhere, such as by Terraform.",
                        "Change it there; the answer says where.");
            case STORED_IDENTITY_INVALID ->
                new Explanation(
                        Check.MANAGED_HERE,
                        "The document stored under that id is not a valid identity, so it cannot be changed in "
                                + "part.",
                        "Store the whole document again; the answer names the field.");
            case CHANGED_MEANWHILE ->
                new Explanation(
                        Check.MANAGED_HERE,
                        "While the secret was being encrypted, another change replaced the host or CA that it is "
                                + "bound to; nothing was stored.",
                        "Send the change again.");
            case DELETE_PROTECTED ->
                new Explanation(
                        Check.MANAGED_HERE,
                        "The identity is protected from deletion.",
                        "Set hasDeleteProtection to false first, if it should be deleted.");
            case KEYS_UNAVAILABLE ->
                new Explanation(
                        Check.KEY,
                        "The issuer's keys cannot be fetched, or Cloud KMS cannot be used: no answer, or an "
                                + "unexpected one.",
                        "Check that the issuer is up and reachable from here; Sallyport tries again every 5 s.");
            case KEYS_TIMEOUT ->
                new Explanation(
                        Check.KEY,
                        "The issuer's keys, or Cloud KMS, do not answer in time.",
                        "Check that the issuer is up and reachable from here; Sallyport tries again every 5 s.");
            case HOST_NOT_ALLOWED ->
                new Explanation(
                        Check.REVIEW,
                        "The host of a cluster or issuer has an address that Sallyport never sends to. This lasts"
                                + " until the configuration changes.",
                        "Configure a host with a public address. SALLYPORT_ALLOW_PRIVATE_HOSTS=true allows "
                                + "private addresses, never loopback, link-local or metadata ones.");
            case STORE_UNAVAILABLE ->
                new Explanation(
                        Check.STORE,
                        "The store does not answer.",
                        "Check Firestore's status, and the function's permissions and network; for SQLite, the "
                                + "file and its disk.");
            case STORE_TIMEOUT ->
                new Explanation(
                        Check.STORE,
                        "The store does not answer in time.",
                        "Check Firestore's latency and contention; for SQLite, which process holds the file.");
            case REVOCATION_TOO_RECENT ->
                new Explanation(
                        Check.REVOCATION_MARK,
                        "The identity's sessions were revoked at this very moment, or as of a time in the future.",
                        "Log in again after a second; if the error persists, correct the identity's notBefore or "
                                + "methodNotBefore.");
            case INTERNAL_ERROR ->
                new Explanation(
                        Check.OURSELVES,
                        "A bug, or an exhausted resource.",
                        "Find the log line internal error with this request id, and report it.");
            case KEY_NOT_ROTATED,
                    EXPIRY_REQUIRED,
                    EMAIL_NOT_VERIFIED,
                    COMPUTE_CLAIMS_MISSING,
                    PROJECT_NOT_ALLOWED,
                    ZONE_NOT_ALLOWED,
                    WRONG_TENANT,
                    SERVICE_PRINCIPAL_NOT_ALLOWED,
                    AZURE_RESOURCE_NOT_ALLOWED,
                    WRONG_TRUST_DOMAIN,
                    SPIFFE_ID_NOT_ALLOWED,
                    NOT_AUTHENTICATED,
                    NAMESPACE_NOT_ALLOWED,
                    POD_NOT_ALLOWED,
                    NODE_NOT_ALLOWED,
                    REVIEWER_REFUSED,
                    REVIEW_UNAVAILABLE,
                    REVIEW_TIMEOUT,
                    TOO_MANY_REVIEWS,
                    REVIEW_MODE_UNSUPPORTED,
                    SECRET_UNREADABLE,
                    SUBJECT_NOT_ALLOWED,
                    CLAIM_NOT_ALLOWED,
                    SIGNED_REQUEST_MALFORMED,
                    SIGNED_REQUEST_NOT_ALLOWED,
                    SIGNED_HEADERS_NOT_ALLOWED,
                    WRONG_SERVER_ID,
                    SIGNATURE_EXPIRED,
                    SIGNATURE_NOT_YET_VALID,
                    CALLER_NOT_RECOGNIZED,
                    SIGNATURE_REUSED,
                    AWS_ACCOUNT_NOT_ALLOWED,
                    AWS_PRINCIPAL_NOT_ALLOWED,
                    STS_UNAVAILABLE,
                    STS_TIMEOUT,
                    BAD_CLIENT_SECRET,
                    CLIENT_SECRET_EXPIRED,
                    CLIENT_SECRET_ADDRESS_NOT_TRUSTED,
                    CLIENT_SECRET_USED_UP -> ofProvider(reason);
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
