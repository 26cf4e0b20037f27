package io.sallyport;

import java.util.Locale;

/**
 * Why a request was refused. The code is stable: it appears in the audit log, and operators search and alert on it. The
 * caller never sees it.
 */
public enum Reason {
    // The request itself.
    MALFORMED_REQUEST(Kind.MALFORMED),
    BODY_TOO_LARGE(Kind.BODY_TOO_LARGE),
    UNSUPPORTED_MEDIA_TYPE(Kind.MEDIA_TYPE),
    INVALID_FIELDS(Kind.INVALID_FIELDS),

    // Who is the caller?
    UNKNOWN_IDENTITY(Kind.UNPROVEN),
    IDENTITY_DISABLED(Kind.UNPROVEN),
    IDENTITY_INVALID(Kind.UNPROVEN),
    NO_AUTH_METHOD(Kind.UNPROVEN),
    UNCONSTRAINED_AUTH_METHOD(Kind.UNPROVEN),
    AMBIGUOUS_CLIENT(Kind.UNPROVEN),
    CLIENT_MISMATCH(Kind.UNPROVEN),
    CLIENT_NOT_AUTHENTICATED(Kind.UNAUTHENTICATED_CLIENT),
    BAD_CLIENT_SECRET(Kind.UNPROVEN),
    CLIENT_SECRET_EXPIRED(Kind.UNPROVEN),
    CLIENT_SECRET_ADDRESS_NOT_TRUSTED(Kind.UNPROVEN),
    CLIENT_SECRET_USED_UP(Kind.UNPROVEN),

    // Is it true?
    ASSERTION_MALFORMED(Kind.UNPROVEN),
    HEADER_NOT_ALLOWED(Kind.UNPROVEN),
    ALGORITHM_NOT_ALLOWED(Kind.UNPROVEN),
    TOKEN_TYPE_NOT_ALLOWED(Kind.UNPROVEN),
    UNKNOWN_KEY(Kind.UNPROVEN),
    KEY_EXPIRED(Kind.UNPROVEN),
    KEY_NOT_ROTATED(Kind.UNPROVEN),
    BAD_SIGNATURE(Kind.UNPROVEN),
    WRONG_ISSUER(Kind.UNPROVEN),
    WRONG_AUDIENCE(Kind.UNPROVEN),
    CLAIM_MISSING(Kind.UNPROVEN),
    CLAIM_MALFORMED(Kind.UNPROVEN),
    EXPIRED(Kind.UNPROVEN),
    NOT_YET_VALID(Kind.UNPROVEN),
    LIFETIME_TOO_LONG(Kind.UNPROVEN),
    EXPIRY_REQUIRED(Kind.UNPROVEN),
    SUBJECT_NOT_SERVICE_ACCOUNT(Kind.UNPROVEN),
    EMAIL_NOT_VERIFIED(Kind.UNPROVEN),
    WRONG_TENANT(Kind.UNPROVEN),
    WRONG_TRUST_DOMAIN(Kind.UNPROVEN),
    NOT_AUTHENTICATED(Kind.UNPROVEN),
    ASSERTION_REUSED(Kind.UNPROVEN),
    SIGNED_REQUEST_MALFORMED(Kind.UNPROVEN),
    SIGNED_REQUEST_NOT_ALLOWED(Kind.UNPROVEN),
    SIGNED_HEADERS_NOT_ALLOWED(Kind.UNPROVEN),
    WRONG_SERVER_ID(Kind.UNPROVEN),
    SIGNATURE_EXPIRED(Kind.UNPROVEN),
    SIGNATURE_NOT_YET_VALID(Kind.UNPROVEN),
    CALLER_NOT_RECOGNIZED(Kind.UNPROVEN),
    SIGNATURE_REUSED(Kind.UNPROVEN),

    // Is it allowed?
    SERVICE_ACCOUNT_NOT_ALLOWED(Kind.FORBIDDEN),
    COMPUTE_CLAIMS_MISSING(Kind.FORBIDDEN),
    PROJECT_NOT_ALLOWED(Kind.FORBIDDEN),
    ZONE_NOT_ALLOWED(Kind.FORBIDDEN),
    SERVICE_PRINCIPAL_NOT_ALLOWED(Kind.FORBIDDEN),
    AZURE_RESOURCE_NOT_ALLOWED(Kind.FORBIDDEN),
    AWS_ACCOUNT_NOT_ALLOWED(Kind.FORBIDDEN),
    AWS_PRINCIPAL_NOT_ALLOWED(Kind.FORBIDDEN),
    SPIFFE_ID_NOT_ALLOWED(Kind.FORBIDDEN),
    NAMESPACE_NOT_ALLOWED(Kind.FORBIDDEN),
    POD_NOT_ALLOWED(Kind.FORBIDDEN),
    NODE_NOT_ALLOWED(Kind.FORBIDDEN),
    SUBJECT_NOT_ALLOWED(Kind.FORBIDDEN),
    CLAIM_NOT_ALLOWED(Kind.FORBIDDEN),

    // The request to the token service.
    UNSUPPORTED_GRANT_TYPE(Kind.GRANT_TYPE),
    GRANT_MISSING(Kind.TARGET),
    AUDIENCE_DISABLED(Kind.TARGET),
    SCOPE_NOT_GRANTED(Kind.SCOPE),
    EXCHANGE_NOT_ALLOWED(Kind.EXCHANGE),
    TOKEN_NOT_OWNED(Kind.NOT_OWNER),

