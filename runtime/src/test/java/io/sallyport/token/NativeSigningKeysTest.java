package io.sallyport.token;

import io.sallyport.jwt.NativeInUse;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** All of {@link SigningKeysTest}, with native cryptography. */
@EnabledOnOs(OS.LINUX)
@ExtendWith(NativeInUse.class)
class NativeSigningKeysTest extends SigningKeysTest {}
