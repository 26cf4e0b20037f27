resource "azurerm_log_analytics_workspace" "this" {
  name                = var.name
  resource_group_name = var.resource_group_name
  location            = var.location
  sku                 = "PerGB2018"
  retention_in_days   = var.log_retention_days
  tags                = var.tags
}

# No sampling: an audit log must be complete. No keys: an app authenticates with its identity.
resource "azurerm_application_insights" "this" {
  name                         = var.name
  resource_group_name          = var.resource_group_name
  location                     = var.location
  application_type             = "java"
  workspace_id                 = azurerm_log_analytics_workspace.this.id
  sampling_percentage          = 100
  local_authentication_enabled = false
  tags                         = var.tags
}

resource "azurerm_role_assignment" "metrics" {
  for_each = local.apps

  scope                = azurerm_application_insights.this.id
  role_definition_name = "Monitoring Metrics Publisher"
  principal_id         = azurerm_user_assigned_identity.app[each.key].principal_id
  principal_type       = "ServicePrincipal"
}

resource "azurerm_monitor_diagnostic_setting" "front_door" {
  count = var.front_door == null ? 0 : 1

  name                       = "access"
  target_resource_id         = azurerm_cdn_frontdoor_profile.this[0].id
  log_analytics_workspace_id = azurerm_log_analytics_workspace.this.id

  enabled_log {
    category = "FrontDoorAccessLog"
  }

  enabled_log {
    category = "FrontDoorWebApplicationFirewallLog"
  }
}

locals {
  alerts = var.alerts == null ? {} : {
    server-errors = {
      description = "Sallyport answers 5xx: it could not decide, or an instance does not start. The traces have the reason."
      query       = "AppRequests | where toint(ResultCode) >= 500"
      aggregation = "Count"
      column      = null
      threshold   = var.alerts.server_errors
    }
    duration = {
      description = "Sallyport is slow. The audit lines say whom it waits for (calls)."
      query       = "AppRequests | summarize p95 = percentile(DurationMs, 95)"
      aggregation = "Maximum"
      column      = "p95"
      threshold   = var.alerts.duration_p95_ms
    }
  }
}

resource "azurerm_monitor_scheduled_query_rules_alert_v2" "this" {
  for_each = local.alerts

  name                 = "${var.name}-${each.key}"
  description          = each.value.description
  resource_group_name  = var.resource_group_name
  location             = var.location
  scopes               = [azurerm_log_analytics_workspace.this.id]
  severity             = 1
  evaluation_frequency = "PT5M"
  window_duration      = "PT5M"
  # The table is there from the first request on.
  skip_query_validation   = true
  auto_mitigation_enabled = true
  tags                    = var.tags

  criteria {
    query                   = each.value.query
    time_aggregation_method = each.value.aggregation
    metric_measure_column   = each.value.column
    operator                = "GreaterThanOrEqual"
    threshold               = each.value.threshold
  }

  action {
    action_groups = var.alerts.action_group_ids
  }
}
