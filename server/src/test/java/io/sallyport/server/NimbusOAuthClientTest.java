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
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.GrantType;
import com.nimbusds.oauth2.sdk.JWTBearerGrant;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenErrorResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.as.ReadOnlyAuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientAuthenticationMethod;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.Audience;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.oauth2.sdk.token.AccessTokenType;
import com.nimbusds.oauth2.sdk.token.RefreshToken;
import com.nimbusds.oauth2.sdk.token.Token;
import com.nimbusds.oauth2.sdk.token.TokenTypeURI;
import com.nimbusds.oauth2.sdk.token.TypelessAccessToken;
import com.nimbusds.oauth2.sdk.tokenexchange.TokenExchangeGrant;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A client that gets its tokens with Nimbus's OAuth 2.0 SDK, which knows the RFCs and nothing about Sallyport. */
@Timeout(120)
class NimbusOAuthClientTest {
    private static final AuthorizationGrant CLIENT_CREDENTIALS = new ClientCredentialsGrant();

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
    void findsTheEndpointsByEitherWayOfDiscovery() throws Exception {
        OIDCProviderMetadata provider = OIDCProviderMetadata.resolve(new Issuer(stage.issuer()));
        for (ReadOnlyAuthorizationServerMetadata found :
                List.<ReadOnlyAuthorizationServerMetadata>of(server, provider)) {
            assertThat(found.getIssuer()).isEqualTo(new Issuer(stage.issuer()));
            assertThat(found.getTokenEndpointURI()).isEqualTo(URI.create(stage.issuer() + "/v1/token"));
            assertThat(found.getIntrospectionEndpointURI()).isEqualTo(URI.create(stage.issuer() + "/v1/introspect"));
            assertThat(found.getRevocationEndpointURI()).isEqualTo(URI.create(stage.issuer() + "/v1/revoke"));
            assertThat(found.getGrantTypes())
                    .containsExactlyInAnyOrder(
                            GrantType.CLIENT_CREDENTIALS, GrantType.JWT_BEARER, GrantType.TOKEN_EXCHANGE);
            List<ClientAuthenticationMethod> methods = List.of(
                    ClientAuthenticationMethod.CLIENT_SECRET_BASIC,
                    ClientAuthenticationMethod.CLIENT_SECRET_POST,
                    ClientAuthenticationMethod.PRIVATE_KEY_JWT,
                    new ClientAuthenticationMethod("spiffe_jwt"));
            assertThat(found.getIntrospectionEndpointAuthMethods()).containsExactlyInAnyOrderElementsOf(methods);
            assertThat(found.getRevocationEndpointAuthMethods()).containsExactlyInAnyOrderElementsOf(methods);
            // An assertion may be the whole proof.
            List<ClientAuthenticationMethod> atTokenEndpoint = new ArrayList<>(methods);
            atTokenEndpoint.add(ClientAuthenticationMethod.NONE);
            assertThat(found.getTokenEndpointAuthMethods()).containsExactlyInAnyOrderElementsOf(atTokenEndpoint);
            assertThat(found.getTokenEndpointJWSAlgs()).contains(JWSAlgorithm.ES256, JWSAlgorithm.RS256);
            assertThat(JWKSet.load(found.getJWKSetURI().toURL()).getKeys()).isNotEmpty();
        }
        assertThat(provider.getIDTokenJWSAlgs()).containsExactly(JWSAlgorithm.ES256);
    }

