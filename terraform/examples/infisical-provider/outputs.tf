output "identity_ids" {
  description = "The id with which each workload logs in, by name."
  value       = { for name, identity in infisical_identity.this : name => identity.id }
}
