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
 * Collects one decision for its audit line, which tells the operator what was decided and why. It holds ids and
 * verified facts, never a token.
 */
public final class Audit {
    private static final int MAX_CLAIMED = 200;

    private final Request request;
    private final String action;
    private final Map<String, Object> facts = new LinkedHashMap<>();
    private Optional<Refused> refusal = Optional.empty();
    private List<OutboundCalls.Call> calls = List.of();

    /** Where decisions are written; must not throw. */
    @FunctionalInterface
    public interface Log {
        void write(Audit decision);
    }

    public Audit(Request request, String action) {
        this.request = request;
        this.action = action;
    }

    /** The identity that the request claims to be; redacted if it looks like a credential in the wrong field. */
    public void claimed(IdentityId id) {
        facts.put("identityId", Redaction.of(id.value(), MAX_CLAIMED));
    }

    /** The identity that makes the request, once it is found. */
    public void identity(IdentityId id) {
        facts.put("identityId", id.value());
    }

    /** The client that asks about a token or an identity, once it is authenticated. */
    public void caller(IdentityId id) {
        facts.put("callerId", id.value());
    }

    /** The client that exchanges a token, once it is authenticated. */
    public void actor(IdentityId id) {
        facts.put("actorId", id.value());
    }

    /** The verified facts from the platform. */
    public void verified(String method, Map<String, String> attestation) {
        facts.put("method", method);
        facts.put("attestation", attestation);
    }

    /** The issued token. */
    public void issued(AccessToken token) {
        facts.put("sessionId", token.session().id().value());
        facts.put("issuedTokenId", token.tokenId());
        facts.put("audience", token.audience());
        if (!token.target().scopes().isEmpty()) {
            facts.put("scope", token.target().scopes().toString());
        }
        facts.put("expiresIn", token.lifetimeSeconds());
    }

    /** The presented token, once it is verified as ours. */
    public void shown(AccessToken token) {
        facts.put("identityId", token.subject().id().value());
        facts.put("method", token.session().method());
        facts.put("sessionId", token.session().id().value());
        facts.put("tokenId", token.tokenId());
    }

    /** The change, without secrets; empty before a creation, and after a removal. */
    public void changed(Map<String, ?> before, Map<String, ?> after) {
        facts.put("before", before);
        facts.put("after", after);
    }

    /** Adds anything else that an operator should know; never a credential. */
    public void note(String name, String value) {
        facts.put(name, value);
    }

    /** Records the outbound calls of the decision, and how long each took. */
    void called(List<OutboundCalls.Call> made) {
        calls = made;
    }

    /** The outbound calls of the decision. */
    public List<OutboundCalls.Call> calls() {
        return calls;
    }

    /** Records the refusal. */
    public void refused(Refused why) {
        refusal = Optional.of(why);
    }

    public Request request() {
        return request;
    }

    /** The decided action, in a word. */
    public String action() {
        return action;
    }

    public boolean isGranted() {
        return refusal.isEmpty();
    }

    /** The reason of the refusal, if it was refused. */
    public Optional<Reason> reason() {
        return refusal.isPresent() ? Optional.of(refusal.get().reason()) : Optional.empty();
    }

    /** The detail of the refusal; empty if the request was granted. */
    public String detail() {
        return refusal.isPresent() ? refusal.get().detail() : "";
    }

    /** What is known about the identity, the workload and the token, by name, as far as the request got. */
    public Map<String, Object> facts() {
        return facts;
    }
}
