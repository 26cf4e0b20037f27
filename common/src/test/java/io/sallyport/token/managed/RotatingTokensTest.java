package io.sallyport.token.managed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.jwt.UnverifiedJwt;
import io.sallyport.token.AccessToken;
import io.sallyport.token.AccessTokenVerifier;
import io.sallyport.token.SessionId;
import io.sallyport.token.TokenMinter;
import io.sallyport.token.TokenPolicy;
import io.sallyport.token.TrustedIps;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tokens that are minted and verified with managed keys. */
class RotatingTokensTest extends ManagedKeyFixture {
    private final TokenMinter minter = new TokenMinter(ISSUER, instance());
    private final AccessTokenVerifier verifier = new AccessTokenVerifier(ISSUER, instance());

    private String mint() throws Refused {
        return minter.mint(new AccessToken(
                "token-1",
                new AccessToken.Subject(new IdentityId("payments"), "Payments", "viewer", Map.of()),
                new AccessToken.Session(
                        new SessionId("session-00000001"), now(), "gcp-id-token", Map.of(), 0, TrustedIps.ANYWHERE),
                AccessToken.Target.own(ISSUER),
                now(),
                now().plus(TokenPolicy.DEFAULT_TTL)));
    }

    @Test
    void areSignedByTheKeyWhoseTurnItIsAndNameIt() throws Refused {
        ManagedKey first = first();
        String one = mint();
        ManagedKey second = next();
        clock.set(second.signFrom());
        String two = mint();
        assertThat(UnverifiedJwt.parseAnyType(one).keyId()).isEqualTo(first.keyId());
        assertThat(UnverifiedJwt.parseAnyType(two).keyId()).isEqualTo(second.keyId());
        assertThat(verifier.verify(one, now()).token().tokenId()).isNotEmpty();
        assertThat(verifier.verify(two, now()).token().tokenId()).isNotEmpty();
    }

    @Test
    void areRefusedOnceTheirKeyIsRemoved() throws Refused {
        ManagedKey compromised = first();
        String token = mint();
        rotation.rotateAtOnce(now());
        rotation.remove(compromised.keyId(), now());
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verifier.verify(token, now()))
                .returns(Reason.ACCESS_TOKEN_INVALID, Refused::reason);
    }

    @Test
    void areUndecidedWhileTheKeysAreNotKnown() throws Refused {
        first();
        String token = mint();
        store.fail(Reason.STORE_TIMEOUT);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verifier.verify(token, now()))
                .returns(Reason.STORE_TIMEOUT, Refused::reason);
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(() -> verifier.verifyOwn(token, now()))
                .returns(Reason.STORE_TIMEOUT, Refused::reason);
    }

    @Test
    void areNotIssuedWithoutAKey() {
        assertThatExceptionOfType(Refused.class)
                .isThrownBy(this::mint)
                .returns(Reason.KEYS_UNAVAILABLE, Refused::reason);
    }
}
