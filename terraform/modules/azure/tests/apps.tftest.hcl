# What each app is, what it serves, and what it is told.

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

run "one_app_with_everything" {
  command = plan

  assert {
    condition     = keys(azurerm_function_app_flex_consumption.app) == ["all"] && output.apps["all"].functions == toset(keys(jsondecode(file("../routes/routes.json"))))
    error_message = "one app serves the whole route table"
  }
  assert {
    condition     = length([for name in keys(nonsensitive(azurerm_function_app_flex_consumption.app["all"].app_settings)) : name if endswith(name, ".Disabled")]) == 0
    error_message = "nothing is switched off in it"
  }
  assert {
    condition     = keys(jsondecode(file("functions.json"))) == keys(jsondecode(file("../routes/routes.json"))) && keys(azurerm_service_plan.app) == ["all"]
    error_message = "every function of the table has its names on Azure"
  }
  assert {
    condition     = length(azurerm_cdn_frontdoor_profile.this) == 0 && output.url == "https://app.azurewebsites.net"
    error_message = "without Front Door the app is called at its own host"
  }
}

run "flex_consumption" {
  command = plan

  assert {
    condition     = alltrue([for plan in azurerm_service_plan.app : plan.sku_name == "FC1" && plan.os_type == "Linux"])
    error_message = "a Flex Consumption plan"
  }
  assert {
    condition     = alltrue([for app in azurerm_function_app_flex_consumption.app : app.runtime_name == "java" && app.runtime_version == "21" && app.maximum_instance_count == 40 && app.instance_memory_in_mb == 2048])
    error_message = "Java, and bounds"
  }
  assert {
    condition     = length(azurerm_function_app_flex_consumption.app["all"].always_ready) == 0
    error_message = "nothing runs, and costs, while nothing is asked"
  }
  assert {
    condition     = alltrue([for app in azurerm_function_app_flex_consumption.app : app.https_only && app.site_config[0].minimum_tls_version == "1.2" && app.site_config[0].scm_minimum_tls_version == "1.2"])
    error_message = "TLS 1.2 or later, nothing without"
  }
  assert {
    condition     = alltrue([for app in azurerm_function_app_flex_consumption.app : !app.webdeploy_publish_basic_authentication_enabled])
    error_message = "no passwords for deployments"
  }
}

run "an_identity_of_its_own" {
  command = plan

  assert {
    condition     = alltrue([for app in azurerm_function_app_flex_consumption.app : app.identity[0].type == "UserAssigned" && app.identity[0].identity_ids == toset(["/identity"]) && app.storage_authentication_type == "UserAssignedIdentity" && app.storage_user_assigned_identity_id == "/identity"])
    error_message = "the app and its deployments have the app's identity"
  }
  assert {
    condition     = nonsensitive(azurerm_function_app_flex_consumption.app["all"].app_settings)["AZURE_CLIENT_ID"] == "client" && nonsensitive(azurerm_function_app_flex_consumption.app["all"].app_settings)["AzureWebJobsStorage__clientId"] == "client" && nonsensitive(azurerm_function_app_flex_consumption.app["all"].app_settings)["AzureWebJobsStorage__credential"] == "managedidentity"
    error_message = "the code and the host are told which"
  }
  assert {
    condition     = !contains(keys(nonsensitive(azurerm_function_app_flex_consumption.app["all"].app_settings)), "AzureWebJobsStorage")
    error_message = "no connection string"
  }
}

run "storage_without_keys" {
  command = plan

  variables {
    apps = {
      login  = ["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token"]
      check  = ["introspection", "admin"]
      public = ["well-known"]
    }
    front_door = { domain_name = "login.example.com" }
  }

  assert {
    condition     = alltrue([for account in azurerm_storage_account.app : !account.shared_access_key_enabled && account.min_tls_version == "TLS1_2" && account.https_traffic_only_enabled && !account.allow_nested_items_to_be_public && !account.local_user_enabled])
    error_message = "no shared keys, no public blobs, no plain HTTP"
  }
  assert {
    condition     = length(distinct([for account in azurerm_storage_account.app : account.name])) == 3 && alltrue([for account in azurerm_storage_account.app : can(regex("^[a-z0-9]{3,24}$", account.name))])
    error_message = "an account for each app, so that none can write another's package"
  }
  assert {
    condition     = keys(azurerm_role_assignment.storage) == keys(azurerm_storage_account.app) && alltrue([for grant in azurerm_role_assignment.storage : grant.role_definition_name == "Storage Blob Data Owner" && grant.scope == "/storage"])
    error_message = "an identity reaches its own account"
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.app["login"].storage_container_endpoint == "https://account.blob.core.windows.net/package"
    error_message = "where the package lies"
  }
}

