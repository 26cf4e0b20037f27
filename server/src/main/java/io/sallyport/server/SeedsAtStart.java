package io.sallyport.server;

import io.sallyport.IdentityId;
import io.sallyport.InvalidField;
import io.sallyport.Refused;
import io.sallyport.admin.RedactedIdentity;
import io.sallyport.admin.Seeding;
import io.sallyport.identity.IdentityStore;
import io.sallyport.runtime.LogLine;
import io.sallyport.settings.InvalidConfigurationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Stores the identities that a server starts with. Each change that this makes, and each that it refuses to make, is a
 * line of the audit log.
 */
record SeedsAtStart(Seeding seeding, LogLine log) {
    private static final String ACTION = "identity.seed";

    /**
     * Stores the seeds one after the other.
     *
     * @param file the source of the seeds, if they come from one
     * @return what was left unchanged, in words
     * @throws InvalidConfigurationException naming every identity that cannot be stored, and why; the others are stored
     * @throws Refused if the store did not answer
     */
    List<String> store(List<Seeding.Seed> seeds, Optional<Path> file) throws Refused {
        List<String> warnings = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Seeding.Seed seed : seeds) {
            try {
                Seeding.Outcome outcome = seeding.seed(seed);
                tell(outcome, file);
                outcome.warnings().forEach(warning -> warnings.add("identity " + seed.id() + ": " + warning));
            } catch (Refused refused) {
                switch (refused.reason()) {
                    case STORE_UNAVAILABLE, STORE_TIMEOUT -> throw refused;
                    default -> faults.add("identity " + seed.id() + ": " + why(refused));
                }
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidConfigurationException(faults);
        }
        return warnings;
    }

    private static String why(Refused refused) {
        return refused.fields().isEmpty()
                ? refused.detail()
                : refused.fields().stream().map(InvalidField::problem).collect(Collectors.joining("; "));
    }

    private void tell(Seeding.Outcome outcome, Optional<Path> file) {
        IdentityId id = outcome.id();
        for (String warning : outcome.warnings()) {
            Map<String, Object> line = begin(id, file);
            line.put("detail", warning);
            log.write("WARNING", "identity " + id + ": the start did not change everything", line);
        }
        if (outcome.changed().isPresent()) {
            IdentityStore.Changed changed = outcome.changed().get();
            Map<String, Object> line = begin(id, file);
            line.put("before", shown(changed.before().map(RedactedIdentity::document)));
            line.put("after", shown(changed.after().map(RedactedIdentity::document)));
            log.write("INFO", "identity " + id + ": the start " + verb(changed) + " it", line);
        }
    }

    private static String verb(IdentityStore.Changed changed) {
        return changed.before().isPresent() ? "changed" : "stored";
    }

    /** Empty if there is none, as with changes by the admin API. */
    private static Map<String, @Nullable Object> shown(Optional<Map<String, @Nullable Object>> document) {
        return document.orElse(Map.of());
    }

    private static Map<String, Object> begin(IdentityId id, Optional<Path> file) {
        Map<String, Object> by = new LinkedHashMap<>();
        by.put("way", "serve");
        // Only its name: its folder is an internal of this machine.
        file.map(Path::getFileName).ifPresent(name -> by.put("identities", name.toString()));
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("action", ACTION);
        line.put("by", by);
        line.put("identityId", id.value());
        return line;
    }
}
