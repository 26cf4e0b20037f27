output "issuer" {
  description = "The issuer: iss in every token, and where its keys are published."
  value       = module.gcp.issuer
}

output "entrances" {
  description = "The addresses that clients can call, by cloud."
  value       = { gcp = module.gcp.issuer, aws = module.aws.url, azure = module.azure.url }
}

output "dns_records" {
  description = "Records to create where you set no zone, by cloud."
  value       = { gcp = module.gcp.dns_records, aws = { (var.aws.domain_name) = { type = "CNAME", value = module.aws.domain_target.name } }, azure = module.azure.dns_records }
}

output "azure_deploy_script" {
  description = "Script to run after each apply: terraform output -raw azure_deploy_script | sh"
  value       = module.azure.deploy_script
}

output "versions" {
  description = "The live Lambda versions, for a rollback."
  value       = module.aws.versions
}

output "google_members" {
  description = "The principals of the functions on AWS and Azure in Google's audit logs."
  value       = module.google_access.members
}

output "federation_audience" {
  description = "The audience of the token that reports exchanges at Google."
  value       = module.federation.audience
}

output "key_scheduler_job" {
  description = "The Cloud Scheduler job that calls the key function: run it once after the first apply; null if the keys are not managed."
  value       = module.gcp.key_scheduler_job
}