run "what_an_app_does_not_serve_is_switched_off" {
  command = plan

  variables {
    apps = {
      login  = ["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token"]
      check  = ["introspection", "admin"]
      public = ["well-known"]
    }
    front_door = { domain_name = "login.example.com" }
  }

  assert {
    condition     = toset([for name in keys(nonsensitive(azurerm_function_app_flex_consumption.app["public"].app_settings)) : name if startswith(name, "AzureWebJobs.")]) == toset([for name in ["gcpLogin", "azureLogin", "k8sLogin", "awsLogin", "universalLogin", "jwtLogin", "oidcLogin", "spiffeLogin", "tokenRenew", "tokenRevoke", "token", "introspect", "revoke", "identities", "identityAuth", "signingKeys"] : "AzureWebJobs.${name}.Disabled"])
    error_message = "all but wellKnown"
  }
  assert {
    condition     = toset([for name in keys(nonsensitive(azurerm_function_app_flex_consumption.app["login"].app_settings)) : name if startswith(name, "AzureWebJobs.")]) == toset([for name in ["introspect", "revoke", "identities", "identityAuth", "signingKeys", "wellKnown"] : "AzureWebJobs.${name}.Disabled"])
    error_message = "what is not for logging in"
  }
  assert {
    condition     = alltrue(flatten([for app in azurerm_function_app_flex_consumption.app : [for name in keys(nonsensitive(app.app_settings)) : can(regex("^[A-Za-z0-9._]+$", name))]]))
    error_message = "Linux takes no hyphen in a setting's name"
  }
}

run "an_app_is_told_what_it_needs" {
  command = plan

  variables {
    apps = {
      login  = ["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token"]
      check  = ["introspection", "admin"]
      public = ["well-known"]
    }
    front_door = { domain_name = "login.example.com" }
  }

  assert {
    condition     = { for app, _ in azurerm_function_app_flex_consumption.app : app => can(nonsensitive(azurerm_function_app_flex_consumption.app[app].app_settings)["SALLYPORT_SIGNING_KEYS"]) } == { login = true, check = false, public = false }
    error_message = "signing keys where tokens are issued, and nowhere else"
  }
  assert {
    condition     = { for app, _ in azurerm_function_app_flex_consumption.app : app => can(nonsensitive(azurerm_function_app_flex_consumption.app[app].app_settings)["SALLYPORT_PUBLIC_KEYS"]) } == { login = false, check = true, public = true }
    error_message = "public keys where tokens are verified or keys published"
  }
  assert {
    condition     = { for app, _ in azurerm_function_app_flex_consumption.app : app => can(nonsensitive(azurerm_function_app_flex_consumption.app[app].app_settings)["SALLYPORT_ENCRYPTION_KEY"]) } == { login = true, check = true, public = false }
    error_message = "the encryption key where secrets are opened"
  }
  assert {
    condition     = { for app, _ in azurerm_function_app_flex_consumption.app : app => can(nonsensitive(azurerm_function_app_flex_consumption.app[app].app_settings)["SALLYPORT_STORE"]) && can(nonsensitive(azurerm_function_app_flex_consumption.app[app].app_settings)["SALLYPORT_GOOGLE_AUDIENCE"]) } == { login = true, check = true, public = false }
    error_message = "a store where there is one"
  }
  assert {
    condition     = jsondecode(nonsensitive(azurerm_function_app_flex_consumption.app["public"].app_settings)["SALLYPORT_PUBLIC_KEYS"]) == jsondecode("{\"keys\":[{\"alg\":\"ES256\",\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"eA\",\"y\":\"eQ\"},{\"alg\":\"ES256\",\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"eDA\",\"y\":\"eTA\"}]}")
    error_message = "all keys are published, their public members alone"
  }
}

