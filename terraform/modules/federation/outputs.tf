output "audience" {
  description = "What the identities need a grant for, and name as audience at /v1/token."
  value       = local.audience
}

output "principals" {
  description = "By identity id: its IAM principal, for granting it further roles."
  value       = local.principals
}

output "pool" {
  description = "Full name of the pool."
  value       = google_iam_workload_identity_pool.this.name
}
