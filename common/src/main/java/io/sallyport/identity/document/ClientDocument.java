package io.sallyport.identity.document;

import io.sallyport.identity.Audience;
import io.sallyport.identity.ClientMetadata;
import io.sallyport.identity.Grant;
import io.sallyport.identity.Name;
import io.sallyport.token.Scopes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link ClientMetadata} as a part of {@link IdentityDocument}. */
final class ClientDocument {
    private ClientDocument() {}

    static ClientMetadata read(Document document) {
        List<Audience> audiences = new ArrayList<>();
        for (Document audience : document.documentsOrTexts("audiences", "name")) {
            audiences.add(readAudience(audience));
        }
        List<Grant> grants = new ArrayList<>();
        for (Document grant : document.documentsOrTexts("grants", "audience")) {
            grants.add(readGrant(grant));
        }
        Optional<String> alias = document.text("alias");
        return new ClientMetadata(
                alias.isPresent() ? Optional.of(new Name(alias.get())) : Optional.empty(), audiences, grants);
    }

    static void write(ClientMetadata client, Map<String, Object> fields) {
        client.alias().ifPresent(alias -> fields.put("alias", alias.value()));
        fields.put(
                "audiences",
                client.audiences().stream().map(ClientDocument::writeAudience).toList());
        fields.put(
                "grants",
                client.grants().stream().map(ClientDocument::writeGrant).toList());
    }

    private static Audience readAudience(Document document) {
        Audience audience = new Audience(new Name(document.required("name")), readScopes(document, "scopes"));
        document.requireNothingElse();
        return audience;
    }

    private static Map<String, Object> writeAudience(Audience audience) {
        return Map.of("name", audience.name().value(), "scopes", texts(audience.scopes()));
    }

    private static Grant readGrant(Document document) {
        Grant grant = new Grant(
                new Name(document.required("audience")),
                readScopes(document, "scopes"),
                readScopes(document, "defaultScopes"),
                document.text("tokenType").map(ClientDocument::readType).orElse(Grant.TokenType.FITTING),
                document.seconds("accessTokenTTL", Grant.DEFAULT_MAX_TOKEN_TTL));
        document.requireNothingElse();
        return grant;
    }

    private static Grant.TokenType readType(String type) {
        return switch (type) {
            case "at+jwt" -> Grant.TokenType.FITTING;
            case "JWT" -> Grant.TokenType.JWT;
            default -> throw new IllegalArgumentException("a grant's tokenType must be at+jwt or JWT");
        };
    }

    private static Map<String, Object> writeGrant(Grant grant) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("audience", grant.audience().value());
        fields.put("scopes", texts(grant.scopes()));
        fields.put("defaultScopes", texts(grant.defaults()));
        fields.put("tokenType", grant.type() == Grant.TokenType.JWT ? "JWT" : "at+jwt");
        fields.put("accessTokenTTL", grant.longestToken().toSeconds());
        return fields;
    }

    private static Scopes readScopes(Document document, String name) {
        return new Scopes(document.allowlist(name).values());
    }

    private static List<String> texts(Scopes scopes) {
        return List.copyOf(scopes.values());
    }
}
