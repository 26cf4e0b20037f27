package io.sallyport.simulated.azure;

/**
 * A managed identity of Azure.
 *
 * @param tenantId the directory that it is in, a GUID
 * @param objectId of its service principal: the claim {@code oid}
 * @param clientId of its application: {@code appid} or {@code azp}
 * @param resourceId the virtual machine or the like that it belongs to, or the user-assigned identity itself:
 *     {@code xms_mirid}
 */
public record ManagedIdentity(String tenantId, String objectId, String clientId, String resourceId) {}
