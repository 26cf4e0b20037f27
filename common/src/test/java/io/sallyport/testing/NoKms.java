package io.sallyport.testing;

import io.sallyport.token.SigningService;
import java.util.function.Supplier;

/** For keys that sign by themselves: whoever asks for Cloud KMS all the same fails the test. */
public final class NoKms {
    public static final Supplier<SigningService> SUPPLIER = () -> {
        throw new AssertionError("Cloud KMS was asked for");
    };

    private NoKms() {}
}
