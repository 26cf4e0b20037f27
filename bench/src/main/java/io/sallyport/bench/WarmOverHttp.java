package io.sallyport.bench;

import io.sallyport.bench.served.WarmLogin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * CPU time of a whole server process per login over HTTP, in turns with that of a login's bare cryptography, which the
 * same process runs in a loop. HTTP, compilation and garbage collection are part of the process and count; the client
 * is another process.
 */
final class WarmOverHttp implements Program {
    static final String LOGIN = "login µs CPU";
    static final String BARE = "bare cryptography µs CPU";
    static final String RATIO = "login to bare";

    /** Tokens differ, as real workloads' tokens do. */
    private static final int TOKENS = 50;

    @Override
    public Measured run(Plan plan) throws Exception {
        Measured measured = new Measured();
        try (Pinning pinning = Pinning.begin();
                LoginWorld world = LoginWorld.open()) {
            for (JvmFlags flags :
                    List.of(JvmFlags.plain(JavaRuntime.current()), JvmFlags.quick(JavaRuntime.current()))) {
                for (boolean nativeCryptography : new boolean[] {true, false}) {
                    try (RunningServer server = start(plan, world, flags, pinning, nativeCryptography)) {
                        String row = flags + (nativeCryptography ? "" : ", native cryptography off");
                        measure(plan, world, server, row, measured);
                    }
                }
            }
        }
        return measured;
    }

    /** Starts a server on a separate CPU. */
    static RunningServer start(Plan plan, LoginWorld world, JvmFlags flags, Pinning pinning, boolean nativeCryptography)
            throws IOException {
        Path folder = plan.target("warm");
        List<String> command = new ArrayList<>(flags.withoutArchive());
        command.add(TrustStore.with(world.caCertificate(), flags.java(), folder.resolve("trusted")));
        return RunningServer.start(
                Subject.warmLogin(plan, world, nativeCryptography),
                pinning.onItsCpu(command),
                folder.resolve("server.out"));
    }

    private static void measure(Plan plan, LoginWorld world, RunningServer server, String row, Measured measured)
            throws IOException {
        List<HttpMessage> logins = Stream.generate(world::login).limit(TOKENS).toList();
        List<HttpMessage> cryptography = List.of(HttpMessage.json(WarmLogin.CRYPTOGRAPHY, "{}"));
        int count = plan.of(3000, 300);
        int loops = count / WarmLogin.CRYPTOGRAPHY_LOGINS;
        server.cpuMicrosForEach(logins, plan.of(10_000, 500));
        server.cpuMicrosForEach(cryptography, plan.of(100, 5));
        for (int round = 0; round < plan.rounds(); round++) {
            double login = server.cpuMicrosForEach(logins, count);
            double bare = server.cpuMicrosForEach(cryptography, loops) / WarmLogin.CRYPTOGRAPHY_LOGINS;
            measured.add(row, LOGIN, login);
            measured.add(row, BARE, bare);
            measured.add(row, RATIO, login / bare);
        }
    }
}
