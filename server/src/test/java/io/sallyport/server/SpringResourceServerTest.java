package io.sallyport.server;

import static io.sallyport.server.OAuthServerFixture.ALIAS;
import static io.sallyport.server.OAuthServerFixture.BILLING;
import static io.sallyport.server.OAuthServerFixture.BILLING_SERVER;
import static io.sallyport.server.OAuthServerFixture.ORDERS;
import static io.sallyport.server.OAuthServerFixture.ORDERS_SERVER;
import static io.sallyport.server.OAuthServerFixture.SECRET;
import static io.sallyport.server.OAuthServerFixture.SHOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.oauth2.client.endpoint.OAuth2ClientCredentialsGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientClientCredentialsTokenResponseClient;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.jwt.BadJwtException;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtClaimValidator;
import org.springframework.security.oauth2.jwt.JwtDecoder;
import org.springframework.security.oauth2.jwt.JwtDecoders;
import org.springframework.security.oauth2.jwt.JwtValidationException;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.authentication.JwtAuthenticationConverter;
import org.springframework.security.oauth2.server.resource.introspection.BadOpaqueTokenException;
import org.springframework.security.oauth2.server.resource.introspection.OAuth2IntrospectionException;
import org.springframework.security.oauth2.server.resource.introspection.OpaqueTokenIntrospector;
import org.springframework.security.oauth2.server.resource.introspection.SpringOpaqueTokenIntrospector;

/** A resource server that accepts tokens with Spring Security's OAuth 2.0 resource server. */
@Timeout(120)
class SpringResourceServerTest {
    @TempDir
    private static Path data;

    private static OAuthServerFixture stage;

    @BeforeAll
    static void open() {
        stage = OAuthServerFixture.open(data);
    }

    @AfterAll
    static void close() {
        stage.close();
    }

    @Test
    void refusesAccessTokensUnlessItIsToldOfTheirType() {
        String token = token(ORDERS);
        JwtDecoder untold = JwtDecoders.fromIssuerLocation(stage.issuer());
        assertThatExceptionOfType(BadJwtException.class).isThrownBy(() -> untold.decode(token));
        for (JwtDecoder told : List.of(byTypeVerifier(), byProfile(ORDERS))) {
            Jwt jwt = told.decode(token);
            assertThat(jwt.getHeaders()).containsEntry("typ", "at+jwt");
            assertThat(jwt.getIssuer()).hasToString(stage.issuer());
            assertThat(jwt.getSubject()).isEqualTo(SHOP.value());
            assertThat(jwt.getAudience()).containsExactly(ORDERS);
            assertThat(new JwtAuthenticationConverter().convert(jwt).getAuthorities())
                    .extracting(Object::toString)
                    .contains("SCOPE_read");
        }
    }

    @Test
    void takesTokensOfAGrantForJwtsAsTheyAre() {
        Jwt jwt = JwtDecoders.fromIssuerLocation(stage.issuer()).decode(token(BILLING));
        assertThat(jwt.getHeaders()).containsEntry("typ", "JWT");
        assertThat(jwt.getAudience()).containsExactly(BILLING);
    }

    @Test
    void refusesTokensForOthers() {
        String token = token(ORDERS);
        assertThatExceptionOfType(JwtValidationException.class)
                .isThrownBy(() -> byProfile("https://other.example.com").decode(token));
    }

    /** With any version of Spring Security. */
    private static JwtDecoder byTypeVerifier() {
        return NimbusJwtDecoder.withIssuerLocation(stage.issuer())
                .jwtProcessorCustomizer(processor ->
                        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt"))))
                .build();
    }

    /** By all of RFC 9068 §4, which Spring Security supports since 6.5. */
    private static JwtDecoder byProfile(String audience) {
        NimbusJwtDecoder decoder = NimbusJwtDecoder.withIssuerLocation(stage.issuer())
                .validateType(false)
                .build();
        decoder.setJwtValidator(JwtValidators.createAtJwtValidator()
                .issuer(stage.issuer())
                .audience(audience)
                .validators(validators ->
                        validators.put("client_id", new JwtClaimValidator<>("client_id", Objects::nonNull)))
                .build());
        return decoder;
    }

    @Test
    void introspects() {
        OAuth2AuthenticatedPrincipal principal =
                introspector(ORDERS_SERVER.value(), SECRET).introspect(token(ORDERS));
        assertThat(principal.<Object>getAttribute("active")).isEqualTo(true);
        assertThat(principal.<String>getAttribute("sub")).isEqualTo(SHOP.value());
        assertThat(principal.<List<String>>getAttribute("aud")).containsExactly(ORDERS);
        assertThat(principal.<Object>getAttribute("iss")).hasToString(stage.issuer());
        assertThat(principal.getAuthorities()).extracting(Object::toString).containsExactly("SCOPE_read");
    }

    @Test
    void learnsNothingOfTokensForOthers() {
        String token = token(ORDERS);
        OpaqueTokenIntrospector other = introspector(BILLING_SERVER.value(), SECRET);
        assertThatExceptionOfType(BadOpaqueTokenException.class).isThrownBy(() -> other.introspect(token));
    }

    @Test
    void isRefusedWithAnotherSecret() {
        String token = token(ORDERS);
        OpaqueTokenIntrospector guessing = introspector(ORDERS_SERVER.value(), "guessed");
        assertThatExceptionOfType(OAuth2IntrospectionException.class)
                .isThrownBy(() -> guessing.introspect(token))
                .isNotInstanceOf(BadOpaqueTokenException.class);
    }

    private static OpaqueTokenIntrospector introspector(String client, String secret) {
        return SpringOpaqueTokenIntrospector.withIntrospectionUri(stage.issuer() + "/v1/introspect")
                .clientId(client)
                .clientSecret(secret)
                .build();
    }

    /** The shop's. */
    private static String token(String audience) {
        RestClientClientCredentialsTokenResponseClient client = new RestClientClientCredentialsTokenResponseClient();
        client.setParametersCustomizer(parameters -> parameters.set("audience", audience));
        return client.getTokenResponse(
                        new OAuth2ClientCredentialsGrantRequest(ClientRegistrations.fromIssuerLocation(stage.issuer())
                                .clientId(ALIAS)
                                .clientSecret(SECRET)
                                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
                                .build()))
                .getAccessToken()
                .getTokenValue();
    }
}
