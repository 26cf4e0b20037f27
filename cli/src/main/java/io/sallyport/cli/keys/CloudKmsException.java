package io.sallyport.cli.keys;

import io.sallyport.Refused;
import java.io.Serial;

/** Thrown if Cloud KMS did not answer a command, or not usably; nothing has changed. */
public final class CloudKmsException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    CloudKmsException(Refused refused) {
        super(refused.detail(), null, false, false);
    }
}
