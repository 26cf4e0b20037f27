package io.sallyport.cli.identity;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.admin.RedactedIdentity;
import io.sallyport.cli.command.ExitCode;
import io.sallyport.cli.command.OutputOptions;
import io.sallyport.cli.command.StoreOptions;
import io.sallyport.identity.Identity;
import io.sallyport.identity.IdentityRecord;
import io.sallyport.identity.IdentityStore;
import io.sallyport.identity.document.Provider;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import io.sallyport.method.provider.Providers;
import io.sallyport.runtime.Environment;
import io.sallyport.settings.InvalidConfigurationException;
import java.io.IOException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "list", description = "Lists identities by name. Omits stored documents that are not valid identities.")
final class IdentityListCommand implements Callable<Integer> {
    private static final int MAX_COUNT = 1000;

    @Option(
            names = "--search",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Only identities whose name begins with this.")
    private String search = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "Maximum number of identities (${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--cursor", description = "Continues after the previous page, with the cursor that it printed.")
    private @Nullable String cursor;

    @Mixin
    private final StoreOptions store;

    @Mixin
    private OutputOptions output = new OutputOptions();

    IdentityListCommand(Environment environment) {
        store = new StoreOptions(environment);
    }

    @Override
    public Integer call() throws Refused, IOException {
        if (limit < 1 || limit > MAX_COUNT) {
            throw new InvalidConfigurationException(List.of("--limit must be from 1 to " + MAX_COUNT + ", not " + limit
                    + "; use --cursor to get the next page"));
        }
        Optional<IdentityStore.Cursor> after = Optional.ofNullable(cursor).map(IdentityListCommand::cursor);
        try (StoreOptions.OpenRegistry open = store.open()) {
            print(open.registry().list(new IdentityStore.Listing(search, after, 0, limit)));
        }
        return ExitCode.DONE;
    }

    private void print(IdentityStore.Page page) {
        if (output.isJson()) {
            Map<String, @Nullable Object> json = new LinkedHashMap<>();
            json.put(
                    "identities",
                    page.records().stream().map(RedactedIdentity::document).toList());
            page.next().ifPresent(next -> json.put("nextCursor", text(next)));
            output.json(json);
            return;
        }
        output.table(
                List.of("ID", "NAME", "ROLE", "STATE", "AUTH METHODS"),
                page.records().stream().map(IdentityListCommand::row).toList());
        page.next().ifPresent(next -> output.say("there may be more; for the next page: --cursor " + text(next)));
    }

    private static List<String> row(IdentityRecord record) {
        Identity identity = record.identity();
        String methods = Providers.DOCUMENTS.providers().all().stream()
                .filter(kind -> kind.of(identity).isPresent())
                .map(Provider::id)
                .collect(Collectors.joining(", "));
        return List.of(
                record.id().value(),
                identity.name(),
                identity.role(),
                identity.disabled() ? "disabled" : "enabled",
                methods.isEmpty() ? "-" : methods);
    }

    private static String text(IdentityStore.Cursor cursor) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Json.write(
                        Map.of("name", cursor.name(), "id", cursor.id().value())));
    }

    private static IdentityStore.Cursor cursor(String text) {
        try {
            Map<String, @Nullable Object> read =
                    Json.parseObject(Base64.getUrlDecoder().decode(text));
            if (read.get("name") instanceof String name && read.get("id") instanceof String id) {
                return new IdentityStore.Cursor(name, new IdentityId(id));
            }
        } catch (MalformedJsonException | IllegalArgumentException e) {
            // Reported below.
        }
        throw new InvalidConfigurationException(
                List.of("--cursor is not a cursor that this command printed; omit it to begin at the first page"));
    }
}
