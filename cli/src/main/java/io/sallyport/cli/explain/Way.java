package io.sallyport.cli.explain;

import io.sallyport.Reason;
import io.sallyport.identity.AuthMethod;
import io.sallyport.method.azure.AzureAuth;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.jwtbearer.JwtBearerAuth;
import io.sallyport.method.kubernetes.KubernetesAuth;
import java.util.List;
import java.util.stream.Stream;

/** The ways on which requests are decided: each the checks of one part of the code, in its order. */
enum Way {
    /** A login's choice of identity and method. */
    LOGIN(Way.identity(), Step.of(Check.ENABLED), Step.of(Check.METHOD)),

    /** The token service's: it looks into the assertion first. */
    TOKEN_SERVICE(
            Step.of(Check.FORM),
            Way.identity(),
            Step.of(Check.ENABLED),
            Step.of(Check.METHOD).orMalformed("iss", "sub")),

    GOOGLE_ID_TOKEN(
            Step.of(Check.FORM),
            Step.of(Check.ALGORITHM),
            Way.times(),
            Way.key(),
            Step.of(Check.SIGNATURE),
            Step.of(Check.ISSUER).orClaims("iss"),
            Step.of(Check.AUDIENCE).orClaims("aud"),
            Step.of(Check.END).orMissing("exp", "iat"),
            Step.of(Check.EMAIL).orClaims("email", "email_verified"),
            Step.of(Check.CLAIMS).orOtherClaims(),
            Step.of(Check.SERVICE_ACCOUNT),
            Step.of(Check.INSTANCE),
            Step.of(Check.PROJECT),
            Step.of(Check.ZONE)),

    GOOGLE_SIGNED_JWT(
            Step.of(Check.FORM),
            Step.of(Check.SUBJECT).orClaims("sub"),
            Step.of(Check.SERVICE_ACCOUNT),
            Step.of(Check.ALGORITHM),
            Way.times(),
            Way.key(),
            Step.of(Check.KEY_TIMES),
            Step.of(Check.SIGNATURE),
            Step.of(Check.AUDIENCE).orClaims("aud"),
            Step.of(Check.ISSUER).orClaims("iss"),
            Step.of(Check.END)),

    AZURE_TOKEN(
            Step.of(Check.FORM),
            Step.of(Check.ALGORITHM),
            Way.times(),
            Way.key(),
            Step.of(Check.SIGNATURE),
            Step.of(Check.TENANT).orClaims("tid"),
            Step.of(Check.ISSUER).orClaims("iss"),
            Step.of(Check.AUDIENCE).orClaims("aud"),
            Step.of(Check.END).orMissing("exp", "nbf"),
            Step.of(Check.SERVICE_PRINCIPAL).orOtherClaims(),
            Step.of(Check.AZURE_RESOURCE)),

    KUBERNETES_REVIEW(
            Step.of(Check.FORM),
            Step.of(Check.ALGORITHM),
            Step.of(Check.TIMES).orMalformed("exp"),
            Step.of(Check.END).orMissing("exp").orMalformed("iss"),
            Step.of(Check.SUBJECT).orClaims("sub"),
            Step.of(Check.AUDIENCE).orClaims("aud"),
            Step.of(Check.NAMESPACE),
            Step.of(Check.SERVICE_ACCOUNT).orOtherClaims(),
            Step.of(Check.REVIEWER),
            Step.of(Check.REVIEW),
            Step.of(Check.AUTHENTICATED)),

    KUBERNETES_OFFLINE(
            Step.of(Check.FORM),
            Step.of(Check.ALGORITHM),
            Way.times(),
            Step.of(Check.ISSUER).orClaims("iss"),
            Step.of(Check.AUDIENCE).orClaims("aud"),
            Step.of(Check.END).orMissing("exp", "iat"),
            Step.of(Check.SUBJECT).orOtherClaims(),
            Step.of(Check.NAMESPACE),
            Step.of(Check.SERVICE_ACCOUNT),
            Way.key(),
            Step.of(Check.SIGNATURE)),

