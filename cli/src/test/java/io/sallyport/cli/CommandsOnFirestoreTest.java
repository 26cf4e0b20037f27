package io.sallyport.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.cli.command.ExitCode;
import io.sallyport.store.firestore.FirestoreEmulator;
import io.sallyport.testing.TestEnvironment;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on a deployment's store: they read nothing from, and leave nothing in, this machine's data folder. */
class CommandsOnFirestoreTest {
    @TempDir
    private Path folder;

    private Cli cli;

    @BeforeEach
    void nameTheStore() {
        Map<String, String> variables = Map.of(
                "SALLYPORT_STORE", "firestore:" + FirestoreEmulator.freshProject() + "/sallyport",
                "FIRESTORE_EMULATOR_HOST", FirestoreEmulator.hostAndPort(),
                "SALLYPORT_ENCRYPTION_KEY", Base64.getEncoder().encodeToString(new byte[32]));
        cli = new Cli(new TestEnvironment(variables).environment(), folder.resolve("nothing"));
    }

    @Test
    void manageIdentitiesThere() {
        cli.done("identity", "create", "pod", "--name=Pod");
        cli.done("identity", "create", "orders", "--name=Orders");
        cli.run("identity", "create", "pod").exits(ExitCode.REFUSED);
        cli.runWith(
                        "eyJoZWFk.canary.c2ln",
                        "auth",
                        "set",
                        "kubernetes",
                        "pod",
                        "--kubernetes-host=https://k.example.com",
                        "--token-reviewer-jwt-file=-",
                        "--allowed-namespaces=shop")
                .exits(ExitCode.DONE);
        cli.done("audience", "add", "orders", "orders-api", "--scope=read");
        cli.done("grant", "add", "pod", "orders-api", "--scope=read");
        cli.run("audience", "add", "pod", "orders-api").exits(ExitCode.REFUSED);
        String secret = cli.done("client", "secret", "add", "pod").out().trim();

        assertThat(cli.shown("pod"))
                .containsEntry(
                        "grants",
                        List.of(Map.of(
                                "audience",
                                "orders-api",
                                "scopes",
                                List.of("read"),
                                "defaultScopes",
                                List.of(),
                                "tokenType",
                                "at+jwt",
                                "accessTokenTTL",
                                3600L)))
                .extractingByKey("kubernetesAuth")
                .asString()
                .contains("tokenReviewerJwtSet=true");
        assertThat(cli.done("identity", "list", "--limit=1").out())
                .contains("orders")
                .doesNotContain("pod");
        assertThat(cli.done("identity", "list", "--search=Po").out())
                .contains("kubernetes-auth, client-secret-auth")
                .doesNotContain("orders", secret);
        cli.done("token", "revoke", "--session=0123456789abcdef");
        cli.done("identity", "delete", "pod");
        cli.run("identity", "show", "pod").exits(ExitCode.NOT_FOUND);
        assertThat(folder.resolve("nothing")).doesNotExist();
    }
}
