package io.sallyport.identity;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A registered machine identity: an OAuth client.
 *
 * @param role what it may do in Sallyport's own API
 * @param projects its roles in each project, for the systems that its tokens are shown to
 * @param methods how it may log in; at most one for each platform
 */
public record Identity(
        IdentityId id,
        String name,
        String role,
        Map<String, List<String>> projects,
        boolean disabled,
        List<AuthMethod<?>> methods) {

    /** The role of an identity that was given none: it may do nothing. */
    public static final String NO_ACCESS = "no-access";

    public Identity {
        projects = projects.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, entry -> List.copyOf(entry.getValue())));
        methods = List.copyOf(methods);
        if (methods.stream().map(Object::getClass).distinct().count() < methods.size()) {
            throw new IllegalArgumentException("two auth methods for one platform");
        }
    }

    /** How it logs in on one platform, if it may. */
    public <M extends AuthMethod<?>> Optional<M> method(Class<M> type) {
        return methods.stream().filter(type::isInstance).map(type::cast).findFirst();
    }
}
