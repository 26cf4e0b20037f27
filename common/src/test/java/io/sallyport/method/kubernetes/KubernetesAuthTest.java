package io.sallyport.method.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.http.outbound.IssuerUrl;
import io.sallyport.http.outbound.KubernetesHost;
import io.sallyport.identity.Allowlist;
import io.sallyport.identity.Globs;
import io.sallyport.identity.UnconstrainedException;
import io.sallyport.jwt.Algorithm;
import io.sallyport.jwt.PastedKeys;
import io.sallyport.token.TokenPolicy;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesAuthTest {
    /** RFC 7517, appendix A.1. */
    private static final String KEYS = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"1\","
            + "\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","
            + "\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}]}";

    private static final KubernetesAuth.Review API =
            new KubernetesAuth.ByApi(KubernetesHost.parse("kube.example.com"), Optional.empty(), Optional.empty());
    private static final KubernetesAttestation WORKLOAD =
            new KubernetesAttestation("shop", "payments", "uid-1", Optional.empty(), Optional.empty());

    private static final KubernetesAttestation BOUND = new KubernetesAttestation(
            "shop",
            "payments",
            "uid-1",
            Optional.of(new KubernetesAttestation.Pod("payments-0", "pod-uid")),
            Optional.of(new KubernetesAttestation.Node("pool-1-a", "node-uid")));

    @ParameterizedTest(name = "namespaces {0}, names {1}, ids {2}")
    @CsvSource({
        "shop, '', ''",
        "*, payments, ''",
        "'', '', uid-1",
        "'other, shop', 'x,payments', 'uid-0,uid-1'",
        "sho*, pay*, uid-1",
        "*, *, *",
        "*, '', ''"
    })
    void admits(String namespaces, String names, String ids) {
        assertThatCode(() -> method(namespaces, names, ids).admit(WORKLOAD)).doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "namespaces {0}, names {1}, ids {2}: {3}")
    @CsvSource({
        "shop2, '', '', NAMESPACE_NOT_ALLOWED",
        "sho, '', '', NAMESPACE_NOT_ALLOWED",
        "shop-*, '', '', NAMESPACE_NOT_ALLOWED",
        "*hop2, payments, uid-1, NAMESPACE_NOT_ALLOWED",
        "shop, payment, '', SERVICE_ACCOUNT_NOT_ALLOWED",
        "shop, payments-*, '', SERVICE_ACCOUNT_NOT_ALLOWED",
        "*, shop, '', SERVICE_ACCOUNT_NOT_ALLOWED",
        "shop, payments, uid-2, SERVICE_ACCOUNT_NOT_ALLOWED",
        "'', '', uid-, SERVICE_ACCOUNT_NOT_ALLOWED",
        "'', '', UID-1, SERVICE_ACCOUNT_NOT_ALLOWED"
    })
    void refuses(String namespaces, String names, String ids, Reason reason) {
        assertRefused(reason, method(namespaces, names, ids), WORKLOAD);
    }

    @Test
    void tellsTheNamespaceFirst() {
        assertRefused(Reason.NAMESPACE_NOT_ALLOWED, method("x", "x", "x"), WORKLOAD);
    }

    /** Names are reused after a deletion; uids are not. */
    @Test
    void refusesARecreatedAccountOfTheSameNameWhereTheUidIsPinned() {
        assertRefused(
                Reason.SERVICE_ACCOUNT_NOT_ALLOWED,
                method("shop", "payments", "uid-1"),
                new KubernetesAttestation("shop", "payments", "uid-2", Optional.empty(), Optional.empty()));
        assertRefused(
                Reason.SERVICE_ACCOUNT_NOT_ALLOWED,
                method("shop", "payments", "uid-1"),
                new KubernetesAttestation("shop", "payments", "", Optional.empty(), Optional.empty()));
    }

    @ParameterizedTest(name = "pods {0}, nodes {1}: {2}")
    @CsvSource({
        "'', '', ",
        "payments-0, pool-1-a, ",
        "'web-*, payments-*', pool-*, ",
        "*, *, ",
        "payments, '', POD_NOT_ALLOWED",
        "payments-0-*, *, POD_NOT_ALLOWED",
        "payments-00, '', POD_NOT_ALLOWED",
        "*, pool-1, NODE_NOT_ALLOWED",
        "'', pool-2-*, NODE_NOT_ALLOWED",
        "web-*, web-*, POD_NOT_ALLOWED"
    })
    void narrowsByPodAndNode(String pods, String nodes, @Nullable Reason reason) {
        KubernetesAuth method = narrowed(pods, nodes);
        if (reason == null) {
            assertThatCode(() -> method.admit(BOUND)).doesNotThrowAnyException();
        } else {
            assertRefused(reason, method, BOUND);
        }
    }

    /** Not even {@code *} allows it: the cluster must vouch for some pod. */
    @Test
    void refusesATokenThatIsBoundToNoPodWherePodsAreConstrained() {
        assertRefused(Reason.POD_NOT_ALLOWED, narrowed("*", ""), WORKLOAD);
        assertRefused(Reason.NODE_NOT_ALLOWED, narrowed("", "*"), WORKLOAD);
    }

    /** Tenants name their pods, and nodes run the pods of all. */
    @Test
    void takesNeitherPodsNorNodesForAConstraint() {
        assertThatExceptionOfType(UnconstrainedException.class)
                .isThrownBy(() -> new KubernetesAuth(
                        API,
                        Globs.NONE,
                        Globs.parse("payments"),
                        Allowlist.NONE,
                        new Placement(Globs.parse("payments-0"), Globs.parse("pool-1-a")),
                        Optional.empty(),
                        TokenPolicy.DEFAULT));
    }

    private static KubernetesAuth narrowed(String pods, String nodes) {
        return new KubernetesAuth(
                API,
                Globs.parse("shop"),
                Globs.NONE,
                Allowlist.NONE,
                new Placement(Globs.parse(pods), Globs.parse(nodes)),
                Optional.empty(),
                TokenPolicy.DEFAULT);
    }

    @Test
    void wouldAdmitEverybodyWithoutAConstraint() {
        assertThatExceptionOfType(UnconstrainedException.class).isThrownBy(() -> method("", "", ""));
        assertThatExceptionOfType(UnconstrainedException.class).isThrownBy(() -> method(" , ", ",", " "));
    }

    /** In a shared cluster, a tenant may give any name to an account in its own namespace. */
    @ParameterizedTest
    @ValueSource(strings = {"payments", "pay*", "*"})
    void takesNamesForNoConstraintAlone(String names) {
        assertThatExceptionOfType(UnconstrainedException.class)
                .isThrownBy(() -> method("", names, ""))
                .withMessageContaining("allowedNamespaces");
        assertThatCode(() -> method("*", names, "")).doesNotThrowAnyException();
        assertThatCode(() -> method("", names, "uid-1")).doesNotThrowAnyException();
    }

    @Test
    void saysAnyAloneOrNotAtAll() {
        assertThatIllegalArgumentException().isThrownBy(() -> method("*, shop", "", ""));
        assertThatIllegalArgumentException().isThrownBy(() -> method("", "*, payments", ""));
    }

    /** Vault, CVE-2024-5798: nothing else ties the token to us. */
    @Test
    void needsAnAudienceWhereTheTokenIsProvenOffline() {
        KubernetesAuth.Review offline = new KubernetesAuth.ByDiscovery(
                new IssuerUrl("https://oidc.example.com/id"), Algorithm.RS256, Optional.empty());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KubernetesAuth(
                        offline,
                        Globs.parse("shop"),
                        Globs.NONE,
                        Allowlist.NONE,
                        Placement.ANY,
                        Optional.empty(),
                        TokenPolicy.DEFAULT));
    }

    @Test
    void tellsTheFactsThatAreKnown() {
        assertThat(WORKLOAD.facts())
                .containsOnlyKeys("namespace", "service_account", "service_account_uid")
                .containsEntry("service_account", "payments");
        assertThat(new KubernetesAttestation(
                                "shop",
                                "payments",
                                "",
                                Optional.of(new KubernetesAttestation.Pod("payments-0", "u")),
                                Optional.empty())
                        .facts())
                .containsOnlyKeys("namespace", "service_account", "pod_name", "pod_uid");
        assertThat(BOUND.facts()).containsEntry("node_name", "pool-1-a").containsEntry("node_uid", "node-uid");
        assertThat(WORKLOAD.method()).isEqualTo(method("*", "", "").sessionMethod());
    }

    /** The document may have changed since the login: namespaces and names exist in any cluster. */
    @Test
    void hasNoSessionOfAnotherCluster() {
        PastedKeys keys = PastedKeys.parse(KEYS, Algorithm.ES256);
        List<KubernetesAuth.Review> clusters = List.of(
                API,
                new KubernetesAuth.ByApi(
                        KubernetesHost.parse("https://other.example.com"), Optional.empty(), Optional.empty()),
                new KubernetesAuth.ByDiscovery(
                        new IssuerUrl("https://oidc.example.com/id"), Algorithm.RS256, Optional.empty()),
                new KubernetesAuth.ByDiscovery(
                        new IssuerUrl("https://oidc.example.com/other"), Algorithm.RS256, Optional.empty()),
                byAddress("https://oidc.example.com/id", "https://keys.example.com/jwks"),
                byAddress("https://oidc.example.com/other", "https://keys.example.com/jwks"),
                byAddress("https://oidc.example.com/id", "https://keys.example.com/other"),
                new KubernetesAuth.ByPastedKeys("https://oidc.example.com/id", keys),
                new KubernetesAuth.ByPastedKeys("https://oidc.example.com/other", keys),
                new KubernetesAuth.ByGateway("one"),
                new KubernetesAuth.ByGateway("other"));
        assertThat(clusters)
                .extracting(review -> review.getClass().getName())
                .as("every way of review")
                .contains(Stream.of(KubernetesAuth.Review.class.getPermittedSubclasses())
                        .map(Class::getName)
                        .toArray(String[]::new));
        for (KubernetesAuth.Review here : clusters) {
            Map<String, String> session = of(here).sessionFacts(WORKLOAD);
            assertThat(session).containsAllEntriesOf(WORKLOAD.facts());
            for (KubernetesAuth.Review there : clusters) {
                assertThat(of(there).has(session))
                        .as("%s after %s", there, here)
                        .isEqualTo(here.equals(there));
            }
        }
        assertThat(of(API).has(WORKLOAD.facts())).as("one of an older version").isTrue();
    }

    private static KubernetesAuth.Review byAddress(String issuer, String jwksUri) {
        return new KubernetesAuth.ByAddress(issuer, new IssuerUrl(jwksUri), Algorithm.RS256, Optional.empty());
    }

    private static KubernetesAuth of(KubernetesAuth.Review review) {
        return new KubernetesAuth(
                review,
                Globs.parse("shop"),
                Globs.NONE,
                Allowlist.NONE,
                Placement.ANY,
                Optional.of("sallyport"),
                TokenPolicy.DEFAULT);
    }

    private static void assertRefused(Reason reason, KubernetesAuth method, KubernetesAttestation workload) {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> method.admit(workload))
                .returns(reason, Refused::reason);
    }

    private static KubernetesAuth method(String namespaces, String names, String ids) {
        return new KubernetesAuth(
                API,
                Globs.parse(namespaces),
                Globs.parse(names),
                Allowlist.parse(ids),
                Placement.ANY,
                Optional.empty(),
                TokenPolicy.DEFAULT);
    }
}
