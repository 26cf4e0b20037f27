# Which app serves what, and each app's settings. The other files are one topic each.

module "routes" {
  source = "../routes"
}

data "azurerm_client_config" "current" {}

locals {
  # What the code calls its functions on Azure; a test of the build compares them.
  azure_names = jsondecode(file("${path.module}/functions.json"))

  apps = var.apps == null ? { all = toset(keys(module.routes.functions)) } : var.apps

  # Names of apps and of storage accounts are the world's: these differ by subscription, group and name.
  suffixes  = { for app in keys(local.apps) : app => substr(sha256("${data.azurerm_client_config.current.subscription_id}/${lower(var.resource_group_name)}/${var.name}/${app}"), 0, 8) }
  app_names = { for app in keys(local.apps) : app => "${var.name}-${app}-${local.suffixes[app]}" }

  disabled = {
    for app, functions in local.apps : app => flatten([for function, names in local.azure_names : names if !contains(functions, function)])
  }

  signs    = { for app, functions in local.apps : app => anytrue([for function in functions : module.routes.functions[function].signs]) }
  verifies = { for app, functions in local.apps : app => anytrue([for function in functions : !module.routes.functions[function].signs]) }
  unseals  = { for app, functions in local.apps : app => anytrue([for function in functions : module.routes.functions[function].unseals]) }
  stores   = { for app, functions in local.apps : app => anytrue([for function in functions : module.routes.functions[function].store != "none"]) }

  # Without private keys and Sallyport's own members.
  public_members = ["kty", "crv", "x", "y", "n", "e", "alg"]
  public_keys = nonsensitive(jsonencode({
    keys = [for key in jsondecode(var.signing_keys).keys : { for member, value in key : member => value if contains(local.public_members, member) }]
  }))

  # The apps' own front end appends the address that called it; Front Door before it, the client's.
  forwarded_hops = coalesce(var.forwarded_hops, var.front_door == null ? 1 : 2)

  common_settings = merge(
    {
      SALLYPORT_ISSUER         = var.issuer
      SALLYPORT_FORWARDED_HOPS = tostring(local.forwarded_hops)
    },
    var.java_tool_options == "" ? {} : { JAVA_TOOL_OPTIONS = var.java_tool_options },
  )
  store_settings = {
    SALLYPORT_STORE                  = "${var.store_reader}:${var.firestore_database}"
    SALLYPORT_GOOGLE_AUDIENCE        = var.google_audience
    SALLYPORT_GOOGLE_AZURE_RESOURCE  = local.google_resource
    SALLYPORT_IDENTITY_CACHE_SECONDS = tostring(var.identity_cache_seconds)
    SALLYPORT_ALLOW_PRIVATE_HOSTS    = tostring(var.allow_private_hosts)
  }
  signing_settings   = { SALLYPORT_SIGNING_KEYS = var.signing_keys }
  public_settings    = { SALLYPORT_PUBLIC_KEYS = local.public_keys }
  unsealing_settings = var.encryption_key == null ? {} : { SALLYPORT_ENCRYPTION_KEY = var.encryption_key }

  settings = {
    for app in keys(local.apps) : app => merge(
      local.common_settings,
      local.stores[app] ? local.store_settings : {},
      local.signs[app] ? local.signing_settings : {},
      local.verifies[app] ? local.public_settings : {},
      local.unseals[app] ? local.unsealing_settings : {},
      { for name in local.disabled[app] : "AzureWebJobs.${name}.Disabled" => "true" },
    )
  }
}
