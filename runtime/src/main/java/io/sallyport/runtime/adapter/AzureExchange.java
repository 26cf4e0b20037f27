package io.sallyport.runtime.adapter;

import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatusType;
import io.sallyport.http.Body;
import io.sallyport.http.Headers;
import io.sallyport.http.Query;
import io.sallyport.http.Response;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request and its answer in Azure's types. Apart from {@link CloudFunction}, whose verification by the JVM would load
 * them everywhere else too, from signed jars whose signatures take 30 ms to check.
 */
final class AzureExchange {
    private AzureExchange() {}

    static HttpResponseMessage answer(Endpoint endpoint, HttpRequestMessage<Optional<String>> request) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        request.getHeaders().forEach((name, value) -> headers.put(name, List.of(value)));
        Response answer = endpoint.answer(
                request.getHttpMethod().name(),
                request.getUri().getPath(),
                new Query(Optional.ofNullable(request.getUri().getRawQuery()).orElse("")),
                Headers.of(headers),
                () -> Body.of(request.getBody().orElse("")),
                // This interface does not provide it either; Azure's front end appends it to X-Forwarded-For.
                "");
        HttpResponseMessage.Builder response =
                request.createResponseBuilder(new Status(answer.status())).body(answer.body());
        answer.headers().forEach(response::header);
        return response.build();
    }

    /** Any status: Azure's enum has only a few. */
    private record Status(int value) implements HttpStatusType {}
}
