output "tenant_id" {
  description = "The tenant of the identities, for google-access."
  value       = data.azurerm_client_config.current.tenant_id
}

output "google_resource" {
  description = "Application id URI that the apps' tokens are asked for, for google-access."
  value       = local.google_resource
}

output "apps" {
  description = "Each app's identity (object id) and the functions that it serves, for google-access."
  value       = { for app, functions in local.apps : app => { principal_id = azurerm_user_assigned_identity.app[app].principal_id, functions = functions } }
}

output "app_names" {
  description = "The function apps, by app."
  value       = local.app_names
}

output "url" {
  description = "The address that clients call."
  value       = var.front_door == null ? "https://${one([for app in azurerm_function_app_flex_consumption.app : app.default_hostname])}" : "https://${var.front_door.domain_name}"
}

output "dns_records" {
  description = "Records to create for front_door.domain_name if you do not set dns_zone."
  value       = local.dns_records
}

output "workspace_id" {
  description = "The Log Analytics workspace."
  value       = azurerm_log_analytics_workspace.this.id
}

output "deploy_script" {
  description = "Shell script to run after each apply that created or changed an app: it removes a setting that the provider writes, and uploads the package."
  value = join("\n", concat(["set -eu"], flatten([
    for app, name in local.app_names : concat(var.signing_keys_vault != null && local.signs[app] ? [
      # The provider cannot say which identity reads Key Vault; a change to the app forgets it.
      "az functionapp update --resource-group '${var.resource_group_name}' --name '${name}' --set keyVaultReferenceIdentity='${azurerm_user_assigned_identity.app[app].id}' --output none",
      ] : [], [
      "az functionapp config appsettings delete --resource-group '${var.resource_group_name}' --name '${name}' --setting-names AzureWebJobsStorage --output none",
      "az functionapp deployment source config-zip --resource-group '${var.resource_group_name}' --name '${name}' --src '${abspath(var.archives_dir)}/sallyport-azure.zip' --output none",
    ])
  ]), [""]))

  depends_on = [azurerm_function_app_flex_consumption.app]
}
