package io.sallyport;

import java.util.Locale;

/**
 * Why a request was refused. The code is stable: it stands in the audit log, and operators search and alert on it. The
 * caller never sees it.
 */
public enum Reason {
    // The request itself.
    MALFORMED_REQUEST,
    BODY_TOO_LARGE,
    UNSUPPORTED_MEDIA_TYPE,
    INVALID_FIELDS,

    // Who asks.
    UNKNOWN_IDENTITY,
    IDENTITY_DISABLED,
    IDENTITY_INVALID,
    NO_AUTH_METHOD,
    UNCONSTRAINED_AUTH_METHOD,
    AMBIGUOUS_CLIENT,
    CLIENT_MISMATCH,
    CLIENT_NOT_AUTHENTICATED,
    BAD_CLIENT_SECRET,

    // Is it true?
    ASSERTION_MALFORMED,
    HEADER_NOT_ALLOWED,
    ALGORITHM_NOT_ALLOWED,
    TOKEN_TYPE_NOT_ALLOWED,
    UNKNOWN_KEY,
    KEY_EXPIRED,
    KEY_NOT_ROTATED,
    BAD_SIGNATURE,
    WRONG_ISSUER,
    WRONG_AUDIENCE,
    CLAIM_MISSING,
    CLAIM_MALFORMED,
    EXPIRED,
    NOT_YET_VALID,
    LIFETIME_TOO_LONG,
    EXPIRY_REQUIRED,
    SUBJECT_NOT_SERVICE_ACCOUNT,
    EMAIL_NOT_VERIFIED,
    WRONG_TENANT,
    NOT_AUTHENTICATED,
    ASSERTION_REUSED,

    // Is it allowed?
    SERVICE_ACCOUNT_NOT_ALLOWED,
    COMPUTE_CLAIMS_MISSING,
    PROJECT_NOT_ALLOWED,
    ZONE_NOT_ALLOWED,
    SERVICE_PRINCIPAL_NOT_ALLOWED,
    AZURE_RESOURCE_NOT_ALLOWED,
    NAMESPACE_NOT_ALLOWED,
    SUBJECT_NOT_ALLOWED,
    CLAIM_NOT_ALLOWED,

    // What is asked of the token service.
    UNSUPPORTED_GRANT_TYPE,
    GRANT_MISSING,
    AUDIENCE_DISABLED,
    SCOPE_NOT_GRANTED,
    EXCHANGE_NOT_ALLOWED,
    TOKEN_NOT_OWNED,

    // An access token of ours: the one that is asked for, or one that is shown to us again.
    TOKEN_TOO_LONG,
    ACCESS_TOKEN_INVALID,
    ACCESS_TOKEN_EXPIRED,
    SESSION_REVOKED,
    SESSION_ENDED,
    USES_EXHAUSTED,
    CLIENT_ADDRESS_NOT_TRUSTED,
    AUDIENCE_NOT_OWNED,

    // Managing identities.
    TOKEN_MISSING,
    ROLE_MISSING,
    NO_SUCH_IDENTITY,
    NO_SUCH_METHOD,
    IDENTITY_EXISTS,
    METHOD_EXISTS,
    NAME_TAKEN,
    MANAGED_ELSEWHERE,
    STORED_IDENTITY_INVALID,
    CHANGED_MEANWHILE,
    DELETE_PROTECTED,

    // Could not find out.
    KEYS_UNAVAILABLE,
    KEYS_TIMEOUT,
    REVIEWER_REFUSED,
    REVIEW_UNAVAILABLE,
    REVIEW_TIMEOUT,
    TOO_MANY_REVIEWS,
    REVIEW_MODE_UNSUPPORTED,
    HOST_NOT_ALLOWED,
    SECRET_UNREADABLE,
    STORE_UNAVAILABLE,
    STORE_TIMEOUT,
    REVOCATION_TOO_RECENT,

    // A bug.
    INTERNAL_ERROR;

    /** Whether nothing was decided about the caller: a party that had to be asked did not answer, or we failed. */
    public boolean isUndecided() {
        return switch (this) {
            case KEYS_UNAVAILABLE,
                    KEYS_TIMEOUT,
                    REVIEWER_REFUSED,
                    REVIEW_UNAVAILABLE,
                    REVIEW_TIMEOUT,
                    TOO_MANY_REVIEWS,
                    REVIEW_MODE_UNSUPPORTED,
                    HOST_NOT_ALLOWED,
                    SECRET_UNREADABLE,
                    STORE_UNAVAILABLE,
                    STORE_TIMEOUT,
                    REVOCATION_TOO_RECENT,
                    INTERNAL_ERROR -> true;
            default -> false;
        };
    }

    /** After how many seconds it makes sense to ask again, where nothing was decided (RFC 9110 §10.2.3, Retry-After). */
    public int retryAfterSeconds() {
        return this == REVOCATION_TOO_RECENT ? 1 : 5;
    }

    /**
     * Whether it stays so until an operator changes the configuration, so it is of no use to a caller to try again. Such a
     * reason is undecided as well.
     */
    public boolean isPermanent() {
        return switch (this) {
            case REVIEW_MODE_UNSUPPORTED, HOST_NOT_ALLOWED -> true;
            default -> false;
        };
    }

    /** The code as it stands in the audit log, such as {@code wrong_audience}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
