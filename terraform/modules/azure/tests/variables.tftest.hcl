# Every validation refuses what it is there for.

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
  signing_keys        = <<-JSON
    {"keys": [
      {"kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ", "alg": "ES256", "state": "current", "stateSince": 1772366400,
       "kms": "projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/2"},
      {"kty": "EC", "crv": "P-256", "x": "eDA", "y": "eTA", "d": "c2VjcmV0", "alg": "ES256", "state": "retired"}]}
  JSON
}


run "a_name_with_capitals" {
  command = plan

  variables {
    name = "Sallyport"
  }

  expect_failures = [var.name]
}

run "a_resource_group_by_id" {
  command = plan

  variables {
    resource_group_name = "/subscriptions/9/resourceGroups/login"
  }

  expect_failures = [var.resource_group_name]
}

run "a_location_by_its_long_name" {
  command = plan

  variables {
    location = "West Europe"
  }

  expect_failures = [var.location]
}

run "no_app" {
  command = plan

  variables {
    apps = {}
  }

  expect_failures = [var.apps]
}

run "an_app_with_a_bad_name" {
  command = plan

  variables {
    apps = { A_ll = ["token"] }
  }

  expect_failures = [var.apps]
}

run "an_app_that_serves_nothing" {
  command = plan

  variables {
    apps = { all = [] }
  }

  expect_failures = [var.apps]
}

run "an_app_with_an_unknown_function" {
  command = plan

  variables {
    apps = { all = ["tokens"] }
  }

  expect_failures = [var.apps]
}

run "a_function_with_two_owners" {
  command = plan

  variables {
    apps       = { one = ["token", "renew"], two = ["renew"] }
    front_door = { domain_name = "login.example.com" }
  }

  expect_failures = [var.apps]
}

run "several_apps_without_one_host" {
  command = plan

  variables {
    apps = { one = ["token"], two = ["renew"] }
  }

  expect_failures = [var.apps]
}

run "an_old_java" {
  command = plan

  variables {
    java_version = "11"
  }

  expect_failures = [var.java_version]
}

run "options_that_are_none" {
  command = plan

  variables {
    java_tool_options = "UseSerialGC"
  }

  expect_failures = [var.java_tool_options]
}

run "an_amount_of_memory_that_azure_does_not_have" {
  command = plan

  variables {
    instances = { memory_mb = 1024 }
  }

  expect_failures = [var.instances]
}

run "fewer_instances_than_azure_takes" {
  command = plan

  variables {
    instances = { maximum = 10 }
  }

  expect_failures = [var.instances]
}

run "more_that_are_ready_than_there_may_be" {
  command = plan

  variables {
    instances = { always_ready = 41 }
  }

  expect_failures = [var.instances]
}

run "a_concurrency_that_admits_no_one" {
  command = plan

  variables {
    instances = { concurrency = 0 }
  }

  expect_failures = [var.instances]
}

run "a_folder_without_a_package" {
  command = plan

  variables {
    archives_dir = "tests"
  }

  expect_failures = [var.archives_dir]
}

run "an_issuer_with_a_path" {
  command = plan

  variables {
    issuer = "https://login.example.com/sallyport"
  }

  expect_failures = [var.issuer]
}

run "keys_that_are_no_set" {
  command = plan

  variables {
    signing_keys = "keys.json"
  }

  expect_failures = [var.signing_keys]
}

run "no_current_key" {
  command = plan

  variables {
    signing_keys = "{\"keys\":[{\"kty\":\"EC\",\"kms\":\"k\",\"state\":\"retired\"}]}"
  }

  expect_failures = [var.signing_keys]
}

run "an_encryption_key_without_its_kind" {
  command = plan

  variables {
    encryption_key = "projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets"
  }

  expect_failures = [var.encryption_key]
}

run "a_database_without_a_project" {
  command = plan

  variables {
    firestore_database = "sallyport"
  }

  expect_failures = [var.firestore_database]
}

run "an_unknown_reader" {
  command = plan

  variables {
    store_reader = "datastore"
  }

  expect_failures = [var.store_reader]
}

run "an_audience_with_the_projects_id" {
  command = plan

  variables {
    google_audience = "//iam.googleapis.com/projects/shop/locations/global/workloadIdentityPools/sallyport/providers/azure-functions"
  }

  expect_failures = [var.google_audience]
}

run "a_resource_by_guid" {
  command = plan

  variables {
    google_resource = "11111111-1111-1111-1111-111111111111"
  }

  expect_failures = [var.google_resource]
}

run "a_cache_of_more_than_a_minute" {
  command = plan

  variables {
    identity_cache_seconds = 61
  }

  expect_failures = [var.identity_cache_seconds]
}

run "no_hop_at_all" {
  command = plan

  variables {
    forwarded_hops = 0
  }

  expect_failures = [var.forwarded_hops]
}

