package io.sallyport.simulated.federation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import io.sallyport.simulated.Http;
import io.sallyport.simulated.MovableClock;
import io.sallyport.simulated.OpenIdIssuer;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

public final class SimulatedStsTest {
    public static final ProviderName NAME = new ProviderName("326694433618", "workloads", "sallyport");
    static final String CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform";

    private static final String TYPE = "urn:ietf:params:oauth:token-type:";

    private final MovableClock clock = new MovableClock();
    private final SimulatedSts sts = SimulatedSts.start(clock);
    private OpenIdIssuer issuer;
    private OidcProvider provider;

    @BeforeEach
    void register() throws Exception {
        issuer = new OpenIdIssuer();
        provider = OidcProvider.of(NAME, issuer.url()).mapping("attribute.client", "assertion.client_id");
        sts.register(provider);
    }

    @AfterEach
    void close() {
        issuer.close();
        sts.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "RS256"})
    void exchangesATokenOfTheIssuerForAnAccessToken(String algorithm) throws Exception {
        JWTClaimsSet claims = issuer.claims(NAME.audience(), clock.instant()).build();
        String token = issuer.sign(issuer.header(JWSAlgorithm.parse(algorithm)).build(), claims);

        Map<String, Object> answer = answer(exchange(token), 200);

        assertThat(answer)
                .containsOnlyKeys("access_token", "issued_token_type", "token_type", "expires_in")
                .containsEntry("issued_token_type", TYPE + "access_token")
                .containsEntry("token_type", "Bearer");
        assertThat((Long) answer.get("expires_in")).isBetween(3599L, 3600L);
        FederatedIdentity identity =
                sts.identity((String) answer.get("access_token")).orElseThrow();
        assertThat(identity.subject()).isEqualTo("payments");
        assertThat(identity.scopes()).containsExactly(CLOUD_PLATFORM);
        assertThat(identity.members())
                .containsExactly(
                        "principal://iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/"
                                + "workloads/subject/payments",
                        "principalSet://iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/"
                                + "workloads/attribute.client/payments",
                        "principalSet://iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/"
                                + "workloads/*");
        assertThat(sts.requests()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void takesJsonWithNamesOfEitherForm(boolean camelCase) throws Exception {
        Map<String, Object> json = new LinkedHashMap<>();
        request(token(UnaryOperator.identity()))
                .forEach((name, value) -> json.put(camelCase ? camelCase(name) : name, value));

        assertThat(post("application/json; charset=UTF-8", JSONObjectUtils.toJSONString(json))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jwt", "id_token"})
    void takesEitherTypeOfJwt(String type) throws Exception {
        Map<String, String> request = request(token(UnaryOperator.identity()));
        request.put("subject_token_type", TYPE + type);

        assertThat(post(request).statusCode()).isEqualTo(200);
    }

    /** Without allowed audiences, the provider's name counts with and without {@code https:}. */
    @ParameterizedTest
    @CsvSource({"'', true", "https:, true", "http:, false"})
    void takesTheProvidersNameAsAudienceByDefault(String prefix, boolean taken) throws Exception {
        String token = token(claims -> claims.audience(prefix + NAME.audience()));

        assertThat(exchange(token).statusCode()).isEqualTo(taken ? 200 : 400);
    }

    @Test
    void takesNoDefaultAudienceWhereOthersAreAllowed() throws Exception {
        sts.register(provider.allowing("google-federation"));

        assertThat(exchange(token(claims -> claims.audience("google-federation")))
                        .statusCode())
                .isEqualTo(200);
        assertRefused(
                exchange(token(UnaryOperator.identity())), "invalid_grant", "does not match the expected audience");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesATokenThat(String flaw, UnaryOperator<JWTClaimsSet.Builder> change, String description)
            throws Exception {
        assertRefused(exchange(token(change)), "invalid_grant", description);
    }

    static Stream<Arguments> refusesATokenThat() {
        Instant now = new MovableClock().instant();
        return Stream.of(
                flaw("is of another issuer", claims -> claims.issuer("http://127.0.0.1:1"), "The issuer in ID Token"),
                flaw("has no issuer", claims -> claims.issuer(null), "The issuer in ID Token"),
                flaw(
                        "is for another audience",
                        claims -> claims.audience("orders"),
                        "The audience in ID Token [orders]"),
                flaw("has no audience", claims -> claims.audience((String) null), "The audience in ID Token []"),
                flaw("has no subject", claims -> claims.subject(null), "'sub' claim"),
                flaw("has an empty subject", claims -> claims.subject(""), "'sub' claim"),
                flaw("has no issue time", claims -> claims.issueTime(null), "'iat' claim"),
                flaw("has no expiry", claims -> claims.expirationTime(null), "'exp' claim"),
                flaw("is issued in the future", claims -> claims.issueTime(at(now.plusSeconds(1))), "in the future"),
                flaw("has just expired", claims -> claims.expirationTime(at(now)), "is stale to sign-in"),
                flaw(
                        "lives longer than two days",
                        claims -> claims.expirationTime(
                                at(now.plus(Duration.ofDays(2)).plusSeconds(1))),
                        "The lifetime of the ID Token exceeds 48 hours"),
                flaw("lacks a mapped claim", claims -> claims.claim("client_id", null), "attribute.client"));
    }

    private static Arguments flaw(String flaw, UnaryOperator<JWTClaimsSet.Builder> change, String description) {
        return arguments(flaw, change, description);
    }

    private static Date at(Instant instant) {
        return Date.from(instant);
    }

    @Test
    void takesATokenUntilTheInstantOfItsExpiryAndNoLonger() throws Exception {
        Instant end = Instant.ofEpochSecond(clock.instant().getEpochSecond() + 1);
        String token = token(claims -> claims.expirationTime(at(end)));
        clock.advance(Duration.between(clock.instant(), end).minusNanos(1));
        assertThat(exchange(token).statusCode()).isEqualTo(200);

        clock.advance(Duration.ofNanos(1));
        assertRefused(exchange(token), "invalid_grant", "is stale to sign-in");
    }

    @Test
    void takesATokenThatLivesForTwoDaysButItsOwnForAnHour() throws Exception {
        String token = token(claims -> claims.expirationTime(at(clock.instant().plus(Duration.ofDays(2)))));

        assertThat(answer(exchange(token), 200)).containsEntry("expires_in", 3600L);
    }

    @Test
    void givesNoTokenThatOutlivesTheOneItWasGivenFor() throws Exception {
        String token = token(claims -> claims.expirationTime(at(clock.instant().plusSeconds(300))));

        Map<String, Object> answer = answer(exchange(token), 200);

        assertThat((Long) answer.get("expires_in")).isBetween(299L, 300L);
        clock.advance(Duration.ofSeconds(300));
        assertThat(sts.identity((String) answer.get("access_token"))).isEmpty();
    }

    @Test
    void takesASubjectOf127BytesAndNoLongerOne() throws Exception {
        assertThat(exchange(token(claims -> claims.subject("s".repeat(127)))).statusCode())
                .isEqualTo(200);
        assertRefused(exchange(token(claims -> claims.subject("s".repeat(126) + "é"))), "invalid_request", "127 bytes");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refusesAHeaderThat(String flaw, UnaryOperator<JWSHeader> change, String description) throws Exception {
        JWSHeader header = change.apply(issuer.header(JWSAlgorithm.RS256).build());
        JWTClaimsSet claims = issuer.claims(NAME.audience(), clock.instant()).build();

        assertRefused(exchange(issuer.sign(header, claims)), "invalid_grant", description);
    }

    static Stream<Arguments> refusesAHeaderThat() {
        return Stream.of(
                header("names no key", header -> new JWSHeader.Builder(header).keyID(null), "signature"),
                header("names an unknown key", header -> new JWSHeader.Builder(header).keyID("other"), "signature"),
                header(
                        "has another algorithm",
                        header -> new JWSHeader.Builder(JWSAlgorithm.RS384).keyID(header.getKeyID()),
                        "RS256 or ES256"));
    }

    private static Arguments header(
            String flaw, java.util.function.Function<JWSHeader, JWSHeader.Builder> change, String description) {
        return arguments(
                flaw, (UnaryOperator<JWSHeader>) header -> change.apply(header).build(), description);
    }

    @Test
    void refusesATokenThatWasChangedOrIsNone() throws Exception {
        String token = token(UnaryOperator.identity());
        String other = token(claims -> claims.subject("orders"));
        String mixed = token.substring(0, token.lastIndexOf('.')) + other.substring(other.lastIndexOf('.'));

        assertRefused(exchange(mixed), "invalid_grant", "signature");
        assertRefused(exchange("no-jwt"), "invalid_grant", "Unable to parse");
    }

    @ParameterizedTest
    @CsvSource({"issuer, http://127.0.0.1:1", "issuer, ", "jwks_uri, http://127.0.0.1:1/keys", "jwks_uri, "})
    void refusesAnIssuerWhoseDiscoveryIsWrong(String member, String value) throws Exception {
        issuer.document().put(member, value);

        assertRefused(
                exchange(token(UnaryOperator.identity())),
                "invalid_grant",
                "Error connecting to the given credential's issuer.");
    }

    /** Byte by byte: with a trailing slash it is another issuer, even though its document is the same. */
    @Test
    void takesNoIssuerThatIsNearlyTheSame() throws Exception {
        sts.register(OidcProvider.of(NAME, issuer.url() + "/"));

        assertRefused(exchange(token(UnaryOperator.identity())), "invalid_grant", "The issuer in ID Token");
        assertRefused(
                exchange(token(claims -> claims.issuer(issuer.url() + "/"))), "invalid_grant", "Error connecting");
    }

    @Test
    void refusesWhatTheConditionRejects() throws Exception {
        sts.register(provider.onlyIf(claims -> "payments".equals(claims.get("client_id"))));

        assertThat(exchange(token(UnaryOperator.identity())).statusCode()).isEqualTo(200);
        assertRefused(
                exchange(token(claims -> claims.claim("client_id", "orders"))),
                "unauthorized_client",
                "The given credential is rejected by the attribute condition.");
    }

    /** Like an issuer whose own address is not simulated. */
    @Test
    void findsTheKeysOfAnIssuerWhereItIsToldTo() throws Exception {
        String elsewhere = "https://login.example.com/";
        issuer.document().put("issuer", elsewhere);
        sts.discover(elsewhere, URI.create(issuer.url() + "/.well-known/openid-configuration"));
        sts.register(OidcProvider.of(NAME, elsewhere));

        assertThat(exchange(token(claims -> claims.issuer(elsewhere))).statusCode())
                .isEqualTo(200);
        assertRefused(exchange(token(UnaryOperator.identity())), "invalid_grant", "The issuer in ID Token");
    }

    @Test
    void refusesATargetThatIsDisabledOrNotThere() throws Exception {
        Map<String, String> request = request(token(UnaryOperator.identity()));
        request.put("audience", new ProviderName("326694433618", "workloads", "other").audience());

        assertRefused(post(request), "invalid_target", "it doesn't exist");
        sts.register(provider.disable());
        assertRefused(exchange(token(UnaryOperator.identity())), "invalid_target", "disabled");
    }

    @ParameterizedTest
    @CsvSource({
        "grant_type, ''",
        "grant_type, client_credentials",
        "requested_token_type, urn:ietf:params:oauth:token-type:id_token",
        "subject_token_type, urn:ietf:params:oauth:token-type:saml2",
        "subject_token_type, ''",
        "subject_token, ''",
        "scope, ''",
        "audience, ''",
        "audience, https://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b",
        "audience, //iam.googleapis.com/projects/shop/locations/global/workloadIdentityPools/a/providers/b"
    })
    void refusesARequestWith(String parameter, String value) throws Exception {
        Map<String, String> request = request(token(UnaryOperator.identity()));
        request.put(parameter, value);

        assertRefused(post(request), "invalid_request", parameter);
    }

    @Test
    void refusesARequestThatIsNeitherAFormNorJson() throws Exception {
        String form = form(request(token(UnaryOperator.identity())));

        assertRefused(post("application/x-www-form-urlencoded", form + "&scope=x"), "invalid_request", "scope");
        assertRefused(post("application/json", "{"), "invalid_request", "JSON");
        assertThat(Http.get(sts.token()).statusCode()).isEqualTo(404);
        assertThat(Http.post(sts.uri().resolve("/v1/other"), form).statusCode()).isEqualTo(404);
    }

    @Test
    void failsWhenToldTo() throws Exception {
        sts.behaviour().fail(503);

        assertThat(exchange(token(UnaryOperator.identity())).statusCode()).isEqualTo(503);
    }

    @Test
    void knowsNoTokenThatItDidNotGive() {
        assertThat(sts.identity("ya29.d.made-up")).isEmpty();
    }

    @Test
    void takesNoProviderThatCouldNotBe() {
        assertThatIllegalArgumentException().isThrownBy(() -> OidcProvider.of(NAME, "http://login.example.com"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OidcProvider(NAME, issuer.url(), List.of(), Map.of(), claims -> true, false));
    }

    private String token(UnaryOperator<JWTClaimsSet.Builder> change) throws Exception {
        return issuer.sign(
                change.apply(issuer.claims(NAME.audience(), clock.instant())).build());
    }

    public static Map<String, String> request(String token) {
        Map<String, String> request = new LinkedHashMap<>();
        request.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
        request.put("audience", NAME.audience());
        request.put("scope", CLOUD_PLATFORM);
        request.put("requested_token_type", TYPE + "access_token");
        request.put("subject_token_type", TYPE + "jwt");
        request.put("subject_token", token);
        return request;
    }

    public static String form(Map<String, String> request) {
        return request.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
    }

    private HttpResponse<String> exchange(String token) throws Exception {
        return post(request(token));
    }

    private HttpResponse<String> post(Map<String, String> request) throws Exception {
        return post("application/x-www-form-urlencoded", form(request));
    }

    private HttpResponse<String> post(String contentType, String body) throws Exception {
        return Http.post(sts.token(), body, "Content-Type", contentType);
    }

    private static Map<String, Object> answer(HttpResponse<String> response, int status) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return JSONObjectUtils.parse(response.body());
    }

    private static void assertRefused(HttpResponse<String> response, String error, String description)
            throws Exception {
        Map<String, Object> answer = answer(response, 400);
        assertThat(answer).containsOnlyKeys("error", "error_description").containsEntry("error", error);
        assertThat((String) answer.get("error_description")).contains(description);
    }

    private static String camelCase(String name) {
        StringBuilder camel = new StringBuilder();
        for (String word : name.split("_", -1)) {
            camel.append(camel.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return camel.toString();
    }
}
