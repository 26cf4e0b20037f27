package io.sallyport.identity;

/** How well an unproven assertion fits an auth method: {@link AuthMethod#fit}. The best comes first. */
public enum Fit {
    /** It names an issuer that the method trusts, and is one that this issuer may vouch for with it. */
    EXPECTED,
    /** It is of the platform, tenant or cluster that the method names. */
    OWN_PLATFORM,
    /** It names an issuer that the method trusts, but not for this. */
    TRUSTED_ISSUER,
    /** It may be of the method's platform: its issuer does not tell. */
    POSSIBLE,
    NONE
}
