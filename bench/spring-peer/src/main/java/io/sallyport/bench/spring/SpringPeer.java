package io.sallyport.bench.spring;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.crypto.password.PasswordEncoder;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.jose.jws.SignatureAlgorithm;
import org.springframework.security.oauth2.server.authorization.client.InMemoryRegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.oauth2.server.authorization.token.JwtEncodingContext;
import org.springframework.security.oauth2.server.authorization.token.OAuth2TokenCustomizer;

/** Spring Authorization Server with one client and one key, both in memory, on 127.0.0.1. */
@SpringBootApplication(proxyBeanMethods = false)
public class SpringPeer {
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(SpringPeer.class);
        application.setDefaultProperties(Map.of(
                "server.address", "127.0.0.1",
                "logging.level.root", "WARN",
                // Otherwise every hundredth request pays for a new connection.
                "server.tomcat.max-keep-alive-requests", "-1"));
        application.run(args);
    }

    @Bean
    RegisteredClientRepository clients() {
        return new InMemoryRegisteredClientRepository(RegisteredClient.withId("1")
                .clientId(System.getenv("PEER_CLIENT"))
                .clientSecret(new Sha256().encode(System.getenv("PEER_SECRET")))
                .clientAuthenticationMethod(ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                .build());
    }

    @Bean
    PasswordEncoder secrets() {
        return new Sha256();
    }

    /** Random secrets need no slow hash; Sallyport hashes its own the same way. */
    private static final class Sha256 implements PasswordEncoder {
        @Override
        public String encode(CharSequence secret) {
            try {
                return HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256")
                                .digest(secret.toString().getBytes(StandardCharsets.UTF_8)));
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public boolean matches(CharSequence secret, String encoded) {
            return MessageDigest.isEqual(
                    encode(secret).getBytes(StandardCharsets.US_ASCII), encoded.getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Bean
    JWKSource<SecurityContext> keys() throws JOSEException {
        return new ImmutableJWKSet<>(new JWKSet(new ECKeyGenerator(Curve.P_256)
                .keyID("current")
                .algorithm(JWSAlgorithm.ES256)
                .generate()));
    }

    @Bean
    OAuth2TokenCustomizer<JwtEncodingContext> algorithm() {
        return context -> context.getJwsHeader().algorithm(SignatureAlgorithm.ES256);
    }
}
