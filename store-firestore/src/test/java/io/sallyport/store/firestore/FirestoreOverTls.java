package io.sallyport.store.firestore;

import com.google.api.gax.grpc.InstantiatingGrpcChannelProvider;
import com.google.auth.Credentials;
import com.google.cloud.firestore.FirestoreOptions;
import com.google.firestore.v1.BatchGetDocumentsRequest;
import com.google.firestore.v1.BatchGetDocumentsResponse;
import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.ssl.util.SelfSignedCertificate;
import io.grpc.protobuf.ProtoUtils;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * A Firestore without documents, for callers with a valid access token. Over TLS, since no token is sent without it.
 */
@SuppressWarnings("deprecation") // Netty wants its throw-away certificate for tests alone, as here.
public final class FirestoreOverTls implements AutoCloseable {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final SelfSignedCertificate certificate;
    private final Predicate<String> admitted;
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final Server server;

    /** @param admitted whether an access token is valid */
    public FirestoreOverTls(Predicate<String> admitted) {
        this.admitted = admitted;
        try {
            certificate = new SelfSignedCertificate("localhost");
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .useTransportSecurity(certificate.certificate(), certificate.privateKey())
                    .addService(service())
                    .build()
                    .start();
        } catch (CertificateException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A database of it. */
    public FirestoreDatabase open(Supplier<Optional<? extends Credentials>> credentials) {
        return SdkDatabase.open("our-project", "sallyport", credentials, this::options);
    }

    /** The headers {@code Authorization} of the calls so far. */
    public List<String> authorizations() {
        return authorizations;
    }

    private FirestoreOptions.Builder options() {
        File trusted = certificate.certificate();
        return FirestoreOptions.newBuilder()
                .setChannelProvider(InstantiatingGrpcChannelProvider.newBuilder()
                        .setEndpoint("localhost:" + server.getPort())
                        .setChannelConfigurator(channel -> trusting(trusted, channel))
                        .build());
    }

    private static ManagedChannelBuilder<?> trusting(File certificate, ManagedChannelBuilder<?> channel) {
        try {
            return ((NettyChannelBuilder) channel)
                    .sslContext(GrpcSslContexts.forClient()
                            .trustManager(certificate)
                            .build());
        } catch (SSLException e) {
            throw new UncheckedIOException(e);
        }
    }

    private ServerServiceDefinition service() {
        MethodDescriptor<BatchGetDocumentsRequest, BatchGetDocumentsResponse> get = MethodDescriptor.newBuilder(
                        ProtoUtils.marshaller(BatchGetDocumentsRequest.getDefaultInstance()),
                        ProtoUtils.marshaller(BatchGetDocumentsResponse.getDefaultInstance()))
                .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                .setFullMethodName("google.firestore.v1.Firestore/BatchGetDocuments")
                .build();
        return ServerServiceDefinition.builder("google.firestore.v1.Firestore")
                .addMethod(get, (call, headers) -> {
                    String authorization = String.valueOf(headers.get(AUTHORIZATION));
                    authorizations.add(authorization);
                    if (!authorization.startsWith("Bearer ")
                            || !admitted.test(authorization.substring("Bearer ".length()))) {
                        call.close(Status.UNAUTHENTICATED, new Metadata());
                        return new ServerCall.Listener<>() {};
                    }
                    call.request(1);
                    return new NothingThere(call);
                })
                .build();
    }

    private static final class NothingThere extends ServerCall.Listener<BatchGetDocumentsRequest> {
        private final ServerCall<?, BatchGetDocumentsResponse> call;

        NothingThere(ServerCall<?, BatchGetDocumentsResponse> call) {
            this.call = call;
        }

        @Override
        public void onMessage(BatchGetDocumentsRequest request) {
            call.sendHeaders(new Metadata());
            for (String document : request.getDocumentsList()) {
                call.sendMessage(BatchGetDocumentsResponse.newBuilder()
                        .setMissing(document)
                        .setReadTime(Timestamp.newBuilder().setSeconds(1))
                        .build());
            }
            call.close(Status.OK, new Metadata());
        }
    }

    @Override
    public void close() {
        server.shutdownNow();
        certificate.delete();
    }
}
