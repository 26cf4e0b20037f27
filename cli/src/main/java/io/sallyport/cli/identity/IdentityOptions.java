package io.sallyport.cli.identity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of an identity apart from its auth methods. */
final class IdentityOptions {
    @Option(names = "--name", description = "A name for people to read.")
    private @Nullable String name;

    @Option(
            names = "--role",
            description = "What it may do in Sallyport's own API: admin, viewer, or any other name for no access.")
    private @Nullable String role;

    @Option(
            names = "--project",
            paramLabel = "PROJECT=ROLE,ROLE",
            description = "Its roles in a project, for the systems that read its tokens. PROJECT= removes the project.")
    private Map<String, String> projects = new LinkedHashMap<>();

    @Option(names = "--metadata", paramLabel = "KEY=VALUE", description = "A note. Repeat the option for several.")
    private Map<String, String> metadata = new LinkedHashMap<>();

    @Option(names = "--alias", description = "A readable client id in addition to its id.")
    private @Nullable String alias;

    @Option(
            names = "--delete-protection",
            negatable = true,
            description = "Protects it from deletion; --no-delete-protection removes the protection.")
    private @Nullable Boolean deleteProtection;

    /** @param stored the stored fields: projects and notes that are not named stay unchanged */
    FieldMap fields(Map<String, ? extends @Nullable Object> stored) {
        FieldMap fields = new FieldMap()
                .put("name", name)
                .put("role", role)
                .put("alias", alias)
                .put("hasDeleteProtection", deleteProtection);
        if (!projects.isEmpty()) {
            fields.put("projects", projects(stored.get("projects")));
        }
        if (!metadata.isEmpty()) {
            fields.put("metadata", notes(stored));
        }
        return fields;
    }

    private Map<String, Object> projects(@Nullable Object stored) {
        Map<String, Object> all = new LinkedHashMap<>();
        if (stored instanceof Map<?, ?> known) {
            known.forEach((project, roles) -> all.put(String.valueOf(project), roles));
        }
        projects.forEach((project, roles) -> {
            if (roles.isBlank()) {
                all.remove(project);
            } else {
                all.put(project, List.of(roles.trim().split("\\s*,\\s*")));
            }
        });
        return all;
    }

    private List<Map<String, @Nullable Object>> notes(Map<String, ? extends @Nullable Object> stored) {
        List<Map<String, @Nullable Object>> all = Entries.METADATA.of(stored);
        for (Map.Entry<String, String> note : metadata.entrySet()) {
            all = Entries.METADATA.with(
                    Map.of("metadata", all), Map.of("key", note.getKey(), "value", note.getValue()));
        }
        return all;
    }
}
