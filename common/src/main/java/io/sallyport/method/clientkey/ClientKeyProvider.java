package io.sallyport.method.clientkey;

import io.sallyport.identity.document.Document;
import io.sallyport.identity.document.Provider;
import io.sallyport.identity.document.TokenPolicyDocument;
import io.sallyport.jwt.PastedKeys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@link ClientKeyAuth}: OAuth clients with their own key. */
public final class ClientKeyProvider implements Provider<ClientKeyAuth> {
    public static final String FIELD = "clientKeyAuth";

    @Override
    public String field() {
        return FIELD;
    }

    @Override
    public String id() {
        return "client-key-auth";
    }

    @Override
    public Class<ClientKeyAuth> type() {
        return ClientKeyAuth.class;
    }

    @Override
    public boolean takesAssertions() {
        return false;
    }

    @Override
    public List<String> credentialFields() {
        return List.of("jwks", "algorithm");
    }

    @Override
    public Optional<String> credentialMethod() {
        return Optional.of(ClientKeyAttestation.METHOD);
    }

    @Override
    public ClientKeyAuth read(Document document) {
        ClientKeyAuth auth = new ClientKeyAuth(
                PastedKeys.parse(document.required("jwks"), document.algorithm("algorithm")),
                document.flag("singleUse", true),
                TokenPolicyDocument.read(document));
        document.requireNothingElse();
        return auth;
    }

    @Override
    public Map<String, Object> write(ClientKeyAuth auth) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("jwks", auth.keys().jwks());
        fields.put("algorithm", auth.keys().algorithm().name());
        fields.put("singleUse", auth.singleUse());
        TokenPolicyDocument.write(auth.policy(), fields);
        return fields;
    }
}
