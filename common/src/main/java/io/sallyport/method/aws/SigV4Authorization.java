package io.sallyport.method.aws;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The header {@code Authorization} of a request signed with Signature Version 4: IAM User Guide, "Create a signed AWS API
 * request", "Step 6: Add the signature to the request".
 *
 * @param date of the credential's scope, eight digits
 * @param signedHeaders in lower case, in alphabetical order, each once
 * @param signature 32 bytes in hex
 */
record SigV4Authorization(
        String accessKeyId, String date, String region, String service, List<String> signedHeaders, String signature) {
    static final String ALGORITHM = "AWS4-HMAC-SHA256";

    private static final Pattern FORM = Pattern.compile(ALGORITHM
            + " Credential=(\\w{16,128})/([0-9]{8})/([a-z0-9-]{1,32})/([a-z0-9-]{1,32})/aws4_request,"
            + " ?SignedHeaders=([a-z0-9-]{1,64}(?:;[a-z0-9-]{1,64}){0,31}), ?Signature=([0-9a-fA-F]{64})");

    SigV4Authorization {
        signedHeaders = List.copyOf(signedHeaders);
    }

    /** Parses it; empty if it has another form, or names a signed header twice or out of order. */
    static Optional<SigV4Authorization> parse(String header) {
        Matcher form = FORM.matcher(header);
        if (!form.matches()) {
            return Optional.empty();
        }
        List<String> signed = List.of(form.group(5).split(";"));
        for (int i = 1; i < signed.size(); i++) {
            if (signed.get(i - 1).compareTo(signed.get(i)) >= 0) {
                return Optional.empty();
            }
        }
        return Optional.of(new SigV4Authorization(
                form.group(1), form.group(2), form.group(3), form.group(4), signed, form.group(6)));
    }

    /** The bytes of the signature, however they were spelled. */
    byte[] signatureBytes() {
        return HexFormat.of().parseHex(signature);
    }

    /** The header, written anew from its parts. */
    String header() {
        return ALGORITHM + " Credential=" + accessKeyId + "/" + date + "/" + region + "/" + service
                + "/aws4_request, SignedHeaders=" + String.join(";", signedHeaders) + ", Signature=" + signature;
    }

    /** Omits the signature, with which the request could be sent. */
    @Override
    public String toString() {
        return "SigV4Authorization[" + date + "/" + region + "/" + service + "]";
    }
}
