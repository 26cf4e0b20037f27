package io.sallyport;

import java.util.Locale;

/** Something that is asked about a request before it is granted. */
public enum Check {
    REQUEST("the request is well formed"),
    CLIENT("the client is authenticated"),
    IDENTITY("the identity is there, and valid"),
    ENABLED("the identity is enabled"),
    METHOD("the identity has an auth method for it"),
    FORM("the token is a plain signed JWT"),
    ALGORITHM("the algorithm is the issuer's"),
    TIMES("the token is valid now"),
    REVIEWER("the reviewer's token can be read"),
    REVIEW("the cluster's API server answers"),
    AUTHENTICATED("the API server vouches for the token"),
    KEY("the issuer's key is at hand"),
    KEY_TIMES("the key is valid now"),
    SIGNATURE("the signature is the key's"),
    TENANT("the tenant is the identity's"),
    ISSUER("the issuer is the one expected"),
    AUDIENCE("the token is meant for us"),
    CLAIMS("the claims are there, and of the right form"),
    END("the token says when it ends"),
    EMAIL("the e-mail address is verified"),
    SUBJECT("the subject is a service account"),
    SINGLE_USE("the token has not been used before"),
    SERVICE_ACCOUNT("the service account is allowed"),
    INSTANCE("the token tells of its instance, if it must"),
    PROJECT("the project is allowed"),
    ZONE("the zone is allowed"),
    SERVICE_PRINCIPAL("the service principal is allowed"),
    AZURE_RESOURCE("the Azure resource is allowed"),
    NAMESPACE("the namespace is allowed"),
    TRUSTED_SUBJECT("the subject is the one that is trusted"),
    TRUSTED_CLAIMS("the further claims are those that are trusted"),
    GRANT("the client has a grant for the audience"),
    AUDIENCE_OWNER("whoever answers for the audience is enabled"),
    SCOPE("the scopes are granted, and known to the audience"),
    EXCHANGE("the token may be exchanged so"),
    TOKEN_OWNER("the token is the caller's own"),
    LENGTH("the access token is not longer than what is read"),
    ACCESS_TOKEN("the access token is ours and has not expired"),
    VOID_MARK("the session began after the mark that revokes older ones"),
    ACTORS("those who act for the identity may still do so"),
    SESSION("the session was not revoked"),
    SESSION_END("the session may last longer"),
    USES("the session has uses left"),
    ADDRESS("the client's address is trusted"),
    AUDIENCE_OWNED("the caller answers for the token's audience"),
    TOKEN("the request has an access token"),
    ROLE("the caller's role allows it"),
    FOUND("what is to be managed is there"),
    FREE("what is to be made is not there yet"),
    NAMES("the names are free"),
    MANAGED_HERE("the identity is managed here, and may be changed"),
    STORE("the store answers"),
    OURSELVES("nothing goes wrong on our side");

    private final String title;

    Check(String title) {
        this.title = title;
    }

    /** What holds if it is passed. */
    public String title() {
        return title;
    }

    /** For programs. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
