package io.sallyport.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jose.util.X509CertUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sallyport.simulated.google.SimulatedGoogle;
import io.sallyport.simulated.google.SimulatedServiceAccount;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The published keys, and whether a token is signed with one. */
public final class Keys {
    private Keys() {}

    public static JWKSet published(SimulatedGoogle google) throws IOException, InterruptedException, ParseException {
        return JWKSet.parse(Http.get(google.oauth2Certs()).body());
    }

    /** The certificates of an account by key id, as published. */
    static Map<String, X509Certificate> certificates(SimulatedGoogle google, SimulatedServiceAccount account)
            throws IOException, InterruptedException, ParseException {
        HttpResponse<String> response = Http.get(certificatesOf(google, account.email()));
        assertThat(response.statusCode()).isEqualTo(200);
        Map<String, X509Certificate> certificates = new LinkedHashMap<>();
        JSONObjectUtils.parse(response.body())
                .forEach((kid, pem) -> certificates.put(kid, X509CertUtils.parse((String) pem)));
        return certificates;
    }

    public static URI certificatesOf(SimulatedGoogle google, String email) {
        return URI.create(google.serviceAccountCerts() + email);
    }

    /** The certificate that verifies a token, which must be published. */
    public static X509Certificate certificate(SimulatedGoogle google, SimulatedServiceAccount account, String token)
            throws IOException, InterruptedException, ParseException {
        return Objects.requireNonNull(certificates(google, account).get(kid(token)));
    }

    public static String kid(String token) throws ParseException {
        return SignedJWT.parse(token).getHeader().getKeyID();
    }

    public static boolean isProven(SimulatedGoogle google, String token)
            throws IOException, InterruptedException, ParseException, JOSEException {
        SignedJWT jwt = SignedJWT.parse(token);
        JWK key = published(google).getKeyByKeyId(jwt.getHeader().getKeyID());
        return key != null && jwt.verify(new RSASSAVerifier(key.toRSAKey()));
    }

    public static boolean isProven(SimulatedGoogle google, SimulatedServiceAccount account, String token)
            throws IOException, InterruptedException, ParseException, JOSEException {
        X509Certificate certificate = certificates(google, account).get(kid(token));
        return certificate != null
                && SignedJWT.parse(token).verify(new RSASSAVerifier((RSAPublicKey) certificate.getPublicKey()));
    }

    static JWTClaimsSet claims(String token) throws ParseException {
        return SignedJWT.parse(token).getJWTClaimsSet();
    }
}
