package io.sallyport;

import java.util.Locale;

/**
 * Why a request was refused. The code is stable: it stands in the audit log, and operators search and alert on it. The
 * caller never sees it.
 */
public enum Reason {
    // The request itself.
    MALFORMED_REQUEST(Kind.MALFORMED),
    BODY_TOO_LARGE(Kind.BODY_TOO_LARGE),
    UNSUPPORTED_MEDIA_TYPE(Kind.MEDIA_TYPE),
    INVALID_FIELDS(Kind.INVALID_FIELDS),

    // Who asks.
    UNKNOWN_IDENTITY(Kind.UNPROVEN),
    IDENTITY_DISABLED(Kind.UNPROVEN),
    IDENTITY_INVALID(Kind.UNPROVEN),
    NO_AUTH_METHOD(Kind.UNPROVEN),
    UNCONSTRAINED_AUTH_METHOD(Kind.UNPROVEN),
    AMBIGUOUS_CLIENT(Kind.UNPROVEN),
    CLIENT_MISMATCH(Kind.UNPROVEN),
    CLIENT_NOT_AUTHENTICATED(Kind.UNAUTHENTICATED_CLIENT),
    BAD_CLIENT_SECRET(Kind.UNPROVEN),

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
    NOT_AUTHENTICATED(Kind.UNPROVEN),
    ASSERTION_REUSED(Kind.UNPROVEN),

    // Is it allowed?
    SERVICE_ACCOUNT_NOT_ALLOWED(Kind.FORBIDDEN),
    COMPUTE_CLAIMS_MISSING(Kind.FORBIDDEN),
    PROJECT_NOT_ALLOWED(Kind.FORBIDDEN),
    ZONE_NOT_ALLOWED(Kind.FORBIDDEN),
    SERVICE_PRINCIPAL_NOT_ALLOWED(Kind.FORBIDDEN),
    AZURE_RESOURCE_NOT_ALLOWED(Kind.FORBIDDEN),
    NAMESPACE_NOT_ALLOWED(Kind.FORBIDDEN),
    SUBJECT_NOT_ALLOWED(Kind.FORBIDDEN),
    CLAIM_NOT_ALLOWED(Kind.FORBIDDEN),

    // What is asked of the token service.
    UNSUPPORTED_GRANT_TYPE(Kind.GRANT_TYPE),
    GRANT_MISSING(Kind.TARGET),
    AUDIENCE_DISABLED(Kind.TARGET),
    SCOPE_NOT_GRANTED(Kind.SCOPE),
    EXCHANGE_NOT_ALLOWED(Kind.EXCHANGE),
    TOKEN_NOT_OWNED(Kind.NOT_OWNER),

    // An access token of ours: the one that is asked for, or one that is shown to us again.
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

    /** What sort of refusal it is. The kind alone decides how the caller is answered: status and body. */
    public enum Kind {
        /** The request cannot be read. */
        MALFORMED,
        /** Its body is too large to be read. */
        BODY_TOO_LARGE,
        /** Its body is of a media type that is not read. */
        MEDIA_TYPE,
        /** Fields of it are missing or of the wrong form; the caller is told which. */
        INVALID_FIELDS,
        /** It asks for a grant type that there is not. */
        GRANT_TYPE,

        /** Who asks is not known, or what it shows is not true. */
        UNPROVEN,
        /** It is true, and not allowed. The caller is not told which of the two it is. */
        FORBIDDEN,
        /** The request holds no credential of a client. */
        UNAUTHENTICATED_CLIENT,
        /** The audience is not to be had. */
        TARGET,
        /** A scope is not to be had. */
        SCOPE,
        /** The client may not exchange the token so. */
        EXCHANGE,

        /** The access token is not valid here, or no longer. */
        TOKEN_INVALID,
        /** The access token has expired. */
        TOKEN_EXPIRED,
        /** The access token is valid, but not for this caller, address or audience. */
        MISUSE,
        /** The access token is not the caller's, who wants it revoked. */
        NOT_OWNER,
        /** The request has no access token, and needs one. */
        NO_TOKEN,
        /** The caller's role does not allow it. */
        ROLE,

        /** The identity to manage is not there. */
        NO_IDENTITY,
        /** A part of the identity is not there; the caller is told which. */
        ABSENT,
        /** The identity to make is there already. */
        EXISTS,
        /** The name is another identity's. */
        NAME_TAKEN,
        /** What is stored does not let the change be made; the caller is told why. */
        CONFLICT,
        /** The change is not possible for this identity; the caller is told why. */
        NOT_POSSIBLE,

        /** A party that had to be asked did not answer, or not usefully. */
        UNAVAILABLE(true, 5),
        /** A party that had to be asked did not answer in time. */
        TIMEOUT(true, 5),
        /** Nothing was decided, only because of an operator's change a moment ago: nothing is to be fixed. */
        TOO_SOON(true, 1),
        /** It cannot be decided until an operator changes the configuration. */
        NOT_CONFIGURED(true, 0),
        /** We failed. */
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

        /** After how many seconds it makes sense to ask again (RFC 9110 §10.2.3, Retry-After); 0 if that is of no use. */
        public int retryAfterSeconds() {
            return retryAfterSeconds;
        }
    }

    /** What sort of refusal it is, which decides how the caller is answered. */
    public Kind kind() {
        return kind;
    }

    /** Whether nothing was decided about the caller: a party that had to be asked did not answer, or we failed. */
    public boolean isUndecided() {
        return kind.undecided;
    }

    /**
     * Whether it stays so until an operator changes the configuration, so it is of no use to a caller to try again. Such a
     * reason is undecided as well.
     */
    public boolean isPermanent() {
        return kind == Kind.NOT_CONFIGURED;
    }

    /** The code as it stands in the audit log, such as {@code wrong_audience}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
