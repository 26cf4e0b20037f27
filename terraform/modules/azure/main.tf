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
  managed        = nonsensitive(startswith(coalesce(var.signing_keys, "-"), "managed:"))
  public_keys = local.managed ? "managed" : nonsensitive(jsonencode({
    keys = [for key in try(jsondecode(var.signing_keys_vault == null ? var.signing_keys : var.signing_keys_vault.public_keys).keys, []) : { for member, value in key : member => value if contains(local.public_members, member) }]
  }))

  # The platform puts the secret in the setting's place, with the identity that the script below names (keyVaultReferenceIdentity).
  vault_name   = var.signing_keys_vault == null ? null : element(split("/", var.signing_keys_vault.vault_id), -1)
  signing_keys = var.signing_keys_vault == null ? var.signing_keys : "@Microsoft.KeyVault(SecretUri=https://${local.vault_name}.vault.azure.net/secrets/${var.signing_keys_vault.secret}/${var.signing_keys_vault.version})"

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
  managed_settings = !local.managed ? {} : merge(
    {
      SALLYPORT_KEY_DATABASE          = "${var.store_reader}:${coalesce(var.managed_keys.database, "${var.firestore_database}-keys")}"
      SALLYPORT_KEY_ROTATION_DAYS     = tostring(var.managed_keys.rotation_days)
      SALLYPORT_GOOGLE_AUDIENCE       = var.google_audience
      SALLYPORT_GOOGLE_AZURE_RESOURCE = local.google_resource
    },
    var.managed_keys.earlier_keys == null ? {} : { SALLYPORT_EARLIER_KEYS = var.managed_keys.earlier_keys },
  )
  signing_settings   = { SALLYPORT_SIGNING_KEYS = local.signing_keys }
  public_settings    = { SALLYPORT_PUBLIC_KEYS = local.public_keys }
  unsealing_settings = var.encryption_key == null ? {} : { SALLYPORT_ENCRYPTION_KEY = var.encryption_key }

  settings = {
    for app in keys(local.apps) : app => merge(
      local.common_settings,
      local.stores[app] ? local.store_settings : {},
      local.managed_settings,
      local.signs[app] ? local.signing_settings : {},
      local.verifies[app] ? local.public_settings : {},
      local.unseals[app] ? local.unsealing_settings : {},
      { for name in local.disabled[app] : "AzureWebJobs.${name}.Disabled" => "true" },
    )
  }
}
