# One host for several apps, and no way around it.

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
  apps = {
    login  = ["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token"]
    check  = ["introspection", "admin"]
    public = ["well-known"]
  }
  front_door   = { domain_name = "login.example.com" }
  signing_keys = <<-JSON
    {"keys": [
      {"kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ", "alg": "ES256", "state": "current", "stateSince": 1772366400,
       "kms": "projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/2"},
      {"kty": "EC", "crv": "P-256", "x": "eDA", "y": "eTA", "d": "c2VjcmV0", "alg": "ES256", "state": "retired"}]}
  JSON
}

run "each_path_to_its_app" {
  command = plan

  assert {
    condition     = azurerm_cdn_frontdoor_route.app["public"].patterns_to_match == tolist(["/.well-known/jwks.json", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"])
    error_message = "whole paths stay whole"
  }
  assert {
    condition     = toset(azurerm_cdn_frontdoor_route.app["check"].patterns_to_match) == toset(["/v1/introspect", "/v1/revoke", "/api/v1/signing-keys", "/api/v1/identities", "/api/v1/identities/details", "/api/v1/identities/*", "/api/v1/auth/gcp-auth/identities/*", "/api/v1/auth/azure-auth/identities/*", "/api/v1/auth/kubernetes-auth/identities/*", "/api/v1/auth/aws-auth/identities/*", "/api/v1/auth/universal-auth/identities/*", "/api/v1/auth/oidc-auth/identities/*", "/api/v1/auth/jwt-auth/identities/*", "/api/v1/auth/spiffe-auth/identities/*", "/api/v1/auth/jwt-bearer-auth/identities/*", "/api/v1/auth/client-key-auth/identities/*", "/api/v1/auth/client-secret-auth/identities/*"])
    error_message = "templates end where their first brace is"
  }
  assert {
    condition     = length(flatten([for route in azurerm_cdn_frontdoor_route.app : route.patterns_to_match])) == length(distinct(flatten([for route in azurerm_cdn_frontdoor_route.app : route.patterns_to_match])))
    error_message = "no path has two owners"
  }
  assert {
    condition     = !contains(flatten([for route in azurerm_cdn_frontdoor_route.app : route.patterns_to_match]), "/*")
    error_message = "what is not in the table reaches no app"
  }
  assert {
    condition     = alltrue([for route in azurerm_cdn_frontdoor_route.app : length(route.patterns_to_match) <= 25 && length(route.cache) == 0])
    error_message = "as many as Front Door takes, and nothing is cached"
  }
}

run "tls_all_the_way" {
  command = plan

  assert {
    condition     = alltrue([for route in azurerm_cdn_frontdoor_route.app : route.supported_protocols == toset(["Https"]) && route.forwarding_protocol == "HttpsOnly" && !route.link_to_default_domain])
    error_message = "HTTPS alone, at our own host alone"
  }
  assert {
    condition     = azurerm_cdn_frontdoor_custom_domain.this[0].tls[0].minimum_version == "TLS12" && azurerm_cdn_frontdoor_custom_domain.this[0].host_name == "login.example.com"
    error_message = "TLS 1.2 or later"
  }
  assert {
    condition     = alltrue([for origin in azurerm_cdn_frontdoor_origin.app : origin.certificate_name_check_enabled && origin.origin_host_header == "app.azurewebsites.net"])
    error_message = "the app's certificate is checked"
  }
}

run "no_way_around" {
  command = plan

  assert {
    condition     = alltrue([for app in azurerm_function_app_flex_consumption.app : app.site_config[0].ip_restriction_default_action == "Deny" && length(app.site_config[0].ip_restriction) == 1])
    error_message = "all others are refused"
  }
  assert {
    condition     = alltrue([for app in azurerm_function_app_flex_consumption.app : app.site_config[0].ip_restriction[0].service_tag == "AzureFrontDoor.Backend" && app.site_config[0].ip_restriction[0].headers[0].x_azure_fdid == tolist(["55555555-5555-5555-5555-555555555555"]) && app.site_config[0].ip_restriction[0].action == "Allow"])
    error_message = "our own Front Door, not anybody's"
  }
  assert {
    condition     = alltrue([for app in azurerm_function_app_flex_consumption.app : !app.site_config[0].scm_use_main_ip_restriction])
    error_message = "packages still come in"
  }
}

run "hops" {
  command = plan

  assert {
    condition     = alltrue([for app in azurerm_function_app_flex_consumption.app : nonsensitive(app.app_settings)["SALLYPORT_FORWARDED_HOPS"] == "2"])
    error_message = "Front Door and the app's front end"
  }
}

run "hops_without_front_door" {
  command = plan

  variables {
    apps       = null
    front_door = null
  }

  assert {
    condition     = nonsensitive(azurerm_function_app_flex_consumption.app["all"].app_settings)["SALLYPORT_FORWARDED_HOPS"] == "1" && azurerm_function_app_flex_consumption.app["all"].site_config[0].ip_restriction_default_action == "Allow"
    error_message = "the app's front end alone, which anybody may call"
  }
}

run "hops_as_measured" {
  command = plan

  variables {
    forwarded_hops = 3
  }

  assert {
    condition     = nonsensitive(azurerm_function_app_flex_consumption.app["login"].app_settings)["SALLYPORT_FORWARDED_HOPS"] == "3"
    error_message = "as set"
  }
}

run "throttling" {
  command = plan

  assert {
    condition     = azurerm_cdn_frontdoor_firewall_policy.this[0].mode == "Prevention" && azurerm_cdn_frontdoor_firewall_policy.this[0].custom_rule[0].type == "RateLimitRule" && azurerm_cdn_frontdoor_firewall_policy.this[0].custom_rule[0].action == "Block" && azurerm_cdn_frontdoor_firewall_policy.this[0].custom_rule[0].rate_limit_threshold == 600 && azurerm_cdn_frontdoor_firewall_policy.this[0].custom_block_response_status_code == 429
    error_message = "too many requests get 429"
  }
  assert {
    condition     = azurerm_cdn_frontdoor_firewall_policy.this[0].sku_name == azurerm_cdn_frontdoor_profile.this[0].sku_name && azurerm_cdn_frontdoor_security_policy.this[0].security_policies[0].firewall[0].association[0].domain[0].cdn_frontdoor_domain_id == "/domain"
    error_message = "at the host that clients call"
  }
}

run "records" {
  command = plan

  assert {
    condition     = jsonencode(output.dns_records) == jsonencode({ "_dnsauth.login.example.com" = { type = "TXT", value = "proof" }, "login.example.com" = { type = "CNAME", value = "sallyport.z01.azurefd.net" } }) && length(azurerm_dns_cname_record.host) == 0 && output.url == "https://login.example.com"
    error_message = "told, and not made without a zone"
  }
}

run "records_in_a_zone" {
  command = plan

  variables {
    front_door = { domain_name = "login.example.com", dns_zone = { name = "example.com", resource_group_name = "dns" } }
  }

  assert {
    condition     = azurerm_dns_cname_record.host[0].name == "login" && azurerm_dns_cname_record.host[0].record == "sallyport.z01.azurefd.net" && azurerm_dns_txt_record.validation[0].name == "_dnsauth.login"
    error_message = "names are relative to the zone"
  }
}
