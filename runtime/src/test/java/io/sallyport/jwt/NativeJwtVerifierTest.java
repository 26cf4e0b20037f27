package io.sallyport.jwt;

import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;

/** All of {@link JwtVerifierTest}, with native cryptography. */
@EnabledOnOs(OS.LINUX)
@ExtendWith(NativeInUse.class)
class NativeJwtVerifierTest extends JwtVerifierTest {}