    // An access token of ours: one to be issued, or one presented to us.
    TOKEN_TOO_LONG(Kind.FORBIDDEN),
    ACCESS_TOKEN_INVALID(Kind.TOKEN_INVALID),
    ACCESS_TOKEN_EXPIRED(Kind.TOKEN_EXPIRED),
    SESSION_REVOKED(Kind.TOKEN_INVALID),
    SESSION_ENDED(Kind.FORBIDDEN),
    USES_EXHAUSTED(Kind.FORBIDDEN),
    CLIENT_ADDRESS_NOT_TRUSTED(Kind.MISUSE),
    AUDIENCE_NOT_OWNED(Kind.MISUSE),

    // Managing identities.
    TOKEN_MISSING(Kind.NO_TOKEN),
    ROLE_MISSING(Kind.ROLE),
    NO_SUCH_IDENTITY(Kind.NO_IDENTITY),
    NO_SUCH_METHOD(Kind.ABSENT),
    IDENTITY_EXISTS(Kind.EXISTS),
    METHOD_EXISTS(Kind.NOT_POSSIBLE),
    NAME_TAKEN(Kind.NAME_TAKEN),
    MANAGED_ELSEWHERE(Kind.CONFLICT),
    STORED_IDENTITY_INVALID(Kind.CONFLICT),
    CHANGED_MEANWHILE(Kind.CONFLICT),
    DELETE_PROTECTED(Kind.NOT_POSSIBLE),

    // Could not find out.
    KEYS_UNAVAILABLE(Kind.UNAVAILABLE),
    KEYS_TIMEOUT(Kind.TIMEOUT),
    REVIEWER_REFUSED(Kind.UNAVAILABLE),
    REVIEW_UNAVAILABLE(Kind.UNAVAILABLE),
    REVIEW_TIMEOUT(Kind.TIMEOUT),
    TOO_MANY_REVIEWS(Kind.UNAVAILABLE),
    STS_UNAVAILABLE(Kind.UNAVAILABLE),
    STS_TIMEOUT(Kind.TIMEOUT),
    REVIEW_MODE_UNSUPPORTED(Kind.NOT_CONFIGURED),
    HOST_NOT_ALLOWED(Kind.NOT_CONFIGURED),
    SECRET_UNREADABLE(Kind.UNAVAILABLE),
    STORE_UNAVAILABLE(Kind.UNAVAILABLE),
    STORE_TIMEOUT(Kind.TIMEOUT),
    REVOCATION_TOO_RECENT(Kind.TOO_SOON),

    // A bug.
    INTERNAL_ERROR(Kind.BUG);

    private final Kind kind;

    Reason(Kind kind) {
        this.kind = kind;
    }

    /** The kind of a refusal. The kind alone decides the status and body of the response. */
    public enum Kind {
        /** The request cannot be parsed. */
        MALFORMED,
        /** The body is too large. */
        BODY_TOO_LARGE,
        /** The media type of the body is not supported. */
        MEDIA_TYPE,
        /** Fields are missing or malformed; the caller is told which. */
        INVALID_FIELDS,
        /** The grant type is not supported. */
        GRANT_TYPE,

        /** The caller is unknown, or its credential is not valid. */
        UNPROVEN,
        /** The credential is valid but not allowed. The caller cannot tell this from {@link #UNPROVEN}. */
        FORBIDDEN,
        /** The request has no client credential. */
        UNAUTHENTICATED_CLIENT,
        /** The client may not get a token for the audience. */
        TARGET,
        /** The client may not get the scope. */
        SCOPE,
        /** The client may not exchange the token in this way. */
        EXCHANGE,

        /** The access token is not, or no longer, valid here. */
        TOKEN_INVALID,
        /** The access token has expired. */
        TOKEN_EXPIRED,
        /** The access token is valid, but not for this caller, address or audience. */
        MISUSE,
        /** The caller wants to revoke an access token that is not its own. */
        NOT_OWNER,
        /** The request needs an access token and has none. */
        NO_TOKEN,
        /** The caller's role does not allow it. */
        ROLE,

        /** The identity to manage does not exist. */
        NO_IDENTITY,
        /** A part of the identity does not exist; the caller is told which. */
        ABSENT,
        /** The identity to create exists already. */
        EXISTS,
        /** The name belongs to another identity. */
        NAME_TAKEN,
        /** The stored state does not allow the change; the caller is told why. */
        CONFLICT,
        /** The change is not possible for this identity; the caller is told why. */
        NOT_POSSIBLE,

        /** A dependency did not answer, or its answer was unusable. */
        UNAVAILABLE(true, 5),
        /** A dependency did not answer in time. */
        TIMEOUT(true, 5),
        /** Undecided because an operator made a change a moment ago; a retry succeeds, and there is nothing to fix. */
        TOO_SOON(true, 1),
        /** Undecided until an operator changes the configuration. */
        NOT_CONFIGURED(true, 0),
        /** A bug in Sallyport. */
        BUG(true, 5);

        private final boolean undecided;
        private final int retryAfterSeconds;

        Kind() {
            this(false, 0);
        }

        Kind(boolean undecided, int retryAfterSeconds) {
            this.undecided = undecided;
            this.retryAfterSeconds = retryAfterSeconds;
        }

        /** After how many seconds a retry makes sense (RFC 9110 §10.2.3, Retry-After); 0 if retrying is useless. */
        public int retryAfterSeconds() {
            return retryAfterSeconds;
        }
    }

    /** The kind of refusal, which decides the response. */
    public Kind kind() {
        return kind;
    }

    /** Whether the request could not be decided: a dependency did not answer, or we failed. */
    public boolean isUndecided() {
        return kind.undecided;
    }

    /**
     * Whether the reason persists until an operator changes the configuration, so retrying is useless. Such a reason is
     * undecided as well.
     */
    public boolean isPermanent() {
        return kind == Kind.NOT_CONFIGURED;
    }

    /** The code in the audit log, such as {@code wrong_audience}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
