package io.sallyport.cli.command;

import io.sallyport.runtime.Settings;
import io.sallyport.server.ServeFiles;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options for the issuer and its keys. */
public final class IssuerOptions {
    @Option(
            names = "--issuer",
            paramLabel = "URL",
            description =
                    "The token's issuer (SALLYPORT_ISSUER, or else http://127.0.0.1:8080, as sallyport serve). The"
                            + " keys come from SALLYPORT_PUBLIC_KEYS, SALLYPORT_SIGNING_KEYS or the data folder.")
    private @Nullable String issuer;

    /** The settings with the issuer and its keys. */
    public Settings settings(Map<String, String> variables, ServeFiles data) throws IOException {
        Map<String, String> all = new HashMap<>(data.withSigningKeysIfThere(variables));
        all.putIfAbsent("SALLYPORT_ISSUER", "http://127.0.0.1:8080");
        if (issuer != null) {
            all.put("SALLYPORT_ISSUER", issuer);
        }
        boolean isPublic = all.containsKey("SALLYPORT_PUBLIC_KEYS") || all.containsKey("SALLYPORT_PUBLIC_KEYS_FILE");
        return isPublic ? Settings.forPublishing(all) : Settings.forServing(all);
    }
}
