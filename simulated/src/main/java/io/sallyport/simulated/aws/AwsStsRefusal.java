package io.sallyport.simulated.aws;

import io.sallyport.simulated.Reply;
import java.util.LinkedHashMap;
import java.util.Map;

/** An error of AWS's security token service: AWS STS API Reference, "Common Error Types". */
record AwsStsRefusal(int status, String code, String message) {
    static final String REQUEST_ID = "01234567-89ab-cdef-0123-456789abcdef";

    static AwsStsRefusal of(String code, String message) {
        return new AwsStsRefusal(403, code, message);
    }

    Reply json() {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("Code", code);
        error.put("Message", message);
        error.put("Type", status < 500 ? "Sender" : "Receiver");
        return Reply.json(status, Map.of("Error", error, "RequestId", REQUEST_ID));
    }

    /** What it answers unless JSON is asked for. */
    Reply xml() {
        return Reply.text(
                status,
                "text/xml",
                "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    <Type>"
                        + (status < 500 ? "Sender" : "Receiver") + "</Type>\n    <Code>" + code
                        + "</Code>\n    <Message>" + escaped(message)
                        + "</Message>\n  </Error>\n  <RequestId>" + REQUEST_ID + "</RequestId>\n</ErrorResponse>\n");
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
