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
    static final String NATIVE = "by Conscrypt µs CPU";
    static final String NATIVE_RATIO = "login to Conscrypt's";

    /** Conscrypt's takes a tenth of the time, and CPU time comes in steps of 10 ms. */
    private static final int MORE_OF_NATIVE = 5;

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
                        measure(plan, world, server, row, nativeCryptography, measured);
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

    private static void measure(
            Plan plan,
            LoginWorld world,
            RunningServer server,
            String row,
            boolean nativeCryptography,
            Measured measured)
            throws IOException {
        List<HttpMessage> logins = Stream.generate(world::login).limit(TOKENS).toList();
        List<HttpMessage> cryptography = List.of(HttpMessage.json(WarmLogin.CRYPTOGRAPHY, "{}"));
        List<HttpMessage> byConscrypt = List.of(HttpMessage.json(WarmLogin.NATIVE_CRYPTOGRAPHY, "{}"));
        int count = plan.of(3000, 300);
        int loops = count / WarmLogin.CRYPTOGRAPHY_LOGINS;
        server.cpuMicrosForEach(logins, plan.of(10_000, 500));
        server.cpuMicrosForEach(cryptography, plan.of(100, 5));
        if (nativeCryptography) {
            server.cpuMicrosForEach(byConscrypt, plan.of(500, 20));
        }
        for (int round = 0; round < plan.rounds(); round++) {
            double login = server.cpuMicrosForEach(logins, count);
            double bare = server.cpuMicrosForEach(cryptography, loops) / WarmLogin.CRYPTOGRAPHY_LOGINS;
            measured.add(row, LOGIN, login);
            measured.add(row, BARE, bare);
            measured.add(row, RATIO, login / bare);
            if (nativeCryptography) {
                double fast =
                        server.cpuMicrosForEach(byConscrypt, MORE_OF_NATIVE * loops) / WarmLogin.CRYPTOGRAPHY_LOGINS;
                measured.add(row, NATIVE, fast);
                measured.add(row, NATIVE_RATIO, login / fast);
            }
        }
    }
}
