output "audience" {
  description = "The audience that the identities need a grant for, and request at /v1/token."
  value       = local.audience
}

output "principals" {
  description = "The IAM principal of each identity, by identity id, to grant it further roles."
  value       = local.principals
}

output "pool" {
  description = "Full name of the pool."
  value       = google_iam_workload_identity_pool.this.name
}
