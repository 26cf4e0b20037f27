package io.sallyport.cli.workload;

import io.sallyport.json.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The output that Google's libraries read from a program that supplies tokens: google.aip.dev/auth/4117, version 1. */
final class ExecutableResponse {
    private final Map<String, Object> members;

    private ExecutableResponse(boolean success) {
        members = new LinkedHashMap<>();
        members.put("version", 1);
        members.put("success", success);
    }

    /** @param type as in the credential file, {@code urn:ietf:params:oauth:token-type:jwt} or {@code …:id_token} */
    static ExecutableResponse token(String type, String token, Instant expires) {
        ExecutableResponse response = new ExecutableResponse(true);
        response.members.put("token_type", type);
        response.members.put("id_token", token);
        response.members.put("expiration_time", expires.getEpochSecond());
        return response;
    }

    static ExecutableResponse failure(String code, String message) {
        ExecutableResponse response = new ExecutableResponse(false);
        response.members.put("code", code);
        response.members.put("message", message);
        return response;
    }

    String json() {
        return Json.writeLine(members);
    }
}
