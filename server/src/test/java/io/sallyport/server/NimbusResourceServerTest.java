package io.sallyport.server;

import static io.sallyport.server.OAuthServerFixture.ALIAS;
import static io.sallyport.server.OAuthServerFixture.BILLING_SERVER;
import static io.sallyport.server.OAuthServerFixture.ORDERS;
import static io.sallyport.server.OAuthServerFixture.ORDERS_SERVER;
import static io.sallyport.server.OAuthServerFixture.SECRET;
import static io.sallyport.server.OAuthServerFixture.SHOP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenIntrospectionSuccessResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.Subject;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.AccessTokenType;
import com.nimbusds.oauth2.sdk.token.BearerAccessToken;
import com.nimbusds.oauth2.sdk.token.Token;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A resource server that verifies, introspects and revokes with Nimbus's libraries. */
@Timeout(120)
class NimbusResourceServerTest {
    @TempDir
    private static Path data;

    private static OAuthServerFixture stage;
    private static AuthorizationServerMetadata server;

    @BeforeAll
    static void discover() throws Exception {
        stage = OAuthServerFixture.open(data);
        server = AuthorizationServerMetadata.resolve(new Issuer(stage.issuer()));
    }

    @AfterAll
    static void close() {
        stage.close();
    }

    @Test
    void verifiesByThePublishedKeys() throws Exception {
        AccessToken token = token();
        JWTClaimsSet claims = processor(ORDERS).process(token.getValue(), null);
        assertThat(claims.getSubject()).isEqualTo(SHOP.value());
        assertThatExceptionOfType(BadJOSEException.class)
                .isThrownBy(() -> processor("https://other.example.com").process(token.getValue(), null));
    }

    private static DefaultJWTProcessor<SecurityContext> processor(String audience) throws Exception {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                JWSAlgorithm.ES256,
                JWKSourceBuilder.create(server.getJWKSetURI().toURL()).build()));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                audience,
                new JWTClaimsSet.Builder().issuer(stage.issuer()).build(),
                Set.of("sub", "exp", "iat", "jti", "client_id")));
        return processor;
    }

    static Stream<Arguments> introspects() throws Exception {
        ClientID self = new ClientID(ORDERS_SERVER.value());
        return Stream.of(
                arguments("by client_secret_basic", new ClientSecretBasic(self, new Secret(SECRET))),
                arguments("by client_secret_post", new ClientSecretPost(self, new Secret(SECRET))),
                arguments("by private_key_jwt for the token endpoint", keyed(self, server.getTokenEndpointURI())),
                arguments("by private_key_jwt for the issuer", keyed(self, URI.create(stage.issuer()))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void introspects(String how, ClientAuthentication authentication) throws Exception {
        TokenIntrospectionSuccessResponse told = ask(authentication, token());
        assertThat(told.isActive()).isTrue();
        assertThat(told.getTokenType()).isEqualTo(AccessTokenType.BEARER);
        assertThat(told.getIssuer()).isEqualTo(new Issuer(stage.issuer()));
        assertThat(told.getSubject()).isEqualTo(new Subject(SHOP.value()));
        assertThat(told.getClientID()).isEqualTo(new ClientID(SHOP.value()));
        assertThat(told.getAudience()).isEqualTo(Audience.create(ORDERS));
        assertThat(told.getScope()).isEqualTo(new Scope("read"));
    }

    @Test
    void learnsNothingOfTokensForOthers() throws Exception {
        TokenIntrospectionSuccessResponse told = ask(basic(BILLING_SERVER.value()), token());
        assertThat(told.toJSONObject()).isEqualTo(Map.of("active", false));
    }

    @Test
    void isToldOfAnEndedSessionAtOnce() throws Exception {
        AccessToken token = token();
        HTTPResponse ended = revoke(basic(ALIAS), token);
        assertThat(ended.getStatusCode()).isEqualTo(200);
        assertThat(ask(basic(ORDERS_SERVER.value()), token).isActive()).isFalse();
        assertThat(revoke(basic(ALIAS), token).getStatusCode()).isEqualTo(200);
        assertThat(revoke(basic(ALIAS), new BearerAccessToken("made-up")).getStatusCode())
                .isEqualTo(200);
    }

    @Test
    void endsNoOtherClientsSession() throws Exception {
        AccessToken token = token();
        HTTPResponse refused = revoke(basic(ORDERS_SERVER.value()), token);
        assertThat(refused.getStatusCode()).isEqualTo(400);
        assertThat(ErrorObject.parse(refused)).isEqualTo(OAuth2Error.UNAUTHORIZED_CLIENT);
        assertThat(ask(basic(ORDERS_SERVER.value()), token).isActive()).isTrue();
    }

    @Test
    void isRefusedWithAnotherSecret() throws Exception {
        ClientAuthentication guess = new ClientSecretBasic(new ClientID(ORDERS_SERVER.value()), new Secret("guessed"));
        AccessToken token = token();
        HTTPResponse introspection = new TokenIntrospectionRequest(server.getIntrospectionEndpointURI(), guess, token)
                .toHTTPRequest()
                .send();
        for (HTTPResponse refused : new HTTPResponse[] {introspection, revoke(guess, token)}) {
            assertThat(refused.getStatusCode()).isEqualTo(401);
            assertThat(refused.getWWWAuthenticate()).startsWith("Basic ");
            assertThat(ErrorObject.parse(refused)).isEqualTo(OAuth2Error.INVALID_CLIENT);
        }
        assertThat(ask(basic(ORDERS_SERVER.value()), token).isActive()).isTrue();
    }

    private static ClientSecretBasic basic(String client) {
        return new ClientSecretBasic(new ClientID(client), new Secret(SECRET));
    }

    private static PrivateKeyJWT keyed(ClientID client, URI audience) throws Exception {
        return new PrivateKeyJWT(
                client,
                audience,
                JWSAlgorithm.ES256,
                OAuthServerFixture.ecPrivateKey().toPrivateKey(),
                OAuthServerFixture.ecPrivateKey().getKeyID(),
                null);
    }

    /** The shop's, for the orders. */
    private static AccessToken token() throws Exception {
        TokenRequest request = new TokenRequest.Builder(
                        server.getTokenEndpointURI(), basic(ALIAS), new ClientCredentialsGrant())
                .resource(URI.create(ORDERS))
                .build();
        return TokenResponse.parse(request.toHTTPRequest().send())
                .toSuccessResponse()
                .getTokens()
                .getAccessToken();
    }

    private static TokenIntrospectionSuccessResponse ask(ClientAuthentication client, Token token) throws Exception {
        HTTPResponse answer = new TokenIntrospectionRequest(server.getIntrospectionEndpointURI(), client, token)
                .toHTTPRequest()
                .send();
        TokenIntrospectionResponse response = TokenIntrospectionResponse.parse(answer);
        assertThat(response.indicatesSuccess()).as(answer.getBody()).isTrue();
        return response.toSuccessResponse();
    }

    private static HTTPResponse revoke(ClientAuthentication client, Token token) throws Exception {
        return new TokenRevocationRequest(server.getRevocationEndpointURI(), client, token)
                .toHTTPRequest()
                .send();
    }
}
