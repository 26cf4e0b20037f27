package io.sallyport.identity;

import static io.sallyport.Reason.IDENTITY_INVALID;
import static io.sallyport.Reason.STORE_UNAVAILABLE;
import static io.sallyport.Reason.UNCONSTRAINED_AUTH_METHOD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.Refused;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.TrustedIps;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every store of identities does. */
public abstract class IdentityStoreContract {
    private static final IdentityId RIG = new IdentityId("rig-basic");
    private static final GcpAuth OF_INSTANCES = new GcpAuth(
            GcpAuth.Type.GCE,
            Allowlist.of("rig@acme.iam.gserviceaccount.com", "other@acme.iam.gserviceaccount.com"),
            Allowlist.of("100000000000000000001"),
            Allowlist.of("acme", "acme-test"),
            Allowlist.of("*"),
            Set.of(),
            new TokenPolicy(
                    Duration.ofMinutes(15),
                    Duration.ofDays(2),
                    3,
                    new TrustedIps(List.of("10.0.0.0/8", "2001:db8::1"))));
    private static final GcpAuth OF_SIGNED_JWTS = new GcpAuth(
            GcpAuth.Type.IAM,
            Allowlist.of("rig@acme.iam.gserviceaccount.com"),
            Allowlist.NONE,
            Allowlist.NONE,
            Allowlist.NONE,
            Set.of(GcpAuth.Option.REQUIRE_EXPIRY, GcpAuth.Option.SINGLE_USE),
            new TokenPolicy(Duration.ZERO, Duration.ZERO, 0, TrustedIps.ANYWHERE));

    private static final KubernetesAuth OF_CLUSTER = new KubernetesAuth(
            new KubernetesAuth.ByApi(
                    KubernetesHost.parse("https://kube.example.com:6443"),
                    Optional.empty(),
                    Optional.of(new SealedSecret("v1.c2VhbGVkLXNlYWxlZC1zZWFsZWQ"))),
            Globs.parse("shop, team-*"),
            Globs.parse("*"),
            Allowlist.of("0b6c6d0e-7d2b-4f2e-9a55-0123456789ab"),
            Optional.of("sallyport"),
            TokenPolicy.DEFAULT);

    /** The store under test, empty before each test. */
    protected abstract IdentityStore store();

    /** Stores a document as it is, past {@link IdentityDocument}. */
    protected abstract void storeDocument(IdentityId id, Map<String, Object> fields) throws Exception;

    /** A store that cannot be reached. */
    protected abstract IdentityStore storeThatIsDown() throws Exception;

    static List<Identity> identities() {
        return List.of(
                new Identity(
                        RIG,
                        "Rig \"basic\" \u2603",
                        "member",
                        Map.of("p.1/`x`", List.of("viewer", "editor"), "p2", List.of()),
                        true,
                        List.of(OF_INSTANCES)),
                new Identity(
                        new IdentityId("in-a-cluster"),
                        "in a cluster",
                        "member",
                        Map.of(),
                        false,
                        List.of(OF_INSTANCES, OF_CLUSTER)),
                new Identity(
                        new IdentityId("9:A_b.c-d"), "", Identity.NO_ACCESS, Map.of(), false, List.of(OF_SIGNED_JWTS)),
                new Identity(
                        new IdentityId("a".repeat(127)),
                        "without a way to log in",
                        "admin",
                        Map.of(),
                        false,
                        List.of()));
    }

    @ParameterizedTest
    @MethodSource("identities")
    void givesBackWhatWasSaved(Identity identity) throws Refused {
        store().save(identity);
        assertThat(store().find(identity.id())).contains(identity);
    }

    @Test
    void knowsNoIdentityThatWasNotSaved() throws Refused {
        store().save(rig("Rig", OF_INSTANCES));
        assertThat(store().find(new IdentityId("rig"))).isEmpty();
    }

    @Test
    void savesInPlaceOfTheWholeIdentity() throws Refused {
        store().save(identities().get(0));
        Identity bare = new Identity(RIG, "Rig", Identity.NO_ACCESS, Map.of(), false, List.of());
        store().save(bare);
        assertThat(store().find(RIG)).contains(bare);
    }

    @Test
    void savesBesideOtherIdentities() throws Refused {
        for (Identity identity : identities()) {
            store().save(identity);
        }
        for (Identity identity : identities()) {
            assertThat(store().find(identity.id())).contains(identity);
        }
    }

    @Test
    void deletesAnIdentityAndNoOther() throws Refused {
        Identity other = identities().get(1);
        store().save(rig("Rig", OF_INSTANCES));
        store().save(other);
        store().delete(RIG);
        assertThat(store().find(RIG)).isEmpty();
        assertThat(store().find(other.id())).contains(other);
    }

    @Test
    void deletesWhatIsNotThere() throws Refused {
        store().delete(RIG);
        store().delete(RIG);
        assertThat(store().find(RIG)).isEmpty();
    }

    @Test
    void readsADocumentThatWasWrittenElsewhere() throws Exception {
        storeDocument(
                RIG,
                Map.of(
                        "gcpAuth",
                        Map.of(
                                "type", "iam",
                                "allowedServiceAccounts", "rig@acme.iam.gserviceaccount.com",
                                "accessTokenTTL", 60L)));
        assertThat(store().find(RIG).orElseThrow().method(GcpAuth.class).orElseThrow())
                .returns(Allowlist.of("rig@acme.iam.gserviceaccount.com"), GcpAuth::serviceAccounts)
                .returns(Duration.ofMinutes(1), gcp -> gcp.policy().ttl());
    }

    @Test
    void refusesADocumentWithAnUnknownField() throws Exception {
        storeDocument(RIG, Map.of("name", "Rig", "allowedProjcts", List.of("acme")));
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> store().find(RIG))
                .returns(IDENTITY_INVALID, Refused::reason);
    }

    @Test
    void refusesADocumentThatWouldAdmitEverybody() throws Exception {
        storeDocument(RIG, Map.of("gcpAuth", Map.of("type", "gce", "allowedServiceAccounts", List.of())));
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> store().find(RIG))
                .returns(UNCONSTRAINED_AUTH_METHOD, Refused::reason);
    }

    @Test
    void saysThatItIsDown() throws Exception {
        IdentityStore down = storeThatIsDown();
        for (ThrowingCallable call : List.<ThrowingCallable>of(
                () -> down.find(RIG), () -> down.save(rig("Rig", OF_INSTANCES)), () -> down.delete(RIG))) {
            assertThatExceptionOfType(Refused.class)
                    .isThrownBy(call)
                    .returns(STORE_UNAVAILABLE, Refused::reason)
                    .satisfies(refused -> assertThat(refused.detail()).doesNotContain("acme"));
        }
    }

    private static Identity rig(String name, GcpAuth gcp) {
        return new Identity(RIG, name, "member", Map.of(), false, List.of(gcp));
    }
}
