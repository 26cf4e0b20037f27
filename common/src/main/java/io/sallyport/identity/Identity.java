package io.sallyport.identity;

import io.sallyport.IdentityId;
import io.sallyport.Reason;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.token.AccessToken;
import io.sallyport.token.TokenMinter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A registered machine identity: an OAuth client.
 *
 * @param role what it may do in Sallyport's own API
 * @param projects its roles in each project, for the systems that receive its tokens
 * @param cutoffs which of its sessions are revoked
 * @param client its name and audiences as an OAuth client, and its grants
 * @param methods how it may log in; at most one for each platform
 */
public record Identity(
        IdentityId id,
        String name,
        String role,
        Map<String, List<String>> projects,
        boolean disabled,
        SessionCutoffs cutoffs,
        ClientMetadata client,
        List<AuthMethod<?>> methods) {

    /** The role that may do everything in Sallyport's own API. */
    public static final String ADMIN = "admin";

    /** The role that may read everything in Sallyport's own API and change nothing. */
    public static final String VIEWER = "viewer";

    /** The role of an identity that has no other: it may do nothing. */
    public static final String NO_ACCESS = "no-access";

    /** In characters. Name, role and projects are in every token, which no identity may make too long ({@link TokenMinter}). */
    public static final int MAX_NAME = 255;

    /** In characters. */
    public static final int MAX_ROLE = 64;

    /** In bytes, as JSON. */
    public static final int MAX_PROJECTS = 1536;

    /** JSON needs quotes and up to three bytes a character, so the bytes are a multiple of three. */
    private static final int BYTES_BESIDE = 3;

    /** @throws IllegalArgumentException if a bound is exceeded, or two auth methods are for one platform */
    public Identity {
        requireBounded("name", name, MAX_NAME);
        requireBounded("role", role, MAX_ROLE);
        Map<String, List<String>> copy = new HashMap<>();
        for (Map.Entry<String, List<String>> project : projects.entrySet()) {
            copy.put(project.getKey(), List.copyOf(project.getValue()));
        }
        projects = Map.copyOf(copy);
        requireBounded(projects);
        methods = List.copyOf(methods);
        Set<Class<?>> platforms = new HashSet<>();
        for (AuthMethod<?> method : methods) {
            if (!platforms.add(method.getClass())) {
                throw new IllegalArgumentException("two auth methods of the same kind");
            }
        }
    }

    /** An identity without revocation marks, alias, audiences or grants. */
    public Identity(
            IdentityId id,
            String name,
            String role,
            Map<String, List<String>> projects,
            boolean disabled,
            List<AuthMethod<?>> methods) {
        this(id, name, role, projects, disabled, SessionCutoffs.NONE, ClientMetadata.NONE, methods);
    }

    /** A copy with other revocation marks. */
    public Identity with(SessionCutoffs marks) {
        return new Identity(id, name, role, projects, disabled, marks, client, methods);
    }

    /** A copy with every session revoked that began up to now. */
    public Identity revokedUpTo(Instant now) {
        return with(cutoffs.upTo(now));
    }

    private static void requireBounded(Map<String, List<String>> projects) {
        for (Map.Entry<String, List<String>> project : projects.entrySet()) {
            requireWhole("projects", project.getKey());
            for (String role : project.getValue()) {
                requireWhole("projects", role);
            }
        }
        if (!projects.isEmpty()) {
            requireBytes("projects", Json.write(projects).length, MAX_PROJECTS);
        }
    }

    private static void requireBounded(String field, String text, int most) {
        if (text.length() > most) {
            throw new IllegalArgumentException(
                    field + " must have at most " + most + " characters, not " + text.length());
        }
        requireWhole(field, text);
        int mostBytes = 3 * most + BYTES_BESIDE;
        if (2 + 6 * text.length() > mostBytes) {
            // Control characters take six bytes each, all others three at most.
            requireBytes(field, Json.write(Map.of("", text)).length - "{\"\":}".length(), mostBytes);
        }
    }

    private static void requireBytes(String field, int bytes, int most) {
        if (bytes > most) {
            throw new IllegalArgumentException(field + " must have at most " + most + " bytes as JSON, not " + bytes);
        }
    }

    /** Half of a surrogate pair has no form in UTF-8. */
    private static void requireWhole(String field, String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))
                    && (i + 1 == text.length() || !Character.isSurrogatePair(text.charAt(i), text.charAt(++i)))) {
                throw new IllegalArgumentException(field + " must not contain half a surrogate pair");
            }
        }
    }

    /**
     * This identity as the successor of another after a change: a mark never moves back, and everything that is no
     * longer trusted is revoked, so that its sessions stay revoked even if it is added again. This covers an auth
     * method that was removed or whose trust changed, and a credential that was removed or whose keys changed. What is
     * added again is revoked once more: an instance that had not seen the removal may have admitted a session
     * meanwhile.
     */
    public Identity succeeding(Identity before, Instant now) {
        SessionCutoffs marks = cutoffs.and(before.cutoffs);
        for (AuthMethod<?> was : before.methods) {
            Optional<AuthMethod<?>> is = ofKindOf(was);
            if (is.isEmpty() || !was.trust().isKeptIn(is.get().trust())) {
                marks = marks.upTo(now, was);
            }
            Map<Credential, Trust> left = is.isPresent() ? is.get().credentials() : Map.of();
            for (Map.Entry<Credential, Trust> had : was.credentials().entrySet()) {
                Trust trusted = left.get(had.getKey());
                if (trusted == null || !had.getValue().isKeptIn(trusted)) {
                    marks = marks.upTo(now, had.getKey());
                }
            }
        }
        for (AuthMethod<?> is : methods) {
            if (before.hasRemoved(is)) {
                marks = marks.upTo(now, is);
            }
            for (Credential credential : is.credentials().keySet()) {
                if (before.hasRemoved(credential)) {
                    marks = marks.upTo(now, credential);
                }
            }
        }
        return with(marks);
    }

    /** Whether it had this credential and has it no more, as far back as that is remembered. */
    public boolean hasRemoved(Credential credential) {
        return cutoffs.credentials().containsKey(credential)
                && methods.stream().noneMatch(method -> method.credentials().containsKey(credential));
    }

    /** Whether it had an auth method of this kind and has none any more. */
    public boolean hasRemoved(AuthMethod<?> kind) {
        return ofKindOf(kind).isEmpty() && kind.sessionMethods().stream().anyMatch(cutoffs.methods()::containsKey);
    }

    private Optional<AuthMethod<?>> ofKindOf(AuthMethod<?> other) {
        for (AuthMethod<?> method : methods) {
            if (method.getClass().equals(other.getClass())) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }

    /** The subject of its tokens. */
    public AccessToken.Subject asSubject() {
        return new AccessToken.Subject(id, name, role, projects);
    }

    /**
     * Requires that it is enabled; a disabled identity may do nothing.
     *
     * @throws Refused {@link Reason#IDENTITY_DISABLED}
     */
    public void requireEnabled() throws Refused {
        if (disabled) {
            throw new Refused(Reason.IDENTITY_DISABLED, "the identity is disabled");
        }
    }

    /** Whether a mark revokes a session that began then, whatever its credential. */
    public boolean revokes(String sessionMethod, Instant sessionStart) {
        return cutoffs.cover(sessionMethod, sessionStart);
    }

    /** The mark that revokes the session; empty if none does. */
    public Optional<Instant> markOn(AccessToken.Session session) {
        Optional<Credential> credential = Optional.empty();
        for (AuthMethod<?> method : methods) {
            if (method.sessionMethod().equals(session.method())) {
                credential = method.credential(session.attestation());
            }
        }
        return cutoffs.covering(session.method(), credential, session.start());
    }

    /** The auth method that such sessions come from, if it is still configured. */
    public Optional<AuthMethod<?>> methodOf(String sessionMethod) {
        return methods.stream()
                .filter(method -> method.sessionMethod().equals(sessionMethod))
                .findFirst();
    }

    /** Its auth method of this type, if it has one. */
    public <M extends AuthMethod<?>> Optional<M> method(Class<M> type) {
        for (AuthMethod<?> method : methods) {
            if (type.isInstance(method)) {
                return Optional.of(type.cast(method));
            }
        }
        return Optional.empty();
    }

    /** The keys by which stores find it, besides its id. */
    public Set<Lookup> lookups() {
        return Stream.of(
                        aliases().stream().map(Lookup::alias),
                        client.audiences().stream().map(Audience::name).map(Lookup::audience),
                        methods.stream().flatMap(method -> method.lookups().stream()))
                .flatMap(keys -> keys)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** The names by which clients may call it beside its id: its alias, and those of its auth methods. */
    public List<Name> aliases() {
        List<Name> aliases = new ArrayList<>();
        if (client.alias().isPresent()) {
            aliases.add(client.alias().get());
        }
        for (AuthMethod<?> method : methods) {
            Optional<Name> clientId = method.clientId();
            if (clientId.isPresent()) {
                aliases.add(clientId.get());
            }
        }
        return aliases;
    }

    /** Whether this {@code client_id} is its id or one of its {@link #aliases}. */
    public boolean isCalled(String clientId) {
        if (id.value().equals(clientId)) {
            return true;
        }
        for (Name alias : aliases()) {
            if (alias.value().equals(clientId)) {
                return true;
            }
        }
        return false;
    }
}
