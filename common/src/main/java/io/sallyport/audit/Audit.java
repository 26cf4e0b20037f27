package io.sallyport.audit;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Redaction;
import io.sallyport.Refused;
import io.sallyport.http.Request;
import io.sallyport.token.AccessToken;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One decision, gathered on its way: the line that tells an operator what was decided and why. It holds ids and verified
 * facts, never a token.
 */
public final class Audit {
    private static final int MAX_CLAIMED = 200;

    private final Request request;
    private final String action;
    private final Map<String, Object> facts = new LinkedHashMap<>();
    private Optional<Refused> refusal = Optional.empty();
    private List<OutboundCalls.Call> calls = List.of();

    /** Where decisions are written to; it must not throw. */
    @FunctionalInterface
    public interface Log {
        void write(Audit decision);
    }

    public Audit(Request request, String action) {
        this.request = request;
        this.action = action;
    }

    /** Whose request it says it is; shortened if that reads like a credential in the wrong field. */
    public void claimed(IdentityId id) {
        facts.put("identityId", Redaction.of(id.value(), MAX_CLAIMED));
    }

    /** Whose request it is, once that identity is found. */
    public void identity(IdentityId id) {
        facts.put("identityId", id.value());
    }

    /** Who asks about a token or an identity, once it is authenticated. */
    public void caller(IdentityId id) {
        facts.put("callerId", id.value());
    }

    /** Who exchanges a token, once it is authenticated. */
    public void actor(IdentityId id) {
        facts.put("actorId", id.value());
    }

    /** What the platform vouches for. */
    public void verified(String method, Map<String, String> attestation) {
        facts.put("method", method);
        facts.put("attestation", attestation);
    }

    /** The token that was given out. */
    public void issued(AccessToken token) {
        facts.put("sessionId", token.session().id().value());
        facts.put("issuedTokenId", token.tokenId());
        facts.put("audience", token.audience());
        if (!token.target().scopes().isEmpty()) {
            facts.put("scope", token.target().scopes().toString());
        }
        facts.put("expiresIn", token.lifetimeSeconds());
    }

    /** The token that was shown, once it is proven to be ours. */
    public void shown(AccessToken token) {
        facts.put("identityId", token.subject().id().value());
        facts.put("method", token.session().method());
        facts.put("sessionId", token.session().id().value());
        facts.put("tokenId", token.tokenId());
    }

    /** What was changed, without any secret; empty before it was made, and after it was removed. */
    public void changed(Map<String, ?> before, Map<String, ?> after) {
        facts.put("before", before);
        facts.put("after", after);
    }

    /** Anything else that an operator should know; never a credential. */
    public void note(String name, String value) {
        facts.put(name, value);
    }

    /** Whom it took to decide, and how long. */
    void called(List<OutboundCalls.Call> made) {
        calls = made;
    }

    /** The calls to others that were made. */
    public List<OutboundCalls.Call> calls() {
        return calls;
    }

    /** That it was not granted. */
    public void refused(Refused why) {
        refusal = Optional.of(why);
    }

    public Request request() {
        return request;
    }

    /** What was decided, in a word. */
    public String action() {
        return action;
    }

    public boolean isGranted() {
        return refusal.isEmpty();
    }

    /** Why it was refused, if it was. */
    public Optional<Reason> reason() {
        return refusal.isPresent() ? Optional.of(refusal.get().reason()) : Optional.empty();
    }

    /** The same in words; empty if it was granted. */
    public String detail() {
        return refusal.isPresent() ? refusal.get().detail() : "";
    }

    /** What is known about the identity, the workload and the token, by name, as far as the request came. */
    public Map<String, Object> facts() {
        return facts;
    }
}
