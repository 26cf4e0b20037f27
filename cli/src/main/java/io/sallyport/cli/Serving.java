package io.sallyport.cli;

import io.sallyport.cli.command.Quiet;
import io.sallyport.cli.command.ServeArguments;
import io.sallyport.runtime.Environment;
import io.sallyport.server.LocalServer;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Runs the server until the process is told to end. */
final class Serving {
    private Serving() {}

    /** @param out says where the server is, and what it serves */
    static void run(ServeArguments arguments, PrintWriter out) throws InterruptedException {
        Quiet.logs();
        LocalServer.Options options = new LocalServer.Options(
                arguments.host(),
                arguments.port(),
                arguments.data(),
                List.of(),
                Map.of(),
                arguments.identities(),
                Optional.empty());
        try (LocalServer server = LocalServer.start(Environment.system(), options)) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            out.println("Sallyport serves on http://" + arguments.host() + ":" + server.port() + " as issuer "
                    + server.issuer());
            server.routes().forEach((path, methods) -> out.println("  " + String.join(",", methods) + " " + path));
            server.warnings().forEach(warning -> out.println("warning: " + warning));
            out.println("Identities are kept in " + server.storeName() + ". Decisions are logged to standard output.");
            out.flush();
            new CountDownLatch(1).await();
        }
    }
}
