resource "azurerm_service_plan" "app" {
  for_each = local.apps

  name                = local.app_names[each.key]
  resource_group_name = var.resource_group_name
  location            = var.location
  os_type             = "Linux"
  sku_name            = "FC1"
  tags                = var.tags
}

resource "azurerm_function_app_flex_consumption" "app" {
  for_each = local.apps

  name                = local.app_names[each.key]
  resource_group_name = var.resource_group_name
  location            = var.location
  service_plan_id     = azurerm_service_plan.app[each.key].id
  tags                = var.tags

  runtime_name           = "java"
  runtime_version        = var.java_version
  instance_memory_in_mb  = var.instances.memory_mb
  maximum_instance_count = var.instances.maximum
  http_concurrency       = var.instances.concurrency

  storage_container_type            = "blobContainer"
  storage_container_endpoint        = "${azurerm_storage_account.app[each.key].primary_blob_endpoint}${azurerm_storage_container.package[each.key].name}"
  storage_authentication_type       = "UserAssignedIdentity"
  storage_user_assigned_identity_id = azurerm_user_assigned_identity.app[each.key].id

  https_only                                     = true
  webdeploy_publish_basic_authentication_enabled = false

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.app[each.key].id]
  }

  app_settings = merge(local.settings[each.key], {
    AZURE_CLIENT_ID                           = azurerm_user_assigned_identity.app[each.key].client_id
    AzureWebJobsStorage__accountName          = azurerm_storage_account.app[each.key].name
    AzureWebJobsStorage__credential           = "managedidentity"
    AzureWebJobsStorage__clientId             = azurerm_user_assigned_identity.app[each.key].client_id
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING = "ClientId=${azurerm_user_assigned_identity.app[each.key].client_id};Authorization=AAD"
  })

  dynamic "always_ready" {
    for_each = var.instances.always_ready == 0 ? [] : [var.instances.always_ready]

    content {
      name           = "http"
      instance_count = always_ready.value
    }
  }

  site_config {
    minimum_tls_version                    = "1.2"
    scm_minimum_tls_version                = "1.2"
    http2_enabled                          = true
    application_insights_connection_string = azurerm_application_insights.this.connection_string
    ip_restriction_default_action          = var.front_door == null ? "Allow" : "Deny"

    # Deployers upload packages here; Front Door is not involved.
    scm_use_main_ip_restriction       = false
    scm_ip_restriction_default_action = "Allow"

    # The service tag alone would admit every customer's Front Door.
    dynamic "ip_restriction" {
      for_each = azurerm_cdn_frontdoor_profile.this

      content {
        name        = "front-door"
        description = "Only this deployment's Front Door"
        priority    = 100
        action      = "Allow"
        service_tag = "AzureFrontDoor.Backend"
        headers = [{
          x_azure_fdid      = [ip_restriction.value.resource_guid]
          x_fd_health_probe = []
          x_forwarded_for   = []
          x_forwarded_host  = []
        }]
      }
    }
  }

  depends_on = [azurerm_role_assignment.storage, azurerm_role_assignment.metrics, azurerm_role_assignment.signing_keys]
}
