package io.sallyport.cli.identity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options that say what a client secret is for, and how long and how often it may be used. */
final class ClientSecretLimits {
    /** The fields of a secret's entry that the options set. */
    static final List<String> FIELDS = List.of("description", "numUsesLimit", "ttl");

    @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
    private String description = "";

    @Option(
            names = "--ttl",
            paramLabel = "SECONDS",
            description = "For how many seconds it is valid; 0, the default, for no end.")
    private long ttl;

    @Option(
            names = "--uses",
            paramLabel = "N",
            description = "How often it may be used, for logins and for the token service together; 0, the default, for"
                    + " no limit.")
    private long uses;

    /** The fields that are set. */
    Map<String, Object> fields() {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (!description.isEmpty()) {
            fields.put("description", description);
        }
        if (uses != 0) {
            fields.put("numUsesLimit", uses);
        }
        if (ttl != 0) {
            fields.put("ttl", ttl);
        }
        return fields;
    }
}