run "settings" {
  command = plan

  variables {
    store_reader        = "firestore-rest"
    java_tool_options   = ""
    encryption_key      = null
    allow_private_hosts = true
    instances           = { always_ready = 2, concurrency = 16 }
  }

  assert {
    condition     = nonsensitive(azurerm_function_app_flex_consumption.app["all"].app_settings)["SALLYPORT_STORE"] == "firestore-rest:shop/sallyport" && nonsensitive(azurerm_function_app_flex_consumption.app["all"].app_settings)["SALLYPORT_ALLOW_PRIVATE_HOSTS"] == "true" && nonsensitive(azurerm_function_app_flex_consumption.app["all"].app_settings)["SALLYPORT_IDENTITY_CACHE_SECONDS"] == "5"
    error_message = "settings reach the apps"
  }
  assert {
    condition     = !can(nonsensitive(azurerm_function_app_flex_consumption.app["all"].app_settings)["JAVA_TOOL_OPTIONS"]) && !can(nonsensitive(azurerm_function_app_flex_consumption.app["all"].app_settings)["SALLYPORT_ENCRYPTION_KEY"])
    error_message = "what is not set is not there"
  }
  assert {
    condition     = azurerm_function_app_flex_consumption.app["all"].always_ready[0].name == "http" && azurerm_function_app_flex_consumption.app["all"].always_ready[0].instance_count == 2 && azurerm_function_app_flex_consumption.app["all"].http_concurrency == 16
    error_message = "instances as set"
  }
}

run "the_application_that_google_is_shown_tokens_of" {
  command = plan

  assert {
    condition     = azuread_application.google[0].identifier_uris == toset(["api://11111111-1111-1111-1111-111111111111/sallyport-google"]) && azuread_application.google[0].api[0].requested_access_token_version == 1 && azuread_application.google[0].sign_in_audience == "AzureADMyOrg"
    error_message = "of this tenant, with version 1 tokens"
  }
  assert {
    condition     = nonsensitive(azurerm_function_app_flex_consumption.app["all"].app_settings)["SALLYPORT_GOOGLE_AZURE_RESOURCE"] == output.google_resource && output.google_resource == "api://11111111-1111-1111-1111-111111111111/sallyport-google"
    error_message = "the apps and google-access are told the same"
  }
}

run "an_application_that_is_there" {
  command = plan

  variables {
    google_resource = "api://shop/google"
  }

  assert {
    condition     = length(azuread_application.google) == 0 && length(azuread_service_principal.google) == 0 && output.google_resource == "api://shop/google"
    error_message = "none is made"
  }
}

run "the_way_of_the_package" {
  command = plan

  assert {
    condition     = strcontains(output.deploy_script, "az functionapp config appsettings delete --resource-group 'login' --name '${output.app_names["all"]}' --setting-names AzureWebJobsStorage") && strcontains(output.deploy_script, "az functionapp deployment source config-zip --resource-group 'login' --name '${output.app_names["all"]}' --src '") && strcontains(output.deploy_script, "tests/archives/sallyport-azure.zip'")
    error_message = "the setting goes, the package comes"
  }
}

run "logs" {
  command = plan

  assert {
    condition     = azurerm_application_insights.this.sampling_percentage == 100 && !azurerm_application_insights.this.local_authentication_enabled && azurerm_log_analytics_workspace.this.retention_in_days == 90
    error_message = "every line, no keys, and not for ever"
  }
  assert {
    condition     = alltrue([for grant in azurerm_role_assignment.metrics : grant.role_definition_name == "Monitoring Metrics Publisher"]) && nonsensitive(azurerm_function_app_flex_consumption.app["all"].app_settings)["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"] == "ClientId=client;Authorization=AAD"
    error_message = "an app logs as its identity"
  }
  assert {
    condition     = length(azurerm_monitor_scheduled_query_rules_alert_v2.this) == 0
    error_message = "alerts are an option"
  }
}

run "alerts" {
  command = plan

  variables {
    alerts = { action_group_ids = ["/subscriptions/9/resourceGroups/login/providers/Microsoft.Insights/actionGroups/oncall"], duration_p95_ms = 1500 }
  }

  assert {
    condition     = azurerm_monitor_scheduled_query_rules_alert_v2.this["server-errors"].criteria[0].threshold == 5 && azurerm_monitor_scheduled_query_rules_alert_v2.this["duration"].criteria[0].threshold == 1500 && azurerm_monitor_scheduled_query_rules_alert_v2.this["duration"].criteria[0].metric_measure_column == "p95"
    error_message = "answers 5xx, and slow ones"
  }
  assert {
    condition     = alltrue([for alert in azurerm_monitor_scheduled_query_rules_alert_v2.this : length(alert.action[0].action_groups) == 1])
    error_message = "somebody is told"
  }
}
