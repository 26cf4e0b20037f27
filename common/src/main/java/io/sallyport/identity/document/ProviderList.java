package io.sallyport.identity.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The providers that there are. Each is loaded at its first use, so that a login loads that of its own method only. */
public interface ProviderList {
    /** {@link Provider#field()} of each, in the order in which identities show their methods. */
    List<String> fields();

    /** @throws IllegalArgumentException if no provider has that field */
    Provider<?> of(String field);

    /** All of them, in that order. */
    default List<Provider<?>> all() {
        List<Provider<?>> all = new ArrayList<>();
        for (String field : fields()) {
            all.add(of(field));
        }
        return all;
    }

    /** By {@link Provider#name()}. */
    default Optional<Provider<?>> named(String name) {
        for (Provider<?> provider : all()) {
            if (provider.name().equals(name)) {
                return Optional.of(provider);
            }
        }
        return Optional.empty();
    }
}
