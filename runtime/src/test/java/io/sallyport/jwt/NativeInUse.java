package io.sallyport.jwt;

import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Runs a class of tests with native cryptography, and fails them if it went out of use meanwhile. */
public final class NativeInUse implements BeforeAllCallback, AfterAllCallback {
    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        FastSignatures.use(Conscrypt.newProvider(), fault -> fault.printStackTrace());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        boolean used = Algorithm.fast().isPresent();
        FastSignatures.useJdk();
        if (!used) {
            throw new AssertionError("the native library failed during these tests, and the JDK took over");
        }
    }
}
