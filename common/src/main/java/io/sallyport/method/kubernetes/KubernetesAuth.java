package io.sallyport.method.kubernetes;

import io.sallyport.Check;
import io.sallyport.CheckSequence;
import io.sallyport.CheckTrace;
import io.sallyport.IdentityId;
import io.sallyport.Quoted;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.CaCertificates;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.http.outbound.KubernetesHost;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.Attestation;
import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.Credential;
import io.sallyport.identity.Fit;
import io.sallyport.identity.Globs;
import io.sallyport.identity.Lookup;
import io.sallyport.identity.Trust;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.Claims;
import io.sallyport.jwt.DefaultPort;
import io.sallyport.jwt.PastedKeys;
import io.sallyport.secret.EncryptedSecret;
import io.sallyport.secret.EncryptionContext;
import io.sallyport.token.TokenPolicy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Admits workloads of a Kubernetes cluster by their service account tokens.
 *
 * @param serviceAccountIds by uid, which is never reused, not even after a deletion
 * @param audience the required audience of the token; mandatory where the token is verified offline
 */
public record KubernetesAuth(
        Review review,
        Globs namespaces,
        Globs serviceAccounts,
        Allowlist serviceAccountIds,
        Placement placement,
        Optional<String> audience,
        TokenPolicy policy)
        implements AuthMethod<KubernetesAttestation> {

    public static final Check NAMESPACE = new Check("namespace", "the namespace is allowed");

    static final CheckSequence CHECKS =
            CheckSequence.of(NAMESPACE, Check.SERVICE_ACCOUNT, Placement.POD, Placement.NODE);

    private static final int MAX_LOOKUPS = 100;

    /** Who verifies a token. */
    public sealed interface Review {
        /** Identifies the cluster, and how it is asked. */
        String root();

        /** What the cluster is recognized by: {@link Trust#anchors()}. */
        Set<String> anchors();
    }

    /**
     * The cluster's API server verifies tokens.
     *
     * @param authorities of its TLS certificate, in place of the system's
     * @param reviewerJwt our credential at the API server; if empty, the workload's own token
     */
    public record ByApi(
            KubernetesHost host, Optional<CaCertificates> authorities, Optional<EncryptedSecret> reviewerJwt)
            implements Review {
        @Override
        public String root() {
            return "api " + host;
        }

        @Override
        public Set<String> anchors() {
            return Trust.anchors(authorities);
        }

        /** Where an identity's reviewer token is stored, and where it is sent. */
        EncryptionContext reviewerPlace(IdentityId identity) {
            return new EncryptionContext(
                    identity,
                    KubernetesProvider.FIELD + "." + ReviewerJwtField.ENCRYPTED,
                    host.toString(),
                    authorities.isPresent() ? authorities.get().digest() : EncryptionContext.SYSTEM_AUTHORITIES);
        }
    }

    /** A gateway inside the cluster. It can be configured but refuses every login: gateways are not implemented yet. */
    public record ByGateway(String gatewayId) implements Review {
        @Override
        public String root() {
            return "gateway " + gatewayId;
        }

        @Override
        public Set<String> anchors() {
            return Set.of();
        }
    }

    /**
     * The keys of the cluster's issuer, fetched by discovery. Tokens are verified without asking the cluster, so one
     * whose account or pod was deleted stays valid until it expires.
     *
     * @param authorities of the issuer's TLS certificate, in place of the system's
     */
    public record ByDiscovery(IssuerUrl issuer, Algorithm algorithm, Optional<CaCertificates> authorities)
            implements Review {
        @Override
        public String root() {
            return "discovery " + algorithm + " " + issuer.text();
        }

        @Override
        public Set<String> anchors() {
            return Trust.anchors(authorities);
        }
    }

    /**
     * The keys of the cluster's issuer, fetched from a configured address: for an issuer without discovery, or whose
     * discovery document names another host, as a cluster's own does by default. No discovery document is fetched.
     *
     * @param issuer the required {@code iss} of the token; nothing is fetched from there
     * @param authorities of the TLS certificate of the keys' host, in place of the system's
     */
    public record ByAddress(String issuer, IssuerUrl jwksUri, Algorithm algorithm, Optional<CaCertificates> authorities)
            implements Review {
        @Override
        public String root() {
            return "address " + algorithm + " " + jwksUri.text() + " " + issuer;
        }

        @Override
        public Set<String> anchors() {
            return Trust.anchors(authorities);
        }
    }

    /**
     * The keys of the cluster's issuer as configured, for a cluster that cannot be reached.
     *
     * @param issuer the required {@code iss} of the token; nothing is fetched from there
     */
    public record ByPastedKeys(String issuer, PastedKeys keys) implements Review {
        @Override
        public String root() {
            return "keys " + keys.algorithm() + " " + issuer;
        }

        @Override
        public Set<String> anchors() {
            return keys.thumbprints();
        }
    }

    /**
     * @throws IllegalArgumentException saying what is missing; an {@link UnconstrainedException} if there is no
     *     constraint
     */
    public KubernetesAuth {
        if (isOffline(review) && audience.isEmpty()) {
            throw new IllegalArgumentException(
                    "kubernetesAuth with tokenReviewMode jwks needs allowedAudience: without it, a token that was meant"
                            + " for another service would be admitted");
        }
        // Names do not count: a tenant of a shared cluster can give any name to an account in its own namespace.
        if (!namespaces.isSet() && !serviceAccountIds.isSet()) {
            throw new UnconstrainedException(
                    serviceAccounts.isSet()
                            ? "kubernetesAuth would admit service accounts of these names in every namespace of the cluster:"
                                    + " allowedNames alone is not a constraint; also set allowedNamespaces, or set"
                                    + " allowedNamespaces to * for any"
                            : "kubernetesAuth would admit every workload of the cluster; set allowedNamespaces, or * for"
                                    + " any");
        }
    }

    @Override
    public CheckSequence checks() {
        return CHECKS;
    }

    @Override
    public void admit(KubernetesAttestation workload, CheckTrace trace) throws Refused {
        admitAccount(workload.namespace(), workload.serviceAccount(), trace);
        admitUid(workload.serviceAccountUid());
        placement.admit(workload, trace);
    }

    /** The part of {@link #admit} that concerns the account's name. */
    void admitAccount(String namespace, String name, CheckTrace trace) throws Refused {
        trace.at(NAMESPACE);
        if (!namespaces.allows(namespace)) {
            throw new Refused(
                    Reason.NAMESPACE_NOT_ALLOWED, "namespace " + Quoted.quote(namespace) + " is not in " + namespaces);
        }
        trace.at(Check.SERVICE_ACCOUNT);
        if (!serviceAccounts.allows(name)) {
            throw new Refused(
                    Reason.SERVICE_ACCOUNT_NOT_ALLOWED,
                    "service account " + Quoted.quote(name) + " is not in " + serviceAccounts);
        }
    }

    /** The part of {@link #admit} that concerns the account's uid. */
    void admitUid(String uid) throws Refused {
        if (!serviceAccountIds.allows(uid)) {
            throw new Refused(
                    Reason.SERVICE_ACCOUNT_NOT_ALLOWED,
                    "service account uid " + Quoted.quote(uid) + " is not in " + serviceAccountIds);
        }
    }

    /** Whether the keys of the cluster's issuer verify its tokens, without asking the cluster. */
    public boolean isOffline() {
        return isOffline(review);
    }

    private static boolean isOffline(Review review) {
        return !(review instanceof ByApi || review instanceof ByGateway);
    }

    /** By namespace and name, if both are exact and the issuer is known. */
    @Override
    public Set<Lookup> lookups() {
        Optional<String> issuer = issuer();
        boolean exact = Stream.of(namespaces, serviceAccounts)
                .allMatch(names -> names.isSet() && names.texts().stream().noneMatch(name -> name.contains("*")));
        if (issuer.isEmpty()
                || !exact
                || namespaces.texts().size() * serviceAccounts.texts().size() > MAX_LOOKUPS) {
            return Set.of();
        }
        return namespaces.texts().stream()
                .flatMap(namespace -> serviceAccounts.texts().stream()
                        .map(name -> Lookup.subject(issuer.get(), ServiceAccountName.PREFIX + namespace + ":" + name)))
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The {@code iss} of its tokens; empty if only the API server knows it. */
    public Optional<String> issuer() {
        if (review instanceof ByDiscovery found) {
            return Optional.of(found.issuer().text());
        }
        if (review instanceof ByAddress address) {
            return Optional.of(address.issuer());
        }
        return review instanceof ByPastedKeys pasted ? Optional.of(pasted.issuer()) : Optional.empty();
    }

    @Override
    public Trust trust() {
        return new Trust(review.root(), review.anchors());
    }

    /** Adds the cluster, since other clusters have the same namespaces and names. */
    @Override
    public Map<String, String> sessionFacts(Attestation attestation) {
        Map<String, String> facts = new LinkedHashMap<>(attestation.facts());
        facts.put(KubernetesAttestation.TRUST, Credential.thumbprint(List.of(review.root())));
        return facts;
    }

    /**
     * A session of another cluster does not belong to this configuration. One of an older version does not record its
     * cluster.
     */
    @Override
    public boolean has(Map<String, String> facts) {
        String known = facts.get(KubernetesAttestation.TRUST);
        return known == null || known.equals(Credential.thumbprint(List.of(review.root())));
    }

    /** A cluster that reviews its tokens does not say which issuer is its own. */
    @Override
    public Fit fit(Claims unverified) throws Refused {
        if (!unverified.optionalText("sub").orElse("").startsWith(ServiceAccountName.PREFIX)) {
            return Fit.NONE;
        }
        Optional<String> own = issuer();
        if (own.isEmpty()) {
            return Fit.POSSIBLE;
        }
        return DefaultPort.isSame(own.get(), unverified.optionalText("iss").orElse("")) ? Fit.OWN_PLATFORM : Fit.NONE;
    }

    @Override
    public String sessionMethod() {
        return KubernetesAttestation.METHOD;
    }
}
