package io.sallyport.testing;

import io.sallyport.token.SigningService;
import java.util.function.Supplier;

/** For keys that sign in the process: any call to Cloud KMS fails the test. */
public final class NoKms {
    public static final Supplier<SigningService> SUPPLIER = () -> {
        throw new AssertionError("Cloud KMS was asked for");
    };

    private NoKms() {}
}
