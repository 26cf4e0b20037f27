package io.sallyport.http.outbound;

import io.sallyport.Quoted;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The issuer of the tokens of a cluster or of whoever else is trusted, byte by byte as their {@code iss} has it (OpenID
 * Connect Core §2): an https address of a host with a path, where its discovery document is found (OpenID Connect Discovery
 * §4).
 */
public record IssuerUrl(String text) {
    /** No user, query, fragment or escape, and no segment that is empty or of dots: all readers read it alike. */
    private static final Pattern FORM = Pattern.compile(
            "https://(?<host>[^/]{1,260})(?<path>(?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._~-]{1,128}){0,16})/?");

    /** @throws IllegalArgumentException if it is of another form, or of a host at which no issuer ever is */
    public IssuerUrl {
        parse(text);
    }

    private static Matcher parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()
                || !matcher.group("host").equals(matcher.group("host").toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException(
                    "the address of an issuer or of its keys must be https in plain characters, without user,"
                            + " query or fragment, and is " + Quoted.quote(text));
        }
        requireHost(matcher.group("host"), text);
        return matcher;
    }

    private static void requireHost(String host, String text) {
        try {
            KubernetesHost.parse(host);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the address of an issuer or of its keys must have a host name, or an address that is not loopback,"
                            + " link-local, metadata or otherwise special, and is " + Quoted.quote(text),
                    e);
        }
    }

    /** The address itself. */
    public URI uri() {
        return URI.create(text);
    }

    /** Where its discovery document is: behind the issuer without its last slash. */
    public URI discovery() {
        Matcher matcher = parse(text);
        return URI.create(
                "https://" + matcher.group("host") + matcher.group("path") + "/.well-known/openid-configuration");
    }

    @Override
    public String toString() {
        return text;
    }
}
