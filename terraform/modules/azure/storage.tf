# An account for each app: write access to an app's package is control of that app, so no other app may have it.
resource "azurerm_storage_account" "app" {
  for_each = local.apps

  name                            = "${substr(replace(var.name, "-", ""), 0, 8)}${substr(replace(each.key, "-", ""), 0, 8)}${local.suffixes[each.key]}"
  resource_group_name             = var.resource_group_name
  location                        = var.location
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  min_tls_version                 = "TLS1_2"
  https_traffic_only_enabled      = true
  shared_access_key_enabled       = false
  default_to_oauth_authentication = true
  local_user_enabled              = false
  allow_nested_items_to_be_public = false
  tags                            = var.tags
}

resource "azurerm_storage_container" "package" {
  for_each = local.apps

  name                  = "package"
  storage_account_id    = azurerm_storage_account.app[each.key].id
  container_access_type = "private"
}

# The host keeps its state there and reads the package.
resource "azurerm_role_assignment" "storage" {
  for_each = local.apps

  scope                = azurerm_storage_account.app[each.key].id
  role_definition_name = "Storage Blob Data Owner"
  principal_id         = azurerm_user_assigned_identity.app[each.key].principal_id
  principal_type       = "ServicePrincipal"
}
