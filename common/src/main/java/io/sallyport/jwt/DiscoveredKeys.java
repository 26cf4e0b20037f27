package io.sallyport.jwt;

import io.sallyport.Quoted;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An Entra tenant's keys, found through its OpenID configuration (OpenID Connect Discovery 1.0 §4). The author of that
 * document would choose our keys, so it may name no issuer and no host but the tenant's own.
 */
record DiscoveredKeys(TenantKeys.Tenant tenant, Fetcher fetcher) implements KeyDownload {
    /**
     * The allowed path of the keys' address: plain names between slashes. Compared as text, so that no two parsers can
     * read a user, a port, a query or a way back up out of it differently.
     */
    private static final Pattern PATH = Pattern.compile("(?:/[A-Za-z0-9][A-Za-z0-9._-]{0,99}){1,8}");

    /** The issuer that an Entra key states for itself: every tenant, or one. */
    private static final Pattern KEY_ISSUER =
            Pattern.compile("https://[a-z0-9.-]{1,100}/(?<tenant>\\{tenantid}|[0-9a-f-]{36})(?:/v2\\.0|/)?");

    @Override
    public Downloaded get() throws IOException, Refused {
        Fetcher.Fetched answer = fetcher.get(tenant.configuration());
        if (answer.status() != 200) {
            throw unusable("HTTP status " + answer.status());
        }
        Downloaded keys = KeyDocument.jwks(jwksUri(answer.body()), Algorithm.RS256, this::isForTenant, fetcher)
                .get();
        return new Downloaded(
                keys.keys(),
                KeyDocument.shorter(keys.freshness(), KeyDocument.freshness(answer, RemoteKeys.MAX_FRESH)));
    }

    private URI jwksUri(String configuration) throws Refused {
        Map<String, @Nullable Object> document = parse(configuration);
        if (!(document.get("issuer") instanceof String issuer)
                || !tenant.issuers().contains(issuer)) {
            throw unusable(
                    "the issuer is " + quote(document.get("issuer")) + " and must be one of " + tenant.issuers());
        }
        String authority = tenant.authority().toString();
        if (!(document.get("jwks_uri") instanceof String uri)
                || !uri.startsWith(authority)
                || !PATH.matcher(uri.substring(authority.length())).matches()) {
            throw unusable(
                    "the jwks_uri is " + quote(document.get("jwks_uri")) + " and must be a path at " + authority);
        }
        return URI.create(uri);
    }

    private Map<String, @Nullable Object> parse(String configuration) throws Refused {
        try {
            return Json.parseObject(configuration);
        } catch (MalformedJsonException e) {
            throw unusable(String.valueOf(e.getMessage()));
        }
    }

    /**
     * Among the keys for all tenants, Entra publishes keys for one tenant, such as that of personal accounts: such a key
     * must not prove a token of any other tenant ("Access tokens in the Microsoft identity platform", Validate the
     * signing key issuer).
     */
    private boolean isForTenant(Map<?, ?> key) {
        if (!key.containsKey("issuer")) {
            return true;
        }
        if (!(key.get("issuer") instanceof String issuer)) {
            return false;
        }
        var told = KEY_ISSUER.matcher(issuer.toLowerCase(Locale.ROOT));
        return told.matches()
                && (told.group("tenant").equals("{tenantid}")
                        || told.group("tenant").equals(tenant.id()));
    }

    private Refused unusable(String why) {
        return KeyDownload.unavailable(why, tenant.configuration());
    }

    private static String quote(@Nullable Object value) {
        return Quoted.quote(String.valueOf(value));
    }
}
