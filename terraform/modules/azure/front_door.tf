locals {
  front_door_apps = var.front_door == null ? {} : local.apps

  # Front Door matches whole paths, or prefixes with * at the end: a template becomes the prefix before its first brace. The app
  # answers 404 to any other path with that prefix.
  patterns = {
    for app, functions in local.apps : app => distinct(flatten([for function in functions : [for path in module.routes.functions[function].paths : replace(path, "/\\{.*$/", "*")]]))
  }
}

resource "azurerm_cdn_frontdoor_profile" "this" {
  count = var.front_door == null ? 0 : 1

  name                     = var.name
  resource_group_name      = var.resource_group_name
  sku_name                 = "Standard_AzureFrontDoor"
  response_timeout_seconds = 60
  tags                     = var.tags
}

resource "azurerm_cdn_frontdoor_endpoint" "this" {
  count = var.front_door == null ? 0 : 1

  name                     = "${var.name}-${substr(sha256("${data.azurerm_client_config.current.subscription_id}/${lower(var.resource_group_name)}/${var.name}"), 0, 8)}"
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.this[0].id
  tags                     = var.tags
}

resource "azurerm_cdn_frontdoor_origin_group" "app" {
  for_each = local.front_door_apps

  name                     = each.key
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.this[0].id
  session_affinity_enabled = false

  # No probe: there is one origin, and probes from every edge would keep instances running.
  load_balancing {}
}

resource "azurerm_cdn_frontdoor_origin" "app" {
  for_each = local.front_door_apps

  name                           = each.key
  cdn_frontdoor_origin_group_id  = azurerm_cdn_frontdoor_origin_group.app[each.key].id
  host_name                      = azurerm_function_app_flex_consumption.app[each.key].default_hostname
  origin_host_header             = azurerm_function_app_flex_consumption.app[each.key].default_hostname
  certificate_name_check_enabled = true
  enabled                        = true
}

resource "azurerm_cdn_frontdoor_custom_domain" "this" {
  count = var.front_door == null ? 0 : 1

  name                     = replace(var.front_door.domain_name, ".", "-")
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.this[0].id
  host_name                = var.front_door.domain_name

  tls {
    certificate_type = "ManagedCertificate"
    minimum_version  = "TLS12"
  }
}

# No route for everything else: what matches none, Front Door refuses itself, and no app sees it. Nothing is cached: keys are good
# for the five minutes that verifiers keep them, and not for more.
resource "azurerm_cdn_frontdoor_route" "app" {
  for_each = local.front_door_apps

  name                            = each.key
  cdn_frontdoor_endpoint_id       = azurerm_cdn_frontdoor_endpoint.this[0].id
  cdn_frontdoor_origin_group_id   = azurerm_cdn_frontdoor_origin_group.app[each.key].id
  cdn_frontdoor_origin_ids        = [azurerm_cdn_frontdoor_origin.app[each.key].id]
  cdn_frontdoor_custom_domain_ids = [azurerm_cdn_frontdoor_custom_domain.this[0].id]
  patterns_to_match               = local.patterns[each.key]
  supported_protocols             = ["Https"]
  forwarding_protocol             = "HttpsOnly"
  https_redirect_enabled          = false
  link_to_default_domain          = false
}

resource "azurerm_cdn_frontdoor_custom_domain_association" "this" {
  count = var.front_door == null ? 0 : 1

  cdn_frontdoor_custom_domain_id = azurerm_cdn_frontdoor_custom_domain.this[0].id
  cdn_frontdoor_route_ids        = [for route in azurerm_cdn_frontdoor_route.app : route.id]
}

resource "azurerm_cdn_frontdoor_firewall_policy" "this" {
  count = var.front_door == null ? 0 : 1

  name                              = replace(var.name, "-", "")
  resource_group_name               = var.resource_group_name
  sku_name                          = "Standard_AzureFrontDoor"
  mode                              = "Prevention"
  enabled                           = true
  custom_block_response_status_code = 429
  tags                              = var.tags

  custom_rule {
    name                           = "RequestsPerAddress"
    type                           = "RateLimitRule"
    action                         = "Block"
    enabled                        = true
    priority                       = 100
    rate_limit_duration_in_minutes = 1
    rate_limit_threshold           = var.front_door.requests_per_minute

    match_condition {
      match_variable = "SocketAddr"
      operator       = "IPMatch"
      match_values   = ["0.0.0.0/0", "::/0"]
    }
  }
}

resource "azurerm_cdn_frontdoor_security_policy" "this" {
  count = var.front_door == null ? 0 : 1

  name                     = var.name
  cdn_frontdoor_profile_id = azurerm_cdn_frontdoor_profile.this[0].id

  security_policies {
    firewall {
      cdn_frontdoor_firewall_policy_id = azurerm_cdn_frontdoor_firewall_policy.this[0].id

      association {
        patterns_to_match = ["/*"]

        domain {
          cdn_frontdoor_domain_id = azurerm_cdn_frontdoor_custom_domain.this[0].id
        }
      }
    }
  }
}
