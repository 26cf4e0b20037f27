package io.sallyport;

/**
 * One condition that a request must meet before it is granted. A provider declares the checks that apply to its tokens
 * only.
 */
public final class Check {
    public static final Check REQUEST = new Check("request", "the request is well formed");
    public static final Check CLIENT = new Check("client", "the client is authenticated");
    public static final Check IDENTITY = new Check("identity", "the identity exists and is valid");
    public static final Check ENABLED = new Check("enabled", "the identity is enabled");
    public static final Check METHOD = new Check("method", "the identity has a matching auth method");
    public static final Check FORM = new Check("form", "the token is a plain signed JWT");
    public static final Check ALGORITHM = new Check("algorithm", "the issuer uses this algorithm");
    public static final Check TIMES = new Check("times", "the token is valid now");
    public static final Check REVIEW = new Check("review", "the cluster's API server answers");
    public static final Check KEY = new Check("key", "the issuer's key is available");
    public static final Check KEY_TIMES = new Check("key_times", "the key is valid now");
    public static final Check SIGNATURE = new Check("signature", "the signature matches the key");
    public static final Check ISSUER = new Check("issuer", "the issuer is the expected one");
    public static final Check AUDIENCE = new Check("audience", "the token is for the expected audience");
    public static final Check CLAIMS = new Check("claims", "the claims are present and well formed");
    public static final Check END = new Check("end", "the token says when it expires");
    public static final Check SUBJECT = new Check("subject", "the subject is a service account");
    public static final Check SINGLE_USE = new Check("single_use", "the token has not been used before");
    public static final Check SERVICE_ACCOUNT = new Check("service_account", "the service account is allowed");
    public static final Check GRANT = new Check("grant", "the client has a grant for the audience");
    public static final Check AUDIENCE_OWNER =
            new Check("audience_owner", "the identity that owns the audience is enabled");
    public static final Check SCOPE = new Check("scope", "the scopes are granted, and known to the audience");
    public static final Check EXCHANGE = new Check("exchange", "the client may exchange the token");
    public static final Check TOKEN_OWNER = new Check("token_owner", "the token belongs to the caller");
    public static final Check LENGTH = new Check("length", "the access token is not too long");
    public static final Check ACCESS_TOKEN = new Check("access_token", "the access token is ours and has not expired");
    public static final Check REVOCATION_MARK =
            new Check("void_mark", "the session began after the mark that revokes older ones");
    public static final Check ACTORS = new Check("actors", "the actors may still act for the identity");
    public static final Check SESSION = new Check("session", "the session was not revoked");
    public static final Check SESSION_END = new Check("session_end", "the session has not reached its end");
    public static final Check USES = new Check("uses", "the session has uses left");
    public static final Check ADDRESS = new Check("address", "the client's address is trusted");
    public static final Check AUDIENCE_OWNED = new Check("audience_owned", "the caller owns the token's audience");
    public static final Check TOKEN = new Check("token", "the request has an access token");
    public static final Check ROLE = new Check("role", "the caller's role allows it");
    public static final Check FOUND = new Check("found", "what is to be managed exists");
    public static final Check FREE = new Check("free", "what is to be created does not exist yet");
    public static final Check NAMES = new Check("names", "the names are available");
    public static final Check MANAGED_HERE =
            new Check("managed_here", "the identity is managed here and may be changed");
    public static final Check STORE = new Check("store", "the store answers");
    public static final Check OURSELVES = new Check("ourselves", "Sallyport itself works");

    private final String code;
    private final String title;

    /**
     * @param code for programs
     * @param title what holds if the check passes, for people
     */
    public Check(String code, String title) {
        this.code = code;
        this.title = title;
    }

    /** What holds if the check passes. */
    public String title() {
        return title;
    }

    /** For programs. */
    public String code() {
        return code;
    }

    @Override
    public String toString() {
        return code;
    }
}
