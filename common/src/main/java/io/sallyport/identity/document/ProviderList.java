package io.sallyport.identity.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All providers. Each is loaded at its first use, so a login loads only its own method's. */
public interface ProviderList {
    /** {@link Provider#field()} of each, in the order in which identities show their methods. */
    List<String> fields();

    /** @throws IllegalArgumentException if no provider has that field */
    Provider<?> of(String field);

    /** All providers, in that order. */
    default List<Provider<?>> all() {
        List<Provider<?>> all = new ArrayList<>();
        for (String field : fields()) {
            all.add(of(field));
        }
        return all;
    }

    /** Finds a provider by {@link Provider#name()}. */
    default Optional<Provider<?>> named(String name) {
        for (Provider<?> provider : all()) {
            if (provider.name().equals(name)) {
                return Optional.of(provider);
            }
        }
        return Optional.empty();
    }
}
