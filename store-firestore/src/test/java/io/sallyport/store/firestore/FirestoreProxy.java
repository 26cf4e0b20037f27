package io.sallyport.store.firestore;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A proxy for the emulator that makes calls fail as they can between a function and Firestore. It knows their methods
 * by name and their messages as bytes.
 */
public final class FirestoreProxy extends Faults implements AutoCloseable {
    private final ManagedChannel emulator;
    private final int port;
    private Server server;

    private FirestoreProxy(ManagedChannel emulator) {
        this.emulator = emulator;
        this.server = listen(0);
        this.port = server.getPort();
    }

    /** Passes on everything until a test decides otherwise. The test is skipped if there is no emulator. */
    public static FirestoreProxy start() {
        return new FirestoreProxy(NettyChannelBuilder.forTarget(FirestoreEmulator.hostAndPort())
                .usePlaintext()
                .build());
    }

    public String hostAndPort() {
        return "127.0.0.1:" + port;
    }

    /** Breaks all connections and refuses new ones. */
    public void stopListening() {
        server.shutdownNow();
        try {
            server.awaitTermination();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** On the same port as before. */
    public void listenAgain() {
        server = listen(port);
    }

    private Server listen(int onPort) {
        try {
            return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), onPort))
                    .fallbackHandlerRegistry(new AnyMethod())
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class AnyMethod extends HandlerRegistry {
        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
            MethodDescriptor<byte[], byte[]> method = MethodDescriptor.newBuilder(Bytes.AS_THEY_ARE, Bytes.AS_THEY_ARE)
                    .setType(MethodDescriptor.MethodType.UNKNOWN)
                    .setFullMethodName(name)
                    .build();
            return ServerMethodDefinition.create(method, FirestoreProxy.this::handle);
        }
    }

    private ServerCall.Listener<byte[]> handle(ServerCall<byte[], byte[]> caller, Metadata headers) {
        String method = String.valueOf(caller.getMethodDescriptor().getBareMethodName());
        Fate fate = fateOf(method);
        if (!fate.forwarded()) {
            caller.close(failure(fate), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        ClientCall<byte[], byte[]> call = emulator.newCall(caller.getMethodDescriptor(), CallOptions.DEFAULT);
        call.start(fate.failure().isEmpty() ? passingOn(caller, call) : losing(caller, call, fate), headers);
        call.request(1);
        caller.request(1);
        return new ServerCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                call.sendMessage(message);
                caller.request(1);
            }

            @Override
            public void onHalfClose() {
                call.halfClose();
            }

            @Override
            public void onCancel() {
                call.cancel("the caller has gone", null);
            }
        };
    }

    private static ClientCall.Listener<byte[]> passingOn(
            ServerCall<byte[], byte[]> caller, ClientCall<byte[], byte[]> call) {
        return new ClientCall.Listener<>() {
            @Override
            public void onHeaders(Metadata headers) {
                caller.sendHeaders(headers);
            }

            @Override
            public void onMessage(byte[] message) {
                caller.sendMessage(message);
                call.request(1);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                caller.close(status, trailers);
            }
        };
    }

    private ClientCall.Listener<byte[]> losing(
            ServerCall<byte[], byte[]> caller, ClientCall<byte[], byte[]> call, Fate fate) {
        return new ClientCall.Listener<>() {
            @Override
            public void onMessage(byte[] message) {
                call.request(1);
            }

            @Override
            public void onClose(Status status, Metadata trailers) {
                if (status.isOk()) {
                    noteLoss();
                }
                caller.close(failure(fate), new Metadata());
            }
        };
    }

    private static Status failure(Fate fate) {
        return fate.failure().orElseThrow().toStatus().withDescription("as the test wants it");
    }

    private enum Bytes implements MethodDescriptor.Marshaller<byte[]> {
        AS_THEY_ARE;

        @Override
        public InputStream stream(byte[] message) {
            return new ByteArrayInputStream(message);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        emulator.shutdownNow();
    }
}
