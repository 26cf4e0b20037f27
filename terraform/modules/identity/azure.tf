# azureAuth. Ids of Azure are the same in either case, and kept in lower case.

locals {
  azure_clouds = {
    public       = { manager = "https://management.azure.com/", v1 = "https://sts.windows.net", v2 = "https://login.microsoftonline.com" }
    usgovernment = { manager = "https://management.usgovcloudapi.net/", v1 = "https://sts.windows.net", v2 = "https://login.microsoftonline.us" }
    china        = { manager = "https://management.chinacloudapi.cn/", v1 = "https://sts.chinacloudapi.cn", v2 = "https://login.partner.microsoftonline.cn" }
  }
  guid    = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
  segment = "[a-z0-9._()-]{1,260}"
  arm_id  = "^/subscriptions/${local.guid}(/resourcegroups/${local.segment})?(/providers/${local.segment}(/${local.segment}/${local.segment})+)?$"

  azure_auth = {
    for id, identity in var.identities : id => {
      texts = {
        cloud    = identity.azure_auth.cloud
        tenantId = lower(identity.azure_auth.tenant_id)
        resource = identity.azure_auth.resource != null ? identity.azure_auth.resource : try(local.azure_clouds[identity.azure_auth.cloud].manager, "")
      }
      flags = {}
      lists = {
        allowedServicePrincipalIds = [for principal in identity.azure_auth.allowed_service_principal_ids : lower(principal)]
        allowedResources           = [for resource in identity.azure_auth.allowed_resources : lower(resource)]
      }
      values = {}
    } if identity.azure_auth != null
  }

  azure_lookups = {
    for id, auth in local.azure_auth : id => flatten([
      for principal in auth.lists.allowedServicePrincipalIds : [
        for issuer in try(["${local.azure_clouds[auth.texts.cloud].v1}/${auth.texts.tenantId}/", "${local.azure_clouds[auth.texts.cloud].v2}/${auth.texts.tenantId}/v2.0"], []) : { kind = "subject", value = "${issuer} ${principal}" }
      ] if principal != "*"
    ])
  }

  azure_faults = {
    for id, auth in local.azure_auth : id => [
      for fault, fine in {
        "azure_auth: tenant_id must be a GUID"                                                                                             = can(regex("^${local.guid}$", auth.texts.tenantId))
        "azure_auth: cloud must be public, usgovernment or china"                                                                          = contains(keys(local.azure_clouds), auth.texts.cloud)
        "azure_auth: resource must be an application id or its URI"                                                                        = !contains(keys(local.azure_clouds), auth.texts.cloud) || can(regex("^[!-~]{1,500}$", auth.texts.resource)) && auth.texts.resource != "/"
        "azure_auth: allowed_service_principal_ids must be GUIDs, or * alone"                                                              = join(",", auth.lists.allowedServicePrincipalIds) == "*" || alltrue([for principal in auth.lists.allowedServicePrincipalIds : can(regex("^${local.guid}$", principal))])
        "azure_auth: allowed_resources must be ids of subscriptions, resource groups or resources, or * alone"                             = join(",", auth.lists.allowedResources) == "*" || alltrue([for resource in auth.lists.allowedResources : can(regex(local.arm_id, resource)) && !anytrue([for name in split("/", resource) : contains([".", ".."], name)])])
        "azure_auth would admit every service principal of the tenant; set allowed_service_principal_ids or allowed_resources, or [\"*\"]" = length(concat(auth.lists.allowedServicePrincipalIds, auth.lists.allowedResources)) > 0
      } : fault if !fine
    ]
  }
}
