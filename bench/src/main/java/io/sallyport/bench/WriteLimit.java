package io.sallyport.bench;

import com.google.firestore.v1.CommitRequest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.CallOptions;
import io.grpc.HandlerRegistry;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A proxy for the emulator that accepts one write per second for each document, Firestore's sustained rate: the next
 * write waits for its second; one that would wait too long is aborted, as under contention.
 */
final class WriteLimit implements AutoCloseable {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Well within the time after which callers give up an attempt. */
    private static final long MAX_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

    private final ManagedChannel emulator;
    private final Server server;
    private final Map<String, Long> nextTurns = new HashMap<>();

    private WriteLimit(String emulator) throws IOException {
        this.emulator = NettyChannelBuilder.forTarget(emulator).usePlaintext().build();
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .fallbackHandlerRegistry(new Methods())
                .build()
                .start();
    }

    /** @param emulator its host and port */
    static WriteLimit before(String emulator) throws IOException {
        return new WriteLimit(emulator);
    }

    String hostAndPort() {
        return "127.0.0.1:" + server.getPort();
    }

    /** The methods that a token store calls: commits, and streamed reads. */
    private final class Methods extends HandlerRegistry {
        @Override
        public ServerMethodDefinition<?, ?> lookupMethod(String name, String authority) {
            boolean commit = name.endsWith("/Commit");
            MethodDescriptor<byte[], byte[]> method = MethodDescriptor.newBuilder(Bytes.AS_THEY_ARE, Bytes.AS_THEY_ARE)
                    .setType(commit ? MethodDescriptor.MethodType.UNARY : MethodDescriptor.MethodType.SERVER_STREAMING)
                    .setFullMethodName(name)
                    .build();
            return ServerMethodDefinition.create(
                    method,
                    commit
                            ? ServerCalls.asyncUnaryCall((request, caller) -> commit(method, request, caller))
                            : ServerCalls.asyncServerStreamingCall(
                                    (request, caller) -> ClientCalls.asyncServerStreamingCall(
                                            emulator.newCall(method, CallOptions.DEFAULT), request, caller)));
        }
    }

    private void commit(MethodDescriptor<byte[], byte[]> method, byte[] request, StreamObserver<byte[]> caller) {
        long wait = takeTurn(documents(request));
        if (wait > MAX_WAIT_NANOS) {
            caller.onError(Status.ABORTED
                    .withDescription("too much contention on these documents")
                    .asRuntimeException());
            return;
        }
        CompletableFuture.delayedExecutor(wait, TimeUnit.NANOSECONDS)
                .execute(() ->
                        ClientCalls.asyncUnaryCall(emulator.newCall(method, CallOptions.DEFAULT), request, caller));
    }

    /** @return how long to wait for the turn; if that is too long, there is no turn */
    private synchronized long takeTurn(List<String> documents) {
        long now = System.nanoTime();
        long turn = documents.stream()
                .mapToLong(document -> nextTurns.getOrDefault(document, now))
                .max()
                .orElse(now);
        long wait = Math.max(0, turn - now);
        if (wait <= MAX_WAIT_NANOS) {
            documents.forEach(document -> nextTurns.put(document, now + wait + INTERVAL_NANOS));
        }
        return wait;
    }

    private static List<String> documents(byte[] request) {
        try {
            return CommitRequest.parseFrom(request).getWritesList().stream()
                    .map(write -> write.hasUpdate() ? write.getUpdate().getName() : write.getDelete())
                    .toList();
        } catch (InvalidProtocolBufferException e) {
            throw new UncheckedIOException(e);
        }
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
