resource "azurerm_user_assigned_identity" "app" {
  for_each = local.apps

  name                = local.app_names[each.key]
  resource_group_name = var.resource_group_name
  location            = var.location
  tags                = var.tags
}

# Only apps that issue tokens read the secret with the private keys.
resource "azurerm_role_assignment" "signing_keys" {
  for_each = { for app, functions in local.apps : app => functions if local.signs[app] && var.signing_keys_vault != null }

  scope                = "${var.signing_keys_vault.vault_id}/secrets/${var.signing_keys_vault.secret}"
  role_definition_name = "Key Vault Secrets User"
  principal_id         = azurerm_user_assigned_identity.app[each.key].principal_id
  principal_type       = "ServicePrincipal"
}

# The application for which an app requests tokens for Google. It grants nothing and has no secret; everyone in the tenant may request
# such a token, so Google checks the subject.
locals {
  google_resource = coalesce(var.google_resource, "api://${data.azurerm_client_config.current.tenant_id}/${var.name}-google")
}

resource "azuread_application" "google" {
  count = var.google_resource == null ? 1 : 0

  display_name     = "${var.name}-google"
  description      = "Tokens by which Sallyport's function apps prove themselves to Google Cloud"
  sign_in_audience = "AzureADMyOrg"
  identifier_uris  = [local.google_resource]

  # Version 1: the issuer is https://sts.windows.net/TENANT/, and aud is the URI.
  api {
    requested_access_token_version = 1
  }
}

resource "azuread_service_principal" "google" {
  count = var.google_resource == null ? 1 : 0

  client_id = azuread_application.google[0].client_id
}
