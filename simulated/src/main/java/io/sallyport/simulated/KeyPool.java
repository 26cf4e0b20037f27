package io.sallyport.simulated;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The RSA keys of one simulated cloud. Making one takes a tenth of a second, so the keys of a cloud that was closed
 * are lent to a later one in the same JVM; clouds that are open at the same time never share a key.
 */
public final class KeyPool implements AutoCloseable {
    private static final Queue<RSAKey> FREE = new ConcurrentLinkedQueue<>();

    private final List<RSAKey> lent = new ArrayList<>();

    public synchronized SigningKey draw() {
        RSAKey free = FREE.poll();
        RSAKey key = free == null ? generate() : free;
        lent.add(key);
        return new SigningKey(key);
    }

    @Override
    public synchronized void close() {
        FREE.addAll(lent);
        lent.clear();
    }

    private static RSAKey generate() {
        try {
            return SigningKey.named(new RSAKeyGenerator(2048).generate());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
