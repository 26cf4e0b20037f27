package io.sallyport.cli.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.IdentityId;
import io.sallyport.Race;
import io.sallyport.cli.Cli;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.http.ClientAddress;
import io.sallyport.method.clientsecret.ClientSecretAuth;
import io.sallyport.method.provider.Providers;
import io.sallyport.secret.Secret;
import io.sallyport.store.sqlite.SqliteDatabase;
import io.sallyport.store.sqlite.SqliteIdentityStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that make identities OAuth clients and resources. */
class GrantsByCommandTest {
    @TempDir
    private Path folder;

    private Cli cli;

    @BeforeEach
    void makeIdentities() {
        cli = new Cli(folder.resolve("data"));
        cli.done("identity", "create", "shop");
        cli.done("identity", "create", "orders");
    }

    @Test
    void grantsAnAudienceChangesTheGrantAndTakesItAway() {
        cli.done("audience", "add", "orders", "orders-api", "--scope=read,write");
        cli.done("grant", "add", "shop", "orders-api", "--scope=read,write", "--default-scope=read", "--ttl=600");
        cli.done("grant", "add", "shop", "orders-api", "--token-type=JWT");
        cli.done("grant", "add", "shop", "billing-api");

        assertThat(cli.done("grant", "list", "shop", "--output=json").json())
                .extracting("grants")
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .hasSize(2)
                .first()
                .isEqualTo(Map.of(
                        "audience",
                        "orders-api",
                        "scopes",
                        List.of("read", "write"),
                        "defaultScopes",
                        List.of("read"),
                        "tokenType",
                        "JWT",
                        "accessTokenTTL",
                        600L));
        assertThat(cli.done("grant", "list", "shop").out()).contains("orders-api", "read write", "JWT", "3600");

        cli.done("grant", "remove", "shop", "orders-api");
        assertThat(cli.run("grant", "remove", "shop", "orders-api")
                        .exits(ExitCode.NOT_FOUND)
                        .err())
                .contains("orders-api", "sallyport identity show");
        assertThat(cli.done("grant", "list", "shop").out()).doesNotContain("orders-api");
    }

    @Test
    void saysSoWhereTheGrantedAudienceHasNoOwner() {
        assertThat(cli.done("grant", "add", "shop", "orders-api").err()).contains("sallyport audience add");
        cli.done("audience", "add", "orders", "orders-api");
        assertThat(cli.done("grant", "add", "shop", "orders-api").err()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders-api --default-scope=read",
                "orders-api --ttl=0",
                "orders-api --ttl=86401",
                "orders-api --token-type=at",
                "or/ders",
                "orders-api --scope=a;b"
            })
    void grantsNothingThatIsNotValid(String arguments) {
        cli.run(("grant add shop " + arguments).split(" ")).exits(ExitCode.INVALID);
        assertThat(cli.shown("shop")).containsEntry("grants", List.of());
    }

    @Test
    void letsOnlyOneIdentityOwnAnAudience() {
        cli.done("audience", "add", "orders", "orders-api");
        assertThat(cli.run("audience", "add", "shop", "orders-api")
                        .exits(ExitCode.REFUSED)
                        .err())
                .contains("belongs to orders", "sallyport audience remove");
        assertThat(cli.done("audience", "list", "orders").out()).contains("orders-api");
        cli.done("audience", "remove", "orders", "orders-api");
        cli.run("audience", "remove", "orders", "orders-api").exits(ExitCode.NOT_FOUND);
        cli.done("audience", "add", "shop", "orders-api", "--scope=read");
        assertThat(cli.done("audience", "list", "shop", "--output=json").json())
                .containsEntry("audiences", List.of(Map.of("name", "orders-api", "scopes", List.of("read"))));
    }

