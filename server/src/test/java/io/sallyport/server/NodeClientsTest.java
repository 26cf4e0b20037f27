package io.sallyport.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.json.Json;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The libraries with which npm's users call the token service: openid-client and jose. */
@Timeout(600)
class NodeClientsTest {
    private static final Path SOURCES = Path.of("src", "test", "node");
    private static final String SUITE = "clients.test.mjs";

    @TempDir
    private Path data;

    @TempDir
    private Path packages;

    @Test
    @EnabledIfSystemProperty(
            named = "node.clients",
            matches = "true",
            disabledReason = "installs packages from npm; run it with -Dnode.clients=true")
    void clientsFromNpmWorkUnmodified() throws Exception {
        for (String file : List.of("package.json", SUITE)) {
            Files.copy(SOURCES.resolve(file), packages.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        run(Map.of(), "npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts");
        try (OAuthServerFixture stage = OAuthServerFixture.open(data)) {
            String told =
                    run(Map.of("SALLYPORT_STAGE", describe(stage)), "node", "--test", "--test-reporter=tap", SUITE);
            assertThat(told).contains("# fail 0").doesNotContain("# pass 0");
        }
    }

    private static String describe(OAuthServerFixture stage) throws Exception {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("issuer", stage.issuer());
        described.put("shop", OAuthServerFixture.SHOP.value());
        described.put("alias", OAuthServerFixture.ALIAS);
        described.put("batch", OAuthServerFixture.BATCH.value());
        described.put("ordersServer", OAuthServerFixture.ORDERS_SERVER.value());
        described.put("billingServer", OAuthServerFixture.BILLING_SERVER.value());
        described.put("orders", OAuthServerFixture.ORDERS);
        described.put("billing", OAuthServerFixture.BILLING);
        described.put("ungranted", OAuthServerFixture.UNGRANTED);
        described.put("secret", OAuthServerFixture.SECRET);
        described.put("ecKey", OAuthServerFixture.ecPrivateKey().toJSONObject());
        described.put("rsaKey", OAuthServerFixture.rsaPrivateKey().toJSONObject());
        described.put("trustedToken", OAuthServerFixture.trustedToken().serialize());
        described.put(
                "strangersToken", OAuthServerFixture.trustedTokenOfAStranger().serialize());
        return Json.writeString(described);
    }

    /** @return the program's output; it must have succeeded */
    private String run(Map<String, String> variables, String... command) throws Exception {
        File output = Files.createTempFile(data, "output", ".txt").toFile();
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(packages.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output);
        builder.environment().putAll(variables);
        int exit = builder.start().waitFor();
        String printed = Files.readString(output.toPath());
        assertThat(exit).as(printed).isZero();
        return printed;
    }
}
