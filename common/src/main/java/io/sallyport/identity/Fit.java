package io.sallyport.identity;

/** How well an unverified assertion fits an auth method: {@link AuthMethod#fit}. The best comes first. */
public enum Fit {
    /** The method trusts its issuer, and would accept this assertion from it. */
    EXPECTED,
    /** From the platform, tenant or cluster that the method names. */
    OWN_PLATFORM,
    /** The method trusts its issuer, but not for this assertion. */
    TRUSTED_ISSUER,
    /** Possibly from the method's platform: the issuer does not say. */
    POSSIBLE,
    NONE
}
