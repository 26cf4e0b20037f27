package io.sallyport.jwt;

import io.sallyport.Quoted;
import io.sallyport.Refused;
import io.sallyport.json.Json;
import io.sallyport.json.MalformedJsonException;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an issuer that an identity trusts, found through its discovery document (OpenID Connect Discovery 1.0
 * §4.3). The document must name this exact issuer, with keys on the same host and port: otherwise its author would
 * choose which keys count and where requests are sent.
 */
record IssuerKeys(URI discovery, String issuer, Algorithm algorithm, Fetcher fetcher) implements KeyDownload {
    /** The allowed path of the keys' address: plain names between slashes. */
    private static final Pattern PATH =
            Pattern.compile("(?:/(?:\\.well-known|[A-Za-z0-9][A-Za-z0-9._-]{0,127})){1,16}");

    @Override
    public Downloaded get() throws IOException, Refused {
        Fetcher.Fetched answer = fetcher.get(discovery);
        if (answer.status() != 200) {
            throw unusable("HTTP status " + answer.status());
        }
        Downloaded keys = KeyDocument.jwks(keysIn(answer.body()), algorithm, member -> true, fetcher)
                .get();
        return new Downloaded(
                keys.keys(),
                KeyDocument.shorter(keys.freshness(), KeyDocument.freshness(answer, RemoteKeys.MAX_FRESH)));
    }

    private URI keysIn(String configuration) throws Refused {
        Map<String, @Nullable Object> document = parse(configuration);
        if (!(document.get("issuer") instanceof String told) || !DefaultPort.isSame(issuer, told)) {
            throw unusable("the issuer is " + quote(document.get("issuer")) + " and must be " + Quoted.quote(issuer));
        }
        String origin = DefaultPort.omit("https://" + discovery.getRawAuthority());
        String uri = document.get("jwks_uri") instanceof String text ? DefaultPort.omit(text) : "";
        if (!uri.startsWith(origin)
                || !PATH.matcher(uri.substring(origin.length())).matches()) {
            throw unusable("the jwks_uri is " + quote(document.get("jwks_uri")) + " and must be a path at " + origin
                    + "; if the keys are really there, set jwksUri to that address");
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

    private Refused unusable(String why) {
        return KeyDownload.unavailable(why, discovery);
    }

    private static String quote(@Nullable Object value) {
        return Quoted.quote(String.valueOf(value));
    }
}
