package io.sallyport.method.azure;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.IdentityId;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.Fetcher;
import io.sallyport.jwt.JwtVerifier;
import io.sallyport.jwt.TenantKeys;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.method.Verified;
import io.sallyport.method.Verifier;
import io.sallyport.method.VerifierContext;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Verifies the access tokens that Entra issues to managed identities ("Access tokens in the Microsoft identity
 * platform"). The auth method, never the token, decides which tenant's keys and issuers count.
 */
public final class AzureVerifier extends Verifier<AzureAuth, AzureAttestation> {
    public static final Check TENANT = new Check("tenant", "the tenant is the identity's");

    /**
     * Managed identities' tokens live 24 hours; the longest-lived tokens of Entra live 28 ("Continuous access
     * evaluation", token lifetime).
     */
    private static final JwtVerifier ACCESS_TOKENS = new JwtVerifier(Algorithm.RS256, Duration.ofHours(28));

    private static final CheckSequence CHECKS = CheckSequence.of(Check.FORM)
            .then(JwtVerifier.CHECKS)
            .then(TENANT, Check.ISSUER, Check.AUDIENCE, Check.END)
            .then(AzureAuth.CHECKS);

    private final Endpoints endpoints;
    private final TenantKeys keys;

    /** Where each cloud's Entra serves its tenants' configurations: an origin, without a trailing slash. */
    public record Endpoints(URI publicCloud, URI usGovernment, URI china) {
        public static final Endpoints ENTRA = new Endpoints(
                URI.create(AzureCloud.PUBLIC.authority()),
                URI.create(AzureCloud.US_GOVERNMENT.authority()),
                URI.create(AzureCloud.CHINA.authority()));

        URI of(AzureCloud cloud) {
            return switch (cloud) {
                case PUBLIC -> publicCloud;
                case US_GOVERNMENT -> usGovernment;
                case CHINA -> china;
            };
        }
    }

    public AzureVerifier(Endpoints endpoints, Fetcher fetcher) {
        this.endpoints = endpoints;
        this.keys = new TenantKeys(fetcher);
    }

    public static AzureVerifier of(VerifierContext context) {
        Endpoints endpoints = new Endpoints(
                context.address(Endpoints.ENTRA.publicCloud()),
                context.address(Endpoints.ENTRA.usGovernment()),
                context.address(Endpoints.ENTRA.china()));
        return new AzureVerifier(endpoints, context.fetcher());
    }

    @Override
    public Class<AzureAuth> type() {
        return AzureAuth.class;
    }

    @Override
    public CheckSequence checks(AzureAuth method) {
        return CHECKS;
    }

    /** @param identity not in the token: Entra issues tokens only for applications that are registered with it */
    @Override
    public Verified<AzureAttestation> verify(
            UnverifiedJwt jwt, IdentityId identity, AzureAuth method, Instant now, CheckTrace trace) throws Refused {
        trace.at(Check.FORM);
        jwt.require(UnverifiedJwt.Type.JWT);
        AzureCloud cloud = method.cloud();
        Guid tenant = method.tenantId();
        Claims claims = ACCESS_TOKENS
                .verify(
                        jwt,
                        keys.of(new TenantKeys.Tenant(endpoints.of(cloud), tenant.value(), cloud.issuers(tenant))),
                        now,
                        trace)
                .claims();
        // The same keys sign all tenants' tokens: nothing is proven before these two checks.
        trace.at(TENANT);
        requireTenant(claims, tenant);
        trace.at(Check.ISSUER);
        String issuer = requireIssuer(claims, method);
        trace.at(Check.AUDIENCE);
        requireAudience(claims, method);
        trace.at(Check.END);
        claims.time("exp");
        claims.time("nbf");
        trace.at(AzureAuth.SERVICE_PRINCIPAL);
        requireServicePrincipal(claims);
        return verified(
                new AzureAttestation(
                        tenant,
                        objectId(claims),
                        claims.optionalText(issuer.equals(cloud.issuerV1(tenant)) ? "appid" : "azp")
                                .orElse(""),
                        claims.optionalText("xms_mirid")),
                Optional.empty());
    }

    private static void requireTenant(Claims claims, Guid tenant) throws Refused {
        String found = claims.text("tid");
        if (!found.equals(tenant.value())) {
            throw new Refused(Reason.WRONG_TENANT, "tid is " + Quoted.quote(found) + " and must be " + tenant);
        }
    }

    private static String requireIssuer(Claims claims, AzureAuth method) throws Refused {
        String found = claims.text("iss");
        if (!method.cloud().issuers(method.tenantId()).contains(found)) {
            throw new Refused(
                    Reason.WRONG_ISSUER,
                    "iss is " + Quoted.quote(found) + " and must be one of "
                            + method.cloud().issuers(method.tenantId()));
        }
        return found;
    }

    private static void requireAudience(Claims claims, AzureAuth method) throws Refused {
        String found = claims.text("aud");
        if (!method.isFor(found)) {
            throw new Refused(
                    Reason.WRONG_AUDIENCE,
                    "aud is " + Quoted.quote(found) + " and must be the resource " + Quoted.quote(method.resource()));
        }
    }

    /**
     * Refuses users: they have object ids as service principals do, and get tokens for the same resources. Their tokens
     * have a scope ("Access token claims reference", {@code scp}) or say so ("Optional claims reference", {@code
     * idtyp}).
     */
    private static void requireServicePrincipal(Claims claims) throws Refused {
        Optional<String> type = claims.optionalText("idtyp");
        if (claims.asMap().containsKey("scp")
                || (type.isPresent() && !type.get().equals("app"))) {
            throw new Refused(
                    Reason.SERVICE_PRINCIPAL_NOT_ALLOWED,
                    "the token is a user's: it has "
                            + (type.isPresent() ? "idtyp " + Quoted.quote(type.get()) : "scp"));
        }
    }

    private static Guid objectId(Claims claims) throws Refused {
        String found = claims.text("oid");
        if (!Guid.isValid(found)) {
            throw Refused.claim(
                    Reason.CLAIM_MALFORMED, "oid", "oid is " + Quoted.quote(found) + ", which is not a GUID");
        }
        return new Guid(found);
    }
}
