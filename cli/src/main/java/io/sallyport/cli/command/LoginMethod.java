package io.sallyport.cli.command;

import io.sallyport.identity.AuthMethod;
import io.sallyport.identity.document.Provider;
import io.sallyport.method.provider.Providers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A provider whose callers log in with an assertion. */
public record LoginMethod(Provider<?> provider) {
    public Class<? extends AuthMethod<?>> type() {
        return provider.type();
    }

    /** @throws NoSuchElementException if it accepts no assertions */
    public static LoginMethod of(AuthMethod<?> method) {
        for (Provider<?> provider : all()) {
            if (provider.type().isInstance(method)) {
                return new LoginMethod(provider);
            }
        }
        throw new NoSuchElementException("no assertion proves " + method.getClass());
    }

    private static List<Provider<?>> all() {
        List<Provider<?>> all = new ArrayList<>(Providers.DOCUMENTS.providers().all());
        all.removeIf(provider -> !provider.takesAssertions());
        return all;
    }

    /** The names of such providers. */
    public static final class Names implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return names().iterator();
        }

        private static List<String> names() {
            List<String> names = new ArrayList<>();
            all().forEach(provider -> names.add(provider.name()));
            return names;
        }
    }

    /** Converts a name. */
    public static final class Converter implements ITypeConverter<LoginMethod> {
        @Override
        public LoginMethod convert(String name) {
            for (Provider<?> provider : all()) {
                if (provider.name().equals(name)) {
                    return new LoginMethod(provider);
                }
            }
            throw new TypeConversionException(
                    "expected one of " + Names.names() + " (case-sensitive) but was '" + name + "'");
        }
    }
}
