# Managed keys, and private keys in Key Vault.

mock_provider "azurerm" {
  override_during = plan

  mock_data "azurerm_client_config" {
    defaults = {
      tenant_id       = "11111111-1111-1111-1111-111111111111"
      subscription_id = "99999999-9999-9999-9999-999999999999"
    }
  }
  mock_resource "azurerm_user_assigned_identity" {
    defaults = { id = "/identity", client_id = "client", principal_id = "22222222-2222-2222-2222-222222222222" }
  }
  mock_resource "azurerm_storage_account" {
    defaults = { id = "/storage", primary_blob_endpoint = "https://account.blob.core.windows.net/" }
  }
  mock_resource "azurerm_function_app_flex_consumption" {
    defaults = { default_hostname = "app.azurewebsites.net" }
  }
  mock_resource "azurerm_cdn_frontdoor_profile" {
    defaults = { id = "/profile", resource_guid = "55555555-5555-5555-5555-555555555555" }
  }
  mock_resource "azurerm_cdn_frontdoor_endpoint" {
    defaults = { id = "/endpoint", host_name = "sallyport.z01.azurefd.net" }
  }
  mock_resource "azurerm_cdn_frontdoor_custom_domain" {
    defaults = { id = "/domain", validation_token = "proof" }
  }
}

mock_provider "azuread" {
  override_during = plan
}

variables {
  resource_group_name = "login"
  location            = "westeurope"
  archives_dir        = "tests/archives"
  issuer              = "https://login.example.com"
  firestore_database  = "shop/sallyport"
  google_audience     = "//iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/sallyport/providers/azure-functions"
  encryption_key      = "gcpkms:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets"
  signing_keys        = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys"
  front_door          = { domain_name = "login.example.com" }
  apps = {
    login  = ["gcp-login", "azure-login", "kubernetes-login", "renew", "token"]
    check  = ["introspection", "admin"]
    public = ["well-known"]
  }
}

run "what_apps_are_told" {
  command = plan

  assert {
    condition     = { for name, app in azurerm_function_app_flex_consumption.app : name => [lookup(nonsensitive(app.app_settings), "SALLYPORT_SIGNING_KEYS", "none"), lookup(nonsensitive(app.app_settings), "SALLYPORT_PUBLIC_KEYS", "none")] } == { login = ["managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys", "none"], check = ["none", "managed"], public = ["none", "managed"] }
    error_message = "only apps that issue tokens know what decrypts the keys"
  }
  assert {
    condition     = alltrue([for app in azurerm_function_app_flex_consumption.app : nonsensitive(app.app_settings).SALLYPORT_KEY_DATABASE == "firestore:shop/sallyport-keys" && nonsensitive(app.app_settings).SALLYPORT_KEY_ROTATION_DAYS == "7" && nonsensitive(app.app_settings).SALLYPORT_GOOGLE_AUDIENCE == var.google_audience && contains(keys(nonsensitive(app.app_settings)), "SALLYPORT_GOOGLE_AZURE_RESOURCE") && !contains(keys(nonsensitive(app.app_settings)), "SALLYPORT_EARLIER_KEYS")])
    error_message = "all apps reach the key database, also the one that only publishes"
  }
  assert {
    condition     = alltrue([for route in azurerm_cdn_frontdoor_route.app : alltrue([for pattern in route.patterns_to_match : !startswith(pattern, "/keys")])])
    error_message = "no route leads to a key function, which Azure does not have"
  }
}

run "options" {
  command = plan

  variables {
    managed_keys = { database = "shop/keys", rotation_days = 30, earlier_keys = "{\"keys\":[{\"kty\":\"EC\"}]}" }
  }

  assert {
    condition     = alltrue([for app in azurerm_function_app_flex_consumption.app : nonsensitive(app.app_settings).SALLYPORT_KEY_DATABASE == "firestore:shop/keys" && nonsensitive(app.app_settings).SALLYPORT_KEY_ROTATION_DAYS == "30" && nonsensitive(app.app_settings).SALLYPORT_EARLIER_KEYS == "{\"keys\":[{\"kty\":\"EC\"}]}"])
    error_message = "database, rotation and earlier keys"
  }
}

run "private_keys_in_key_vault" {
  command = plan

  variables {
    signing_keys       = null
    signing_keys_vault = { vault_id = "/subscriptions/9/resourceGroups/login/providers/Microsoft.KeyVault/vaults/shop-keys", secret = "sallyport-keys", version = "0123456789abcdef0123456789abcdef", public_keys = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"eA\",\"y\":\"eQ\",\"alg\":\"ES256\",\"state\":\"retired\"}]}" }
  }

  assert {
    condition     = { for name, app in azurerm_function_app_flex_consumption.app : name => lookup(nonsensitive(app.app_settings), "SALLYPORT_SIGNING_KEYS", "none") } == { login = "@Microsoft.KeyVault(SecretUri=https://shop-keys.vault.azure.net/secrets/sallyport-keys/0123456789abcdef0123456789abcdef)", check = "none", public = "none" }
    error_message = "only apps that issue tokens refer to the secret, in one version"
  }
  assert {
    condition     = nonsensitive(azurerm_function_app_flex_consumption.app["public"].app_settings).SALLYPORT_PUBLIC_KEYS == "{\"keys\":[{\"alg\":\"ES256\",\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"eA\",\"y\":\"eQ\"}]}" && !contains(keys(nonsensitive(azurerm_function_app_flex_consumption.app["public"].app_settings)), "SALLYPORT_KEY_DATABASE")
    error_message = "the others have public keys"
  }
  assert {
    condition     = keys(azurerm_role_assignment.signing_keys) == ["login"] && azurerm_role_assignment.signing_keys["login"].role_definition_name == "Key Vault Secrets User" && azurerm_role_assignment.signing_keys["login"].scope == "/subscriptions/9/resourceGroups/login/providers/Microsoft.KeyVault/vaults/shop-keys/secrets/sallyport-keys"
    error_message = "only they may read it, and no other secret of the vault"
  }
  assert {
    condition     = length(regexall("keyVaultReferenceIdentity='/identity'", output.deploy_script)) == 1
    error_message = "the script says with which identity"
  }
}

run "no_key_vault" {
  command = plan

  assert {
    condition     = length(azurerm_role_assignment.signing_keys) == 0 && !strcontains(output.deploy_script, "keyVaultReferenceIdentity")
    error_message = "unless asked for"
  }
}
