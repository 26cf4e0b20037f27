package io.sallyport.server;

import static io.sallyport.server.OAuthServerFixture.ALIAS;
import static io.sallyport.server.OAuthServerFixture.BATCH;
import static io.sallyport.server.OAuthServerFixture.BILLING;
import static io.sallyport.server.OAuthServerFixture.ORDERS;
import static io.sallyport.server.OAuthServerFixture.ORDERS_SERVER;
import static io.sallyport.server.OAuthServerFixture.SECRET;
import static io.sallyport.server.OAuthServerFixture.SHOP;
import static io.sallyport.server.OAuthServerFixture.UNGRANTED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.ClientCredentialsOAuth2AuthorizedClientProvider;
import org.springframework.security.oauth2.client.InMemoryOAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.endpoint.AbstractOAuth2AuthorizationGrantRequest;
import org.springframework.security.oauth2.client.endpoint.AbstractRestClientOAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.JwtBearerGrantRequest;
import org.springframework.security.oauth2.client.endpoint.NimbusJwtClientAuthenticationParametersConverter;
import org.springframework.security.oauth2.client.endpoint.OAuth2ClientCredentialsGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientClientCredentialsTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.RestClientJwtBearerTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.RestClientTokenExchangeTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.TokenExchangeGrantRequest;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.ClientAuthenticationMethod;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.OAuth2AuthorizationException;
import org.springframework.security.oauth2.core.OAuth2ErrorCodes;
import org.springframework.security.oauth2.core.endpoint.OAuth2AccessTokenResponse;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.web.client.HttpClientErrorException;

/** A client that gets its tokens with Spring Security's OAuth 2.0 client. */
@Timeout(120)
class SpringOAuthClientTest {
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