    TRUSTED_JWT(
            Step.of(Check.FORM),
            Step.of(Check.CLAIMS).orClaims("iss", "sub", "aud"),
            Step.of(Check.ISSUER),
            Step.of(Check.AUDIENCE),
            Step.of(Check.TRUSTED_SUBJECT),
            Step.of(Check.TRUSTED_CLAIMS),
            Step.of(Check.END).orClaims("exp"),
            Step.of(Check.ALGORITHM),
            Way.times(),
            Way.key(),
            Step.of(Check.SIGNATURE)),

    /** What a client may have a token for. */
    TARGET(
            Step.of(Check.GRANT),
            Step.of(Check.AUDIENCE_OWNER)
                    .or(Reason.IDENTITY_INVALID, Reason.UNCONSTRAINED_AUTH_METHOD, Reason.AMBIGUOUS_CLIENT)
                    .or(Reason.STORE_UNAVAILABLE, Reason.STORE_TIMEOUT),
            Step.of(Check.SCOPE)),

    /** An access token of ours, on its own. */
    ACCESS_TOKEN(Step.of(Check.ACCESS_TOKEN)),

    /** The session of an access token for our own API. */
    SESSION(
            Way.identity(),
            Step.of(Check.ENABLED),
            Step.of(Check.METHOD),
            Way.mark(),
            Way.actors(),
            Step.of(Check.SESSION).orClaims("sid")),

    /** The session of an access token for another audience, which still needs its grant. */
    SESSION_AT_RESOURCE(
            Way.identity(),
            Step.of(Check.ENABLED),
            Step.of(Check.METHOD),
            Way.mark(),
            Step.of(Check.GRANT).orClaims("aud"),
            Step.of(Check.SCOPE).orClaims("scope"),
            Way.actors(),
            Step.of(Check.SESSION).orClaims("sid")),

    ADDRESS(Step.of(Check.ADDRESS)),

    USES(Step.of(Check.USES).or(Reason.STORE_UNAVAILABLE, Reason.STORE_TIMEOUT));

    @SuppressWarnings("ImmutableEnumChecker") // Lists of List.of cannot be changed, nor can steps.
    private final List<Step> steps;

    Way(Step... steps) {
        this.steps = List.of(steps);
    }

    List<Step> steps() {
        return steps;
    }

    /** Without the look at the form, for a token that was looked at before. */
    List<Step> stepsOnceRead() {
        return steps.stream().filter(step -> step.check() != Check.FORM).toList();
    }

    /** How that method proves and admits; none for one that takes no assertion of a platform or issuer. */
    static Stream<Way> of(AuthMethod<?> method) {
        if (method instanceof GcpAuth gcp) {
            return Stream.of(
                    switch (gcp.type()) {
                        case GCE -> GOOGLE_ID_TOKEN;
                        case IAM -> GOOGLE_SIGNED_JWT;
                    });
        }
        if (method instanceof AzureAuth) {
            return Stream.of(AZURE_TOKEN);
        }
        if (method instanceof KubernetesAuth kubernetes) {
            return Stream.of(kubernetes.isOffline() ? KUBERNETES_OFFLINE : KUBERNETES_REVIEW);
        }
        return method instanceof JwtBearerAuth ? Stream.of(TRUSTED_JWT) : Stream.empty();
    }

    private static Step identity() {
        return Step.of(Check.IDENTITY).or(Reason.STORE_UNAVAILABLE, Reason.STORE_TIMEOUT);
    }

    private static Step mark() {
        return new Step(Check.VOID_MARK, refused -> false).orClaims("auth_time");
    }

    private static Step actors() {
        return new Step(Check.ACTORS, refused -> false).orClaims("act");
    }

    private static Step times() {
        return Step.of(Check.TIMES).orMalformed("exp", "nbf", "iat");
    }

    private static Step key() {
        return Step.of(Check.KEY).or(Reason.HOST_NOT_ALLOWED);
    }
}
