package io.sallyport.store.firestore;

import io.grpc.Status;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;

/** Faults of calls over REST. A call that is UNAVAILABLE is one whose connection broke. */
final class RestFaults extends Faults implements RestCalls {
    /** In gRPC's terms. */
    private static final Map<String, String> METHODS = Map.of(
            "batchGet", "BatchGetDocuments",
            "runQuery", "RunQuery",
            "beginTransaction", "BeginTransaction",
            "commit", "Commit",
            "rollback", "Rollback");

    private final RestCalls emulator;

    RestFaults(RestCalls emulator) {
        this.emulator = emulator;
    }

    @Override
    public Answer post(String path, byte[] json, Duration longest) throws IOException, Refused {
        String method = METHODS.get(path.substring(path.indexOf(":") + 1));
        Fate fate = fateOf(method);
        if (fate.failure().isEmpty()) {
            return emulator.post(path, json, longest);
        }
        if (fate.forwarded() && emulator.post(path, json, longest).status() == HttpURLConnection.HTTP_OK) {
            noteLoss();
        }
        return failure(fate.failure().get());
    }

    private static Answer failure(Status.Code code) throws IOException {
        switch (code) {
            case UNAVAILABLE -> throw new IOException("as the test wants it");
            case DEADLINE_EXCEEDED -> throw new SocketTimeoutException("as the test wants it");
            default -> {
                Map<String, Object> error =
                        Map.of("code", 499, "message", "as the test wants it", "status", code.name());
                return new Answer(499, Json.writeString(Map.of("error", error)));
            }
        }
    }
}
