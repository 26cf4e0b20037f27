package io.sallyport.http.outbound;

import io.sallyport.Quoted;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The issuer of a cluster or another trusted party, byte by byte as its tokens' {@code iss} has it (OpenID Connect Core
 * §2): an https URL whose host serves the discovery document (OpenID Connect Discovery §4).
 */
public record IssuerUrl(String text) {
    /** No user, query, fragment or escape, and no empty or dot segment: all parsers read it alike. */
    private static final Pattern FORM = Pattern.compile(
            "https://(?<host>[^/]{1,260})(?<path>(?:/(?!\\.{1,2}(?:/|$))[A-Za-z0-9._~-]{1,128}){0,16})/?");

    /** @throws IllegalArgumentException if it is malformed, or its host can never be an issuer's */
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

    /** The URL of its discovery document: the issuer without its trailing slash, and the well-known path. */
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
