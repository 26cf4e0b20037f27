output "issuer" {
  description = "The issuer: iss in every token, and where its keys are published."
  value       = module.gcp.issuer
}

output "entrances" {
  description = "The addresses that clients may call, by cloud."
  value       = { gcp = module.gcp.issuer, aws = module.aws.url, azure = module.azure.url }
}

output "dns_records" {
  description = "Records to make where no zone was given, by cloud."
  value       = { gcp = module.gcp.dns_records, aws = { (var.aws.domain_name) = { type = "CNAME", value = module.aws.domain_target.name } }, azure = module.azure.dns_records }
}

output "azure_deploy_script" {
  description = "What to run after each apply: terraform output -raw azure_deploy_script | sh"
  value       = module.azure.deploy_script
}

output "versions" {
  description = "The Lambda versions that are live: what to go back to."
  value       = module.aws.versions
}

output "google_members" {
  description = "As whom the functions on AWS and Azure appear in Google's audit logs."
  value       = module.google_access.members
}

output "federation_audience" {
  description = "What reports asks a token for, to exchange it at Google."
  value       = module.federation.audience
}
