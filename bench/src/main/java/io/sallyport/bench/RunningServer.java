package io.sallyport.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A subject that has answered and keeps answering. */
record RunningServer(MeasuredProcess process, int port, HttpMessage request) implements AutoCloseable {
    /** @param command up to the subject's own arguments */
    static RunningServer start(Subject subject, List<String> command, Path output) throws IOException {
        int port = KeptConnection.freePort();
        List<String> whole = new ArrayList<>(command);
        whole.addAll(subject.arguments().apply(port));
        MeasuredProcess process = MeasuredProcess.start(whole, subject.environment(), output);
        try {
            if (subject.request().isPresent()) {
                process.awaitAnswer(port, subject.request().get());
            } else {
                process.awaitOutput();
            }
        } catch (IOException e) {
            process.close();
            throw new IOException(subject.name() + " does not answer; what it wrote is in " + output, e);
        }
        return new RunningServer(process, port, subject.request().orElse(HttpMessage.NONE));
    }

    /** CPU time of the process per request, for this many requests one after the other on one keep-alive connection. */
    double cpuMicrosForEach(int count) throws IOException {
        return cpuMicrosForEach(List.of(request), count);
    }

    /** CPU time of the process per request, for this many requests that take turns on one keep-alive connection. */
    double cpuMicrosForEach(List<HttpMessage> requests, int count) throws IOException {
        try (KeptConnection connection = new KeptConnection(port)) {
            double before = process.cpuMillis();
            for (int i = 0; i < count; i++) {
                connection.exchange(requests.get(i % requests.size()));
            }
            return (process.cpuMillis() - before) * 1000 / count;
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
