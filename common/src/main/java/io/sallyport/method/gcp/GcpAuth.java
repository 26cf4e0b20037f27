package io.sallyport.method.gcp;

import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Trust;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.token.TokenPolicy;
import java.util.Set;

/**
 * Admits Google Cloud workloads: Compute Engine and everything else with a metadata server by its ID token, or a service
 * account by a JWT signed with {@code projects.serviceAccounts.signJwt}.
 *
 * @param serviceAccounts by e-mail address
 * @param serviceAccountIds by unique id, which is never given to another account, not even after a deletion
 */
public record GcpAuth(
        Type type,
        Allowlist serviceAccounts,
        Allowlist serviceAccountIds,
        Allowlist projects,
        Allowlist zones,
        Set<Option> options,
        TokenPolicy policy)
        implements AuthMethod<GcpAttestation> {

    /** Which kind of token is taken; the keys of one kind never prove a token of the other. */
    public enum Type {
        /** An ID token of the metadata server. */
        GCE,
        /** A JWT signed by the service account itself. */
        IAM;

        String sessionMethod() {
            return switch (this) {
                case GCE -> "gcp-id-token";
                case IAM -> "gcp-iam";
            };
        }
    }

    /** Stricter handling of JWTs that service accounts sign. */
    public enum Option {
        /** Refuse a JWT without {@code exp}. */
        REQUIRE_EXPIRY,
        /** Admit each JWT once. */
        SINGLE_USE
    }

    /** @throws IllegalArgumentException saying what does not fit the type; an {@link UnconstrainedException} if all do */
    public GcpAuth {
        options = Set.copyOf(options);
        if (type == Type.IAM && (projects.isSet() || zones.isSet() || serviceAccountIds.isSet())) {
            throw new IllegalArgumentException(
                    "allowedProjects, allowedZones and allowedServiceAccountIds do not apply to"
                            + " type iam: a signed JWT does not tell them");
        }
        if (type == Type.GCE && !options.isEmpty()) {
            throw new IllegalArgumentException("requireExpiry and singleUse apply to type iam only");
        }
        // Zones do not count: every customer of Google may have instances in them.
        if (!serviceAccounts.isSet() && !serviceAccountIds.isSet() && !projects.isSet()) {
            throw new UnconstrainedException(
                    zones.isSet()
                            ? "gcpAuth would admit every customer of Google Cloud with an instance in these zones: allowedZones"
                                    + " is no constraint alone; set allowedServiceAccounts or allowedProjects beside it,"
                                    + " or one of them to * for any"
                            : "gcpAuth would admit every workload of Google Cloud; set allowedServiceAccounts or"
                                    + " allowedProjects, or * for any");
        }
    }

    @Override
    public void admit(GcpAttestation workload) throws Refused {
        admitServiceAccount(workload.serviceAccount());
        if (!serviceAccountIds.allows(workload.serviceAccountId())) {
            throw new Refused(
                    Reason.SERVICE_ACCOUNT_NOT_ALLOWED,
                    "service account id " + Quoted.quote(workload.serviceAccountId()) + " is not in "
                            + serviceAccountIds);
        }
        if (!projects.isSet() && !zones.isSet()) {
            return;
        }
        var instance = workload.instance()
                .orElseThrow(() -> new Refused(
                        Reason.COMPUTE_CLAIMS_MISSING,
                        "allowedProjects or allowedZones is set and the token does not tell them; the workload must ask the"
                                + " metadata server for it with format=full"));
        if (!projects.allows(instance.projectId())) {
            throw new Refused(
                    Reason.PROJECT_NOT_ALLOWED,
                    "project " + Quoted.quote(instance.projectId()) + " is not in " + projects);
        }
        if (!zones.allows(instance.zone())) {
            throw new Refused(Reason.ZONE_NOT_ALLOWED, "zone " + Quoted.quote(instance.zone()) + " is not in " + zones);
        }
    }

    @Override
    public String sessionMethod() {
        return type.sessionMethod();
    }

    /** A change of type ends the sessions of both: they come back if the type does. */
    @Override
    public Set<String> sessionMethods() {
        return Set.of(Type.GCE.sessionMethod(), Type.IAM.sessionMethod());
    }

    @Override
    public Trust trust() {
        return new Trust(type.name(), Set.of());
    }

    /** The first constraint on its own, since it decides whether an account's keys are worth fetching. */
    void admitServiceAccount(String serviceAccount) throws Refused {
        if (!serviceAccounts.allows(serviceAccount)) {
            throw new Refused(
                    Reason.SERVICE_ACCOUNT_NOT_ALLOWED,
                    "service account " + Quoted.quote(serviceAccount) + " is not in " + serviceAccounts);
        }
    }

    public boolean requiresExpiry() {
        return options.contains(Option.REQUIRE_EXPIRY);
    }

    public boolean isSingleUse() {
        return options.contains(Option.SINGLE_USE);
    }
}
