package com.example;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Allowlist;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.Fetcher;
import io.sallyport.jwt.JwtVerifier;
import io.sallyport.jwt.RemoteKeys;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.method.Verified;
import io.sallyport.method.gcp.GcpAttestation;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.token.TokenPolicy;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;

/** A service that admits one workload of Google Cloud, and callers with an access token. Keep one instance: it caches keys. */
public final class TokenChecks {
    private static final String ISSUER = "https://login.example.com";
    private static final String AUDIENCE = "orders-api";

    /** The workload: its service account, and the project that its machine is in. */
    private static final GcpAuth PAYMENTS = new GcpAuth(
            GcpAuth.Type.GCE,
            Allowlist.of("payments@shop.iam.gserviceaccount.com"),
            Allowlist.NONE,
            Allowlist.of("shop"),
            Allowlist.NONE,
            Set.of(),
            TokenPolicy.DEFAULT);

    private static final JwtVerifier ACCESS_TOKENS = new JwtVerifier(Algorithm.ES256, TokenPolicy.MAX_TOKEN_TTL);

    private final GcpVerifier google;
    private final RemoteKeys issuerKeys;
    private final InstantSource clock;

    public TokenChecks(Fetcher fetcher, InstantSource clock) {
        this.google = new GcpVerifier(GcpVerifier.Endpoints.GOOGLE, fetcher);
        this.issuerKeys = RemoteKeys.jwks(URI.create(ISSUER + "/.well-known/jwks.json"), Algorithm.ES256, fetcher);
        this.clock = clock;
    }

    /** What Google vouches for about the workload whose ID token this is. */
    public Map<String, String> googleWorkload(String idToken) throws Refused {
        // Is it true? Signature, issuer, audience, times.
        Verified<GcpAttestation> workload =
                google.verify(UnverifiedJwt.parse(idToken), new IdentityId(AUDIENCE), PAYMENTS, clock.instant());
        // Is it allowed? Service account and project.
        PAYMENTS.admit(workload.attestation());
        return workload.attestation().facts();
    }

    /** The claims of an access token that Sallyport issued for this service (RFC 9068 §4). */
    public Map<String, Object> accessToken(String token) throws Refused {
        UnverifiedJwt jwt = UnverifiedJwt.parseAnyType(token);
        jwt.require(UnverifiedJwt.Type.ACCESS_TOKEN);
        Claims claims = ACCESS_TOKENS.verify(jwt, issuerKeys, clock.instant()).claims();
        if (!claims.text("iss").equals(ISSUER)) {
            throw new Refused(Reason.WRONG_ISSUER, "another issuer");
        }
        if (!claims.text("aud").equals(AUDIENCE)) {
            throw new Refused(Reason.WRONG_AUDIENCE, "a token for another service");
        }
        claims.time("exp"); // Compared already, if there is one; here there must be one.
        return claims.asMap();
    }
}
