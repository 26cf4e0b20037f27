package io.sallyport.method.spiffe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sallyport.simulated.spiffe.SimulatedTrustDomain;
import io.sallyport.testing.TestClock;
import io.spiffe.bundle.jwtbundle.JwtBundle;
import io.spiffe.spiffeid.TrustDomain;
import io.spiffe.svid.jwtsvid.JwtSvid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the SPIFFE project's own Java library says of the same SPIFFE IDs, bundles and JWT-SVIDs. */
class SpiffeLibraryTest {
    private static final String OURS = "https://login.example.com";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spiffe://td/a",
                "spiffe://td/a/b",
                "spiffe://t.d-1_x/A.b-c_d",
                "spiffe://td/a/..b",
                "spiffe://td/...",
                "",
                "spiffe://",
                "spiffe:///a",
                "spiffe://td/",
                "spiffe://td/a/",
                "spiffe://td//a",
                "spiffe://td/a//b",
                "spiffe://td/.",
                "spiffe://td/..",
                "spiffe://td/a/../b",
                "spiffe://td/a/./b",
                "spiffe://td/a%2fb",
                "spiffe://td/%61",
                "spiffe://TD/a",
                "spiffe://td:1/a",
                "spiffe://u@td/a",
                "spiffe://td?x/a",
                "spiffe://td/a?x",
                "spiffe://td/a#x",
                "spiffe://td/a b",
                "spiffe://td/*",
                "spiffe://td/ä",
                "SPIFFE://td/a",
                "spiffe:/td/a",
                "https://td/a",
                "td/a",
                " spiffe://td/a",
                "spiffe://td/a\n",
                "spiffe://td/a\\b"
            })
    void readsTheSameSpiffeIds(String text) {
        boolean isOne;
        try {
            isOne = !io.spiffe.spiffeid.SpiffeId.parse(text).getPath().isEmpty();
        } catch (IllegalArgumentException | io.spiffe.exception.InvalidSpiffeIdException e) {
            isOne = false;
        }
        assertThat(SpiffeId.parse(text).isPresent()).isEqualTo(isOne);
    }

    /** It also takes the authorities of X.509-SVIDs for keys of JWT-SVIDs, which we do not. */
    @Test
    void takesTheSameSvids() throws Exception {
        // The library knows no other clock than the system's.
        try (SimulatedTrustDomain domain =
                SimulatedTrustDomain.start("prod.example.com", new TestClock(Instant.now()))) {
            for (Runnable rotation : new Runnable[] {domain::rotate, domain::rotateToP384, domain::rotateToRsa}) {
                rotation.run();
                JwtBundle bundle = JwtBundle.parse(
                        TrustDomain.parse("prod.example.com"), domain.bundle().getBytes(StandardCharsets.UTF_8));
                JwtSvid svid = JwtSvid.parseAndValidate(domain.svid("/ns/shop/sa/web", OURS), bundle, Set.of(OURS));
                assertThat(svid.getSpiffeId()).hasToString("spiffe://prod.example.com/ns/shop/sa/web");
            }
        }
    }
}
