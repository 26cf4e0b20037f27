package io.sallyport.cli.workload;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The credential file of type {@code external_account} that gcloud and Google's libraries read:
 * google.aip.dev/auth/4117. It holds no secret.
 */
record GcloudConfig(PoolProvider provider, Source source, Optional<Impersonation> impersonation) {
    /** Within the libraries' limits of 5 to 120 s; enough for a JVM to start and make two requests. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Where libraries get Sallyport's token. */
    sealed interface Source {
        Map<String, Object> json();
    }

    /**
     * Runs a command.
     *
     * @param keep the file that caches the answer while it is valid
     */
    record Executable(List<String> command, Optional<Path> keep) implements Source {
        Executable {
            command = List.copyOf(command);
        }

        @Override
        public Map<String, Object> json() {
            Map<String, Object> executable = new LinkedHashMap<>();
            executable.put("command", String.join(" ", command));
            executable.put("timeout_millis", PATIENCE.toMillis());
            keep.ifPresent(file -> executable.put("output_file", file.toString()));
            return Map.of("executable", executable);
        }
    }

    /** Reads a file that another program keeps fresh. */
    record TokenFile(Path file) implements Source {
        @Override
        public Map<String, Object> json() {
            return Map.of("file", file.toString());
        }
    }

    /**
     * The service account to impersonate.
     *
     * @param lifetime of its access tokens
     */
    record Impersonation(String serviceAccount, Optional<Duration> lifetime) {}

    String json() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("universe_domain", "googleapis.com");
        json.put("type", "external_account");
        json.put("audience", provider.audience());
        json.put("subject_token_type", "urn:ietf:params:oauth:token-type:jwt");
        json.put("token_url", "https://sts.googleapis.com/v1/token");
        json.put("credential_source", source.json());
        impersonation.ifPresentOrElse(
                account -> impersonate(account, json),
                () ->
                        // Where gcloud asks which principal it is.
                        json.put("token_info_url", "https://sts.googleapis.com/v1/introspect"));
        try {
            return JsonMapper.builder()
                            .enable(SerializationFeature.INDENT_OUTPUT)
                            .build()
                            .writeValueAsString(json)
                    + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of texts and numbers are JSON", e);
        }
    }

    private static void impersonate(Impersonation account, Map<String, Object> json) {
        json.put(
                "service_account_impersonation_url",
                "https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/" + account.serviceAccount()
                        + ":generateAccessToken");
        account.lifetime()
                .ifPresent(lifetime -> json.put(
                        "service_account_impersonation", Map.of("token_lifetime_seconds", lifetime.toSeconds())));
    }
}
