package io.sallyport.method.azure;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A national cloud of Azure ("Microsoft Entra authentication and national clouds"). Its hosts are constants: a caller
 * that could choose the issuer's address would be the issuer.
 */
public enum AzureCloud {
    PUBLIC("public", "https://login.microsoftonline.com", "https://sts.windows.net", "https://management.azure.com/"),
    US_GOVERNMENT(
            "usgovernment",
            "https://login.microsoftonline.us",
            "https://sts.windows.net",
            "https://management.usgovcloudapi.net/"),
    CHINA(
            "china",
            "https://login.partner.microsoftonline.cn",
            "https://sts.chinacloudapi.cn",
            "https://management.chinacloudapi.cn/");

    private final String id;
    private final String authority;
    private final String securityTokenService;
    private final String resourceManager;

    AzureCloud(String id, String authority, String securityTokenService, String resourceManager) {
        this.id = id;
        this.authority = authority;
        this.securityTokenService = securityTokenService;
        this.resourceManager = resourceManager;
    }

    /** @throws IllegalArgumentException listing the valid names */
    public static AzureCloud of(String id) {
        return Arrays.stream(values())
                .filter(cloud -> cloud.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("azureAuth.cloud must be one of "
                        + Arrays.stream(values()).map(AzureCloud::id).collect(Collectors.joining(", "))));
    }

    /** Its name in a configuration. */
    public String id() {
        return id;
    }

    /** The origin of its Entra. */
    String authority() {
        return authority;
    }

    /** Azure Resource Manager in this cloud: the resource that tokens are for unless another is configured. */
    public String resourceManager() {
        return resourceManager;
    }

    /** The issuer of a tenant's version 1.0 tokens. */
    String issuerV1(Guid tenant) {
        return securityTokenService + "/" + tenant + "/";
    }

    /** The issuer of a tenant's version 2.0 tokens. */
    String issuerV2(Guid tenant) {
        return authority + "/" + tenant + "/v2.0";
    }

    public Set<String> issuers(Guid tenant) {
        return Set.of(issuerV1(tenant), issuerV2(tenant));
    }
}