    static Stream<Arguments> authenticates() {
        return Stream.of(
                arguments(
                        "by client_secret_basic", ALIAS, ClientAuthenticationMethod.CLIENT_SECRET_BASIC, SHOP.value()),
                arguments("by client_secret_post", ALIAS, ClientAuthenticationMethod.CLIENT_SECRET_POST, SHOP.value()),
                arguments("by private_key_jwt", SHOP.value(), ClientAuthenticationMethod.PRIVATE_KEY_JWT, SHOP.value()),
                arguments(
                        "by private_key_jwt with RS256",
                        BATCH.value(),
                        ClientAuthenticationMethod.PRIVATE_KEY_JWT,
                        BATCH.value()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void authenticates(String how, String client, ClientAuthenticationMethod method, String identity) throws Exception {
        ClientRegistration registration = registration(client, method).build();
        OAuth2AccessTokenResponse response =
                clientCredentials(ORDERS).getTokenResponse(new OAuth2ClientCredentialsGrantRequest(registration));
        assertThat(response.getAccessToken().getTokenType()).isEqualTo(OAuth2AccessToken.TokenType.BEARER);
        JWTClaimsSet claims = claims(response);
        assertThat(claims.getIssuer()).isEqualTo(stage.issuer());
        assertThat(claims.getSubject()).isEqualTo(identity);
        assertThat(claims.getAudience()).containsExactly(ORDERS);
    }

    @Test
    void keepsATokenUntilItExpires() {
        ClientRegistration registration = registration(ALIAS, ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .scope("read", "write")
                .build();
        InMemoryClientRegistrationRepository registrations = new InMemoryClientRegistrationRepository(registration);
        ClientCredentialsOAuth2AuthorizedClientProvider provider =
                new ClientCredentialsOAuth2AuthorizedClientProvider();
        provider.setAccessTokenResponseClient(clientCredentials(ORDERS));
        AuthorizedClientServiceOAuth2AuthorizedClientManager manager =
                new AuthorizedClientServiceOAuth2AuthorizedClientManager(
                        registrations, new InMemoryOAuth2AuthorizedClientService(registrations));
        manager.setAuthorizedClientProvider(provider);
        OAuth2AuthorizeRequest request = OAuth2AuthorizeRequest.withClientRegistrationId("sallyport")
                .principal("shop")
                .build();
        OAuth2AccessToken token = manager.authorize(request).getAccessToken();
        assertThat(token.getScopes()).containsExactlyInAnyOrder("read", "write");
        assertThat(token.getExpiresAt()).isAfter(Instant.now());
        assertThat(manager.authorize(request).getAccessToken().getTokenValue()).isEqualTo(token.getTokenValue());
    }

    @Test
    void showsAnAssertionInsteadOfASecret() throws Exception {
        ClientRegistration registration = registration(SHOP.value(), ClientAuthenticationMethod.NONE)
                .authorizationGrantType(AuthorizationGrantType.JWT_BEARER)
                .build();
        RestClientJwtBearerTokenResponseClient client = new RestClientJwtBearerTokenResponseClient();
        forAudience(ORDERS, client);
        for (SignedJWT assertion : new SignedJWT[] {OAuthServerFixture.trustedToken(), stage.platformToken()}) {
            OAuth2AccessTokenResponse response =
                    client.getTokenResponse(new JwtBearerGrantRequest(registration, jwt(assertion)));
            assertThat(claims(response).getSubject()).isEqualTo(SHOP.value());
            assertThat(claims(response).getAudience()).containsExactly(ORDERS);
        }
    }

    @Test
    void passesACallOnAsTheActor() throws Exception {
        OAuth2AccessToken shown = clientCredentials(ORDERS)
                .getTokenResponse(new OAuth2ClientCredentialsGrantRequest(
                        registration(ALIAS, ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                                .build()))
                .getAccessToken();
        ClientRegistration actor = registration(ORDERS_SERVER.value(), ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .authorizationGrantType(AuthorizationGrantType.TOKEN_EXCHANGE)
                .scope("pay")
                .build();
        RestClientTokenExchangeTokenResponseClient client = new RestClientTokenExchangeTokenResponseClient();
        forAudience(BILLING, client);
        OAuth2AccessTokenResponse response = client.getTokenResponse(new TokenExchangeGrantRequest(actor, shown, null));
        assertThat(response.getAccessToken().getScopes()).containsExactly("pay");
        assertThat(claims(response).getSubject()).isEqualTo(SHOP.value());
        assertThat(claims(response).getAudience()).containsExactly(BILLING);
        assertThat(claims(response).getJSONObjectClaim("act"))
                .containsOnlyKeys("sub", "resource", "auth_method", "auth_time_ms")
                .containsEntry("sub", ORDERS_SERVER.value())
                .containsEntry("resource", ORDERS)
                .containsEntry("auth_method", "client-secret");
    }

    static Stream<Arguments> isToldWhy() {
        ClientRegistration.Builder shop = registration(ALIAS, ClientAuthenticationMethod.CLIENT_SECRET_BASIC);
        return Stream.of(
                arguments("there is no grant", shop.build(), UNGRANTED, "invalid_target"),
                arguments(
                        "a scope is not granted",
                        shop.scope("delete").build(),
                        ORDERS,
                        OAuth2ErrorCodes.INVALID_SCOPE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void isToldWhy(String why, ClientRegistration registration, String audience, String error) {
        assertThatExceptionOfType(OAuth2AuthorizationException.class)
                .isThrownBy(() -> clientCredentials(audience)
                        .getTokenResponse(new OAuth2ClientCredentialsGrantRequest(registration)))
                .returns(error, refused -> refused.getError().getErrorCode());
    }

    /** Spring reads the error only from answers with status 400, but this one is 401 (RFC 6749 §5.2). */
    @Test
    void isToldThatItsSecretIsAnother() {
        ClientRegistration guessing = registration(ALIAS, ClientAuthenticationMethod.CLIENT_SECRET_BASIC)
                .clientSecret("guessed")
                .build();
        assertThatExceptionOfType(OAuth2AuthorizationException.class)
                .isThrownBy(() ->
                        clientCredentials(ORDERS).getTokenResponse(new OAuth2ClientCredentialsGrantRequest(guessing)))
                .havingCause()
                .isInstanceOf(HttpClientErrorException.Unauthorized.class)
                .withMessageContaining(OAuth2ErrorCodes.INVALID_CLIENT);
    }

    /** By discovery. */
    private static ClientRegistration.Builder registration(String client, ClientAuthenticationMethod method) {
        return ClientRegistrations.fromIssuerLocation(stage.issuer())
                .registrationId("sallyport")
                .clientId(client)
                .clientSecret(SECRET)
                .clientAuthenticationMethod(method)
                .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS);
    }

    private static RestClientClientCredentialsTokenResponseClient clientCredentials(String audience) {
        RestClientClientCredentialsTokenResponseClient client = new RestClientClientCredentialsTokenResponseClient();
        client.addParametersConverter(
                new NimbusJwtClientAuthenticationParametersConverter<>(SpringOAuthClientTest::privateKey));
        forAudience(audience, client);
        return client;
    }

    private static JWK privateKey(ClientRegistration registration) {
        return registration.getClientId().equals(BATCH.value())
                ? OAuthServerFixture.rsaPrivateKey()
                : OAuthServerFixture.ecPrivateKey();
    }

    private static <T extends AbstractOAuth2AuthorizationGrantRequest> void forAudience(
            String audience, AbstractRestClientOAuth2AccessTokenResponseClient<T> client) {
        client.setParametersCustomizer(parameters -> parameters.set("audience", audience));
    }

    private static Jwt jwt(SignedJWT assertion) throws Exception {
        return Jwt.withTokenValue(assertion.serialize())
                .headers(headers -> headers.putAll(assertion.getHeader().toJSONObject()))
                .subject(assertion.getJWTClaimsSet().getSubject())
                .build();
    }

    private static JWTClaimsSet claims(OAuth2AccessTokenResponse response) throws Exception {
        return SignedJWT.parse(response.getAccessToken().getTokenValue()).getJWTClaimsSet();
    }
}