    static Stream<Arguments> authenticates() throws Exception {
        ClientID shop = new ClientID(SHOP.value());
        ClientID batch = new ClientID(BATCH.value());
        return Stream.of(
                arguments("by client_secret_basic, form-encoded", basic(ALIAS), SHOP.value()),
                arguments("by client_secret_basic and its id", basic(SHOP.value()), SHOP.value()),
                arguments(
                        "by client_secret_post",
                        new ClientSecretPost(new ClientID(ALIAS), new Secret(SECRET)),
                        SHOP.value()),
                arguments("by private_key_jwt for the token endpoint", es256(shop, tokenEndpoint()), SHOP.value()),
                arguments("by private_key_jwt for the issuer", es256(shop, URI.create(stage.issuer())), SHOP.value()),
                arguments(
                        "by private_key_jwt under its alias",
                        es256(new ClientID(ALIAS), tokenEndpoint()),
                        SHOP.value()),
                arguments(
                        "by private_key_jwt with RS256",
                        new PrivateKeyJWT(
                                batch,
                                tokenEndpoint(),
                                JWSAlgorithm.RS256,
                                OAuthServerFixture.rsaPrivateKey().toPrivateKey(),
                                OAuthServerFixture.rsaPrivateKey().getKeyID(),
                                null),
                        BATCH.value()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void authenticates(String how, ClientAuthentication authentication, String identity) throws Exception {
        AccessToken token = granted(new TokenRequest.Builder(tokenEndpoint(), authentication, CLIENT_CREDENTIALS)
                .resource(URI.create(ORDERS))
                .build());
        assertThat(token.getType()).isEqualTo(AccessTokenType.BEARER);
        assertThat(token.getLifetime()).isEqualTo(3600);
        JWTClaimsSet claims = claims(token);
        assertThat(claims.getIssuer()).isEqualTo(stage.issuer());
        assertThat(claims.getSubject()).isEqualTo(identity);
        assertThat(claims.getClaim("client_id")).isEqualTo(identity);
        assertThat(claims.getAudience()).containsExactly(ORDERS);
    }

    @Test
    void getsTheScopesThatItAsksForOrTheDefaults() throws Exception {
        AccessToken both = granted(orders(basic(ALIAS), CLIENT_CREDENTIALS, "read", "write"));
        assertThat(both.getScope()).isEqualTo(new Scope("read", "write"));
        assertThat(claims(both).getStringClaim("scope").split(" ")).containsExactlyInAnyOrder("read", "write");
        AccessToken defaults = granted(orders(basic(ALIAS), CLIENT_CREDENTIALS));
        assertThat(defaults.getScope()).isEqualTo(new Scope("read"));
    }

    @Test
    void namesItsTargetByAudienceAsWell() throws Exception {
        TokenRequest request = new TokenRequest.Builder(tokenEndpoint(), basic(ALIAS), CLIENT_CREDENTIALS)
                .customParameter("audience", BILLING)
                .build();
        AccessToken token = granted(request);
        assertThat(claims(token).getAudience()).containsExactly(BILLING);
        assertThat(SignedJWT.parse(token.getValue()).getHeader().getType()).isEqualTo(JOSEObjectType.JWT);
    }

    @Test
    void showsAnAssertionInsteadOfAuthenticating() throws Exception {
        for (SignedJWT assertion : List.of(OAuthServerFixture.trustedToken(), stage.platformToken())) {
            TokenRequest request = new TokenRequest.Builder(tokenEndpoint(), new JWTBearerGrant(assertion))
                    .resource(URI.create(ORDERS))
                    .scope(new Scope("write"))
                    .build();
            AccessToken token = granted(request);
            assertThat(claims(token).getSubject()).isEqualTo(SHOP.value());
            assertThat(token.getScope()).isEqualTo(new Scope("write"));
        }
    }

    @Test
    void saysWhoseAnAssertionIs() throws Exception {
        TokenRequest request = new TokenRequest.Builder(
                        tokenEndpoint(), new ClientID(ALIAS), new JWTBearerGrant(OAuthServerFixture.trustedToken()))
                .resource(URI.create(ORDERS))
                .build();
        assertThat(claims(granted(request)).getSubject()).isEqualTo(SHOP.value());
    }

    @Test
    void exchangesWhatItsPlatformGaveIt() throws Exception {
        AuthorizationGrant grant = new TokenExchangeGrant(
                new TypelessAccessToken(stage.platformToken().serialize()), TokenTypeURI.ID_TOKEN);
        TokenRequest request = new TokenRequest.Builder(tokenEndpoint(), grant)
                .resource(URI.create(ORDERS))
                .build();
        AccessToken token = granted(request);
        assertThat(token.getIssuedTokenType()).isEqualTo(TokenTypeURI.ACCESS_TOKEN);
        assertThat(claims(token).getSubject()).isEqualTo(SHOP.value());
        assertThat(claims(token).getAudience()).containsExactly(ORDERS);
    }

    @Test
    void passesACallOnAsTheActor() throws Exception {
        AccessToken shown = granted(orders(basic(ALIAS), CLIENT_CREDENTIALS));
        AuthorizationGrant grant = new TokenExchangeGrant(
                shown, TokenTypeURI.ACCESS_TOKEN, null, null, TokenTypeURI.JWT, Audience.create(BILLING));
        AccessToken token =
                granted(new TokenRequest.Builder(tokenEndpoint(), basic(ORDERS_SERVER.value()), grant).build());
        assertThat(token.getIssuedTokenType()).isEqualTo(TokenTypeURI.JWT);
        assertThat(claims(token).getAudience()).containsExactly(BILLING);
        assertThat(claims(token).getSubject()).isEqualTo(SHOP.value());
        assertThat(claims(token).getJSONObjectClaim("act"))
                .containsOnlyKeys("sub", "resource", "auth_method", "auth_time_ms")
                .containsEntry("sub", ORDERS_SERVER.value())
                .containsEntry("resource", ORDERS)
                .containsEntry("auth_method", "client-secret");
    }

    @Test
    void passesOnNothingThatWasShownToOthers() throws Exception {
        AccessToken shown = granted(orders(basic(ALIAS), CLIENT_CREDENTIALS));
        AuthorizationGrant grant = new TokenExchangeGrant(
                shown, TokenTypeURI.ACCESS_TOKEN, null, null, TokenTypeURI.ACCESS_TOKEN, Audience.create(BILLING));
        isToldWhy(
                "the billing server is not the orders server",
                new TokenRequest.Builder(tokenEndpoint(), basic(OAuthServerFixture.BILLING_SERVER.value()), grant)
                        .build(),
                OAuth2Error.UNAUTHORIZED_CLIENT);
    }

    static Stream<Arguments> isToldWhy() throws Exception {
        ClientID shop = new ClientID(SHOP.value());
        Token guessed = new TypelessAccessToken("guessed");
        return Stream.of(
                arguments(
                        "the secret is another",
                        orders(new ClientSecretBasic(shop, new Secret("guessed")), CLIENT_CREDENTIALS),
                        OAuth2Error.INVALID_CLIENT),
                arguments(
                        "there is no such client",
                        orders(
                                new ClientSecretPost(new ClientID("no-such-id"), new Secret(SECRET)),
                                CLIENT_CREDENTIALS),
                        OAuth2Error.INVALID_CLIENT),
                arguments(
                        "the client assertion is for another server",
                        orders(es256(shop, URI.create("https://login.example.org")), CLIENT_CREDENTIALS),
                        OAuth2Error.INVALID_CLIENT),
                arguments(
                        "the assertion is of a stranger",
                        new TokenRequest.Builder(
                                        tokenEndpoint(),
                                        new JWTBearerGrant(OAuthServerFixture.trustedTokenOfAStranger()))
                                .build(),
                        OAuth2Error.INVALID_GRANT),
                arguments(
                        "the subject token is none",
                        orders(basic(ALIAS), new TokenExchangeGrant(guessed, TokenTypeURI.ACCESS_TOKEN)),
                        OAuth2Error.INVALID_REQUEST),
                arguments(
                        "there is no grant for the resource",
                        new TokenRequest.Builder(tokenEndpoint(), basic(ALIAS), CLIENT_CREDENTIALS)
                                .resource(URI.create("https://payroll.example.com"))
                                .build(),
                        OAuth2Error.INVALID_TARGET),
                arguments(
                        "there is no grant for the audience",
                        new TokenRequest.Builder(tokenEndpoint(), basic(ALIAS), CLIENT_CREDENTIALS)
                                .customParameter("audience", UNGRANTED)
                                .build(),
                        OAuth2Error.INVALID_TARGET),
                arguments(
                        "a scope is not granted",
                        orders(basic(ALIAS), CLIENT_CREDENTIALS, "read", "delete"),
                        OAuth2Error.INVALID_SCOPE),
                arguments(
                        "there are no refresh tokens",
                        orders(basic(ALIAS), new RefreshTokenGrant(new RefreshToken("none"))),
                        OAuth2Error.UNSUPPORTED_GRANT_TYPE),
                arguments(
                        "a parameter stands there twice",
                        new TokenRequest.Builder(tokenEndpoint(), basic(ALIAS), CLIENT_CREDENTIALS)
                                .customParameter("audience", ORDERS, BILLING)
                                .build(),
                        OAuth2Error.INVALID_REQUEST));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void isToldWhy(String why, TokenRequest request, ErrorObject error) throws Exception {
        HTTPResponse answer = request.toHTTPRequest().send();
        TokenErrorResponse refused = TokenResponse.parse(answer).toErrorResponse();
        assertThat(refused.getErrorObject()).isEqualTo(error);
        assertThat(refused.getErrorObject().getHTTPStatusCode())
                .isEqualTo(error.equals(OAuth2Error.INVALID_CLIENT) ? 401 : 400);
        if (error.equals(OAuth2Error.INVALID_CLIENT)) {
            assertThat(answer.getWWWAuthenticate()).startsWith("Basic ");
        }
        assertThat(answer.getCacheControl()).isEqualTo("no-store");
    }

    private static URI tokenEndpoint() {
        return server.getTokenEndpointURI();
    }

    private static ClientSecretBasic basic(String client) {
        return new ClientSecretBasic(new ClientID(client), new Secret(SECRET));
    }

    private static PrivateKeyJWT es256(ClientID client, URI audience) throws Exception {
        return new PrivateKeyJWT(
                client,
                audience,
                JWSAlgorithm.ES256,
                OAuthServerFixture.ecPrivateKey().toPrivateKey(),
                OAuthServerFixture.ecPrivateKey().getKeyID(),
                null);
    }

    private static TokenRequest orders(ClientAuthentication client, AuthorizationGrant grant, String... scopes) {
        TokenRequest.Builder request =
                new TokenRequest.Builder(tokenEndpoint(), client, grant).resource(URI.create(ORDERS));
        return (scopes.length == 0 ? request : request.scope(new Scope(scopes))).build();
    }

    private static AccessToken granted(TokenRequest request) throws Exception {
        HTTPResponse answer = request.toHTTPRequest().send();
        TokenResponse response = TokenResponse.parse(answer);
        assertThat(response.indicatesSuccess()).as(answer.getBody()).isTrue();
        return response.toSuccessResponse().getTokens().getAccessToken();
    }

    private static JWTClaimsSet claims(AccessToken token) throws Exception {
        return SignedJWT.parse(token.getValue()).getJWTClaimsSet();
    }
}