    @Test
    void givesAndTakesAnAlias() {
        cli.done("client", "alias", "shop", "storefront");
        assertThat(cli.shown("shop")).containsEntry("alias", "storefront");
        cli.run("client", "alias", "shop").exits(ExitCode.INVALID);
        cli.run("client", "alias", "shop", "x", "--none").exits(ExitCode.INVALID);
        cli.run("client", "alias", "orders", "storefront").exits(ExitCode.REFUSED);
        cli.done("client", "alias", "shop", "--none");
        assertThat(cli.shown("shop")).doesNotContainKey("alias");
        cli.done("client", "alias", "orders", "storefront");
    }

    @Test
    void showsASecretOnceAndKeepsItsHashToItself() throws Exception {
        Path log = folder.resolve("log");
        Cli.Outcome made = cli.done("client", "secret", "add", "shop", "--id=first", "--audit-log=" + log);
        String secret = made.out().trim();
        assertThat(secret).matches("sallyport_secret_[A-Za-z0-9_-]{43}");
        String second = String.valueOf(cli.done("client", "secret", "add", "shop", "--output=json")
                .json()
                .get("clientSecret"));
        assertThat(second).isNotEqualTo(secret);
        for (int more = 3; more <= 20; more++) {
            cli.done("client", "secret", "add", "shop", "--id=more-" + more, "--ttl=60", "--uses=2");
        }
        cli.run("client", "secret", "add", "shop", "--id=third").exits(ExitCode.INVALID);
        assertThat(cli.done("client", "secret", "list", "shop").out()).contains("2026-03-01T12:01:00Z");
        for (int more = 3; more <= 20; more++) {
            cli.done("client", "secret", "remove", "shop", "more-" + more);
        }

        assertThat(cli.done("client", "secret", "list", "shop").out()).contains("first", "2026-03-01");
        assertThat(cli.done("client", "secret", "list", "shop", "--output=json")
                        .json()
                        .get("secrets"))
                .isEqualTo(List.of(
                        Map.of("id", "first", "createdAt", "2026-03-01T12:00:00Z"),
                        Map.of("id", "2026-03-01", "createdAt", "2026-03-01T12:00:00Z")));
        try (SqliteDatabase database = SqliteDatabase.open(cli.data().resolve("sallyport.db"))) {
            assertThat(new SqliteIdentityStore(database, Providers.DOCUMENTS)
                            .find(new IdentityId("shop"))
                            .orElseThrow()
                            .method(ClientSecretAuth.class)
                            .orElseThrow()
                            .verify(new Secret(secret), ClientAddress.UNKNOWN, Instant.now()))
                    .isNotNull();
        }
        assertThat(made.err() + Files.readString(log) + cli.shown("shop"))
                .doesNotContain(secret)
                .doesNotContain("sha256");

        cli.run("client", "secret", "remove", "shop", "other").exits(ExitCode.NOT_FOUND);
        cli.done("client", "secret", "remove", "shop", "first");
        cli.done("client", "secret", "remove", "shop", "2026-03-01");
        assertThat(cli.run("client", "secret", "list", "shop")
                        .exits(ExitCode.NOT_FOUND)
                        .err())
                .contains("sallyport client secret add");
    }

    /** 20 at once: none may overwrite what another has just written. */
    @Test
    void losesNothingOf20ChangesAtOnce() throws Exception {
        AtomicInteger count = new AtomicInteger();
        assertThat(Race.of(20, () -> {
                    int i = count.incrementAndGet();
                    return cli.run(
                                    i % 2 == 0
                                            ? new String[] {"grant", "add", "shop", "api-" + i}
                                            : new String[] {"identity", "update", "shop", "--metadata=k" + i + "=v"})
                            .exitCode();
                }))
                .containsOnly(ExitCode.DONE);
        assertThat(((List<?>) cli.shown("shop").get("grants"))
                        .stream().map(grant -> String.valueOf(((Map<?, ?>) grant).get("audience"))))
                .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 10)
                        .mapToObj(i -> "api-" + 2 * i)
                        .toList());
        assertThat((List<?>) cli.shown("shop").get("metadata")).hasSize(10);
    }
}
