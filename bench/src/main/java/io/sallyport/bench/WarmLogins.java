package io.sallyport.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sallyport.IdentityId;
import io.sallyport.Refused;
import io.sallyport.bench.served.BareCryptography;
import io.sallyport.identity.Identity;
import io.sallyport.jwt.FastSignatures;
import io.sallyport.method.Assertion;
import io.sallyport.method.Verified;
import io.sallyport.method.gcp.GcpAttestation;
import io.sallyport.method.gcp.GcpAuth;
import io.sallyport.method.gcp.GcpVerifier;
import io.sallyport.outbound.HttpFetcher;
import io.sallyport.runtime.Environment;
import io.sallyport.runtime.Stores;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.testing.MemoryStores;
import io.sallyport.token.AccessToken;
import io.sallyport.token.SessionId;
import io.sallyport.token.SigningKeys;
import io.sallyport.token.TokenMinter;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.conscrypt.Conscrypt;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The steps of a login and all of them together, when everything is loaded and cached, next to their bare cryptography.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class WarmLogins {
    static final String CONSCRYPT = "Conscrypt";

    /** Whose cryptography it is: the JDK's, or Conscrypt's as in a process that is busy. */
    @Param({"JDK", CONSCRYPT})
    public String provider = "";

    private BareCryptography bare = BareCryptography.byJdk();
    private final SimulatedGoogle google = SimulatedGoogle.start(InstantSource.system());
    private final GcpVerifier.Endpoints keys =
            new GcpVerifier.Endpoints(google.oauth2Certs(), google.serviceAccountCerts());
    private final GcpVerifier verifier = new GcpVerifier(keys, HttpFetcher.plainHttpToo());
    private final Identity identity = LoginWorld.identity(new IdentityId("payments-vm"), Map.of());
    private final GcpAuth method = identity.method(GcpAuth.class).orElseThrow();
    private final String jwt = LoginWorld.idToken(google, identity.id());
    private final byte[] body = LoginWorld.body(identity.id(), jwt).getBytes(UTF_8);
    private final MemoryStores memory = new MemoryStores();
    private final LoginInProcess function = new LoginInProcess(new Stores(memory, memory), keys, environment());
    private final TokenMinter minter = new TokenMinter(
            "https://login.example.com",
            SigningKeys.parsePrivate(LoginWorld.signingKeys()).signer(() -> {
                throw new IllegalStateException("the key is not in Cloud KMS");
            }));

    /** The result of {@link #verify}, for the steps after it. */
    private final GcpAttestation attestation = verified().attestation();

    private final AccessToken token = new AccessToken(
            "AAAAAAAAAAAAAAAAAAAAAA",
            identity.asSubject(),
            new AccessToken.Session(
                    new SessionId("BBBBBBBBBBBBBBBBBBBBBB"),
                    Instant.EPOCH,
                    attestation.method(),
                    attestation.facts(),
                    0,
                    method.policy().trustedIps()),
            AccessToken.Target.own("https://login.example.com"),
            Instant.EPOCH,
            Instant.EPOCH.plusSeconds(600));

    /** Stores the identity, and chooses the cryptography. */
    @Setup
    public void save() throws Refused, GeneralSecurityException {
        memory.save(identity);
        if (provider.equals(CONSCRYPT)) {
            FastSignatures.use(Conscrypt.newProvider(), fault -> {
                throw new IllegalStateException("Conscrypt failed", fault);
            });
            bare = BareCryptography.byConscrypt();
        }
    }

    @TearDown
    public void close() {
        google.close();
    }

    /** The cryptography stays as it was chosen, however many logins there were. */
    private static Environment environment() {
        Map<String, String> variables = new HashMap<>(LoginInProcess.variables(LoginWorld.signingKeys(), 5));
        variables.put("SALLYPORT_NATIVE_CRYPTOGRAPHY", "off");
        return LoginInProcess.environment(variables, HttpFetcher.plainHttpToo(), InstantSource.system());
    }

    private Verified<GcpAttestation> verified() {
        try {
            return verifier.verify(new Assertion(jwt).parse(), identity.id(), method, Instant.now());
        } catch (Refused e) {
            throw new IllegalStateException(e);
        }
    }

    @Benchmark
    public boolean bareVerify() {
        return bare.verify();
    }

    @Benchmark
    public byte[] bareSign() {
        return bare.sign();
    }

    /** Assertion to attestation. */
    @Benchmark
    public Object verify() {
        return verified();
    }

    /** Attestation against auth method. */
    @Benchmark
    public void admit() throws Refused {
        method.admit(attestation);
    }

    /** Claims to signed token. */
    @Benchmark
    public String mint() throws Refused {
        return minter.mint(token);
    }

    /** Everything, from the request's body to the answer's. */
    @Benchmark
    public Object login() {
        return function.logIn(body);
    }
}