run "a_domain_with_a_scheme" {
  command = plan

  variables {
    front_door = { domain_name = "https://login.example.com" }
  }

  expect_failures = [var.front_door]
}

run "a_zone_that_the_domain_is_not_in" {
  command = plan

  variables {
    front_door = { domain_name = "login.example.com", dns_zone = { name = "example.org", resource_group_name = "dns" } }
  }

  expect_failures = [var.front_door]
}

run "a_throttle_that_admits_nothing" {
  command = plan

  variables {
    front_door = { domain_name = "login.example.com", requests_per_minute = 0 }
  }

  expect_failures = [var.front_door]
}

run "a_retention_that_azure_does_not_know" {
  command = plan

  variables {
    log_retention_days = 7
  }

  expect_failures = [var.log_retention_days]
}

run "alerts_that_no_one_hears" {
  command = plan

  variables {
    alerts = { action_group_ids = [] }
  }

  expect_failures = [var.alerts]
}

run "alerts_without_a_threshold" {
  command = plan

  variables {
    alerts = { action_group_ids = ["/subscriptions/9/resourceGroups/login/providers/Microsoft.Insights/actionGroups/oncall"], server_errors = 0 }
  }

  expect_failures = [var.alerts]
}

run "more_tags_than_azure_takes" {
  command = plan

  variables {
    tags = { for i in range(51) : "tag${i}" => "x" }
  }

  expect_failures = [var.tags]
}

run "a_key_without_a_type" {
  command = plan

  variables {
    signing_keys = "{\"keys\":[{\"kms\":\"k\"}]}"
  }

  expect_failures = [var.signing_keys]
}

run "no_signing_keys" {
  command = plan

  variables {
    signing_keys = null
  }

  expect_failures = [var.signing_keys]
}

run "an_unknown_source_of_keys" {
  command = plan

  variables {
    signing_keys = "vault:projects/shop"
  }

  expect_failures = [var.signing_keys]
}

run "managed_keys_without_a_key" {
  command = plan

  variables {
    signing_keys = "managed:"
  }

  expect_failures = [var.signing_keys]
}

run "a_version_as_key_of_managed_keys" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys/cryptoKeyVersions/1"
  }

  expect_failures = [var.signing_keys]
}

run "the_key_of_stored_secrets_for_managed_keys" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets"
  }

  expect_failures = [var.signing_keys]
}

run "the_database_of_the_identities_for_managed_keys" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys"
    managed_keys = { database = "shop/sallyport" }
  }

  expect_failures = [var.managed_keys]
}

run "a_key_database_without_a_project" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys"
    managed_keys = { database = "sallyport-keys" }
  }

  expect_failures = [var.managed_keys]
}

run "a_rotation_longer_than_the_code_allows" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys"
    managed_keys = { rotation_days = 91 }
  }

  expect_failures = [var.managed_keys]
}

run "a_private_key_among_earlier_keys" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys"
    managed_keys = { earlier_keys = "{\"keys\":[{\"kty\":\"EC\",\"d\":\"c2VjcmV0\"}]}" }
  }

  expect_failures = [var.managed_keys]
}

run "two_sources_of_keys" {
  command = plan

  variables {
    signing_keys_vault = { vault_id = "/subscriptions/9/resourceGroups/login/providers/Microsoft.KeyVault/vaults/shop-keys", secret = "sallyport-keys", version = "0123456789abcdef0123456789abcdef", public_keys = "{\"keys\":[{\"kty\":\"EC\"}]}" }
  }

  expect_failures = [var.signing_keys]
}

run "a_secret_without_a_version" {
  command = plan

  variables {
    signing_keys       = null
    signing_keys_vault = { vault_id = "/subscriptions/9/resourceGroups/login/providers/Microsoft.KeyVault/vaults/shop-keys", secret = "sallyport-keys", version = "", public_keys = "{\"keys\":[{\"kty\":\"EC\"}]}" }
  }

  expect_failures = [var.signing_keys_vault]
}

run "a_name_of_a_vault" {
  command = plan

  variables {
    signing_keys       = null
    signing_keys_vault = { vault_id = "shop-keys", secret = "sallyport-keys", version = "0123456789abcdef0123456789abcdef", public_keys = "{\"keys\":[{\"kty\":\"EC\"}]}" }
  }

  expect_failures = [var.signing_keys_vault]
}

run "a_private_key_as_public_key" {
  command = plan

  variables {
    signing_keys       = null
    signing_keys_vault = { vault_id = "/subscriptions/9/resourceGroups/login/providers/Microsoft.KeyVault/vaults/shop-keys", secret = "sallyport-keys", version = "0123456789abcdef0123456789abcdef", public_keys = "{\"keys\":[{\"kty\":\"EC\",\"d\":\"c2VjcmV0\"}]}" }
  }

  expect_failures = [var.signing_keys_vault]
}
