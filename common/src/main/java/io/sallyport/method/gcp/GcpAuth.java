package io.sallyport.method.gcp;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Fit;
import io.sallyport.identity.Trust;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.jwt.Claims;
import io.sallyport.token.TokenPolicy;
import java.util.Set;

/**
 * Admits Google Cloud workloads: Compute Engine and everything else with a metadata server by its ID token, or a
 * service account by a JWT signed with {@code projects.serviceAccounts.signJwt}.
 *
 * @param serviceAccounts by e-mail address
 * @param serviceAccountIds by unique id, which is never reused, not even after a deletion
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

    /** The accepted kind of token; the keys of one kind never prove a token of the other. */
    public enum Type {
        /** An ID token of the metadata server. */
        GCE("gcp-id-token"),
        /** A JWT signed by the service account itself. */
        IAM("gcp-iam");

        private final String sessionMethod;

        Type(String sessionMethod) {
            this.sessionMethod = sessionMethod;
        }

        String sessionMethod() {
            return sessionMethod;
        }
    }

    /** Stricter rules for JWTs that service accounts sign. */
    public enum Option {
        /** Refuse a JWT without {@code exp}. */
        REQUIRE_EXPIRY,
        /** Admit each JWT once. */
        SINGLE_USE
    }

    public static final Check INSTANCE = new Check("instance", "the token names its instance, if required");
    public static final Check PROJECT = new Check("project", "the project is allowed");
    public static final Check ZONE = new Check("zone", "the zone is allowed");

    /** An ID token has all facts; a signed JWT only its service account. */
    private static final CheckSequence OF_ID_TOKENS = CheckSequence.of(Check.SERVICE_ACCOUNT, INSTANCE, PROJECT, ZONE);

    private static final CheckSequence OF_SIGNED_JWTS = CheckSequence.of(Check.SERVICE_ACCOUNT);

    /**
     * @throws IllegalArgumentException saying what does not fit the type; an {@link UnconstrainedException} if no
     *     constraint is left
     */
    public GcpAuth {
        options = Set.copyOf(options);
        if (type == Type.IAM && (projects.isSet() || zones.isSet() || serviceAccountIds.isSet())) {
            throw new IllegalArgumentException(
                    "allowedProjects, allowedZones and allowedServiceAccountIds do not apply to"
                            + " type iam: a signed JWT does not contain them");
        }
        if (type == Type.GCE && !options.isEmpty()) {
            throw new IllegalArgumentException("requireExpiry and singleUse apply to type iam only");
        }
        // Zones do not count: every customer of Google can have instances in them.
        if (!serviceAccounts.isSet() && !serviceAccountIds.isSet() && !projects.isSet()) {
            throw new UnconstrainedException(
                    zones.isSet()
                            ? "gcpAuth would admit every customer of Google Cloud with an instance in these zones: allowedZones"
                                    + " alone is not a constraint; also set allowedServiceAccounts or allowedProjects,"
                                    + " or one of them to * for any"
                            : "gcpAuth would admit every workload of Google Cloud; set allowedServiceAccounts or"
                                    + " allowedProjects, or * for any");
        }
    }

    @Override
    public CheckSequence checks() {
        return checks(type);
    }

    static CheckSequence checks(Type type) {
        return type == Type.GCE ? OF_ID_TOKENS : OF_SIGNED_JWTS;
    }

    @Override
    public void admit(GcpAttestation workload, CheckTrace trace) throws Refused {
        admitServiceAccount(workload.serviceAccount(), trace);
        if (type == Type.IAM) {
            return;
        }
        if (!serviceAccountIds.allows(workload.serviceAccountId())) {
            throw new Refused(
                    Reason.SERVICE_ACCOUNT_NOT_ALLOWED,
                    "service account id " + Quoted.quote(workload.serviceAccountId()) + " is not in "
                            + serviceAccountIds);
        }
        trace.at(INSTANCE);
        String project = "";
        String zone = "";
        if (workload.instance().isPresent()) {
            project = workload.instance().get().projectId();
            zone = workload.instance().get().zone();
        } else if (projects.isSet() || zones.isSet()) {
            throw new Refused(
                    Reason.COMPUTE_CLAIMS_MISSING,
                    "allowedProjects or allowedZones is set and the token does not contain them; the workload must request"
                            + " it from the metadata server with format=full");
        }
        trace.at(PROJECT);
        if (!projects.allows(project)) {
            throw new Refused(
                    Reason.PROJECT_NOT_ALLOWED, "project " + Quoted.quote(project) + " is not in " + projects);
        }
        trace.at(ZONE);
        if (!zones.allows(zone)) {
            throw new Refused(Reason.ZONE_NOT_ALLOWED, "zone " + Quoted.quote(zone) + " is not in " + zones);
        }
    }

    @Override
    public Fit fit(Claims unverified) throws Refused {
        return GcpVerifier.isOfGoogle(unverified) ? Fit.OWN_PLATFORM : Fit.NONE;
    }

    @Override
    public String sessionMethod() {
        return type.sessionMethod();
    }

    /** Both types: a change of type ends the sessions of both, and they stay ended if it is changed back. */
    @Override
    public Set<String> sessionMethods() {
        return Set.of(Type.GCE.sessionMethod(), Type.IAM.sessionMethod());
    }

    @Override
    public Trust trust() {
        return new Trust(type.name(), Set.of());
    }

    /** The first constraint separately, since it decides whether an account's keys are worth fetching. */
    void admitServiceAccount(String serviceAccount, CheckTrace trace) throws Refused {
        trace.at(Check.SERVICE_ACCOUNT);
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
