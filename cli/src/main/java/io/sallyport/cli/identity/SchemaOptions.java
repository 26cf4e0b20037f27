package io.sallyport.cli.identity;

import io.sallyport.cli.command.Input;
import io.sallyport.method.provider.SchemaField;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The options of a command that sets fields of an auth method, one for each field in its schema. */
final class SchemaOptions {
    private final Input input;
    private final Map<SchemaField, OptionSpec> options = new LinkedHashMap<>();

    /**
     * @param required the fields that a caller must set, by name
     * @param input reads the values that are in files
     */
    SchemaOptions(List<SchemaField> fields, List<String> required, Input input) {
        this.input = input;
        for (SchemaField field : fields) {
            // Only Sallyport writes a field that holds a ciphertext.
            if (field.kind() != SchemaField.Kind.ENTRIES && field.encrypts().isEmpty() && !field.isApiOnly()) {
                options.put(field, option(field, fields, required.contains(field.name())));
            }
        }
    }

    void addTo(CommandSpec command) {
        options.values().forEach(command::addOption);
    }

    private static OptionSpec option(SchemaField field, List<SchemaField> fields, boolean required) {
        OptionSpec.Builder option = OptionSpec.builder(field.option())
                .required(required)
                .description(help(field, fields))
                .paramLabel(field.label().orElse(label(field)));
        return switch (field.kind()) {
            case TEXT -> option.type(field.isFile() ? Path.class : String.class).build();
            case CHOICE -> option.type(String.class).build();
            case NUMBER -> option.type(Long.class).build();
            case FLAG -> option.type(Boolean.class).arity("0").negatable(true).build();
            case COMMA_LIST, LIST ->
                option.type(List.class)
                        .auxiliaryTypes(String.class)
                        .splitRegex(",")
                        .build();
            case MAP ->
                option.type(Map.class)
                        .auxiliaryTypes(String.class, String.class)
                        .build();
            case ENTRIES -> throw new IllegalArgumentException(field.name() + " is not an option");
        };
    }

    private static String label(SchemaField field) {
        if (field.kind() == SchemaField.Kind.CHOICE) {
            return String.join("|", field.choices());
        }
        if (field.isFile()) {
            return "FILE";
        }
        String option = field.option();
        return option.substring(option.lastIndexOf('-') + 1).toUpperCase(Locale.ROOT);
    }

    private static String help(SchemaField field, List<SchemaField> fields) {
        StringBuilder help = new StringBuilder(field.plainDescription());
        if (field.kind() == SchemaField.Kind.CHOICE) {
            field.defaultValue()
                    .or(field::suggested)
                    .ifPresent(value -> help.append(" Default for a new one: ")
                            .append(value)
                            .append('.'));
        }
        if (!field.replacesWhenChanged().isEmpty()) {
            help.append(" Changing it clears the options that belong to the previous value.");
        }
        if (field.kind() == SchemaField.Kind.MAP) {
            help.append(" Replaces all of them.");
        }
        if (field.isFile()) {
            help.append(" Read from a file; - for standard input.");
        }
        fields.stream()
                .filter(other -> field.replaces().contains(other.name()))
                .forEach(other ->
                        help.append(" Replaces ").append(other.option()).append('.'));
        return help.toString().replace("%", "%%");
    }

    /** The fields whose options were given, by name; reads the files. */
    Map<String, @Nullable Object> values() throws IOException {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (Map.Entry<SchemaField, OptionSpec> entry : options.entrySet()) {
            Object value = value(entry.getKey(), entry.getValue());
            if (value != null) {
                values.put(entry.getKey().name(), value);
            }
        }
        return values;
    }

    /**
     * The changes for these values: the values, the suggested ones for a new object, and null for the fields that they
     * replace.
     *
     * @param values of {@link #values}
     * @param stored the fields before; none for a new object
     */
    Map<String, @Nullable Object> changes(
            Map<String, ? extends @Nullable Object> values, Map<String, ? extends @Nullable Object> stored) {
        Map<String, @Nullable Object> changes = new LinkedHashMap<>(values);
        for (SchemaField field : options.keySet()) {
            Object value = values.get(field.name());
            if (value == null) {
                if (stored.isEmpty()) {
                    field.suggested().ifPresent(suggested -> changes.put(field.name(), suggested));
                }
                continue;
            }
            field.replaces().forEach(name -> changes.putIfAbsent(name, null));
            if (stored.containsKey(field.name()) && !value.equals(stored.get(field.name()))) {
                field.replacesWhenChanged().forEach(name -> changes.putIfAbsent(name, null));
            }
        }
        return changes;
    }

    private @Nullable Object value(SchemaField field, OptionSpec option) throws IOException {
        Object value = option.getValue();
        if (value instanceof Path file) {
            return input.read(file);
        }
        if (value instanceof List<?> list) {
            // An empty text means no value.
            return list.stream()
                    .map(text -> String.valueOf(text).trim())
                    .filter(text -> !text.isEmpty())
                    .toList();
        }
        return field.kind() == SchemaField.Kind.TEXT && option.required() && value instanceof String text
                ? text.trim()
                : value;
    }
}
