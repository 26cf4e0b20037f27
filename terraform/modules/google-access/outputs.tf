output "aws_audience" {
  description = "SALLYPORT_GOOGLE_AUDIENCE on AWS; null without aws."
  value       = one([for provider in google_iam_workload_identity_pool_provider.aws : "//iam.googleapis.com/${provider.name}"])
}

output "azure_audience" {
  description = "SALLYPORT_GOOGLE_AUDIENCE on Azure; null without azure."
  value       = one([for provider in google_iam_workload_identity_pool_provider.azure : "//iam.googleapis.com/${provider.name}"])
}

output "members" {
  description = "As whom the functions appear in IAM policies and audit logs, by cloud and function or app."
  value       = { for name, caller in local.callers : name => caller.member }
}
