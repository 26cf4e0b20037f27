output "project" {
  description = "Id of the project."
  value       = var.project_id
}

output "project_number" {
  description = "Number of the project, as workload identity pools are named by."
  value       = data.google_project.this.number
}

output "region" {
  description = "Region of the functions and keys."
  value       = var.region
}

output "issuer" {
  description = "SALLYPORT_ISSUER."
  value       = local.issuer
}

output "host" {
  description = "Host name of the issuer's load balancer."
  value       = var.host
}

output "database" {
  description = "Name of the Firestore database."
  value       = google_firestore_database.this.name
}

output "store" {
  description = "SALLYPORT_STORE."
  value       = local.store
}

output "signing_key" {
  description = "Id of the Cloud KMS key that signs: projects/…/cryptoKeys/…"
  value       = google_kms_crypto_key.signing.id
}

output "encryption_key" {
  description = "Id of the Cloud KMS key that seals stored secrets; SALLYPORT_ENCRYPTION_KEY is gcpkms: and this."
  value       = google_kms_crypto_key.encryption.id
}

output "signing_keys" {
  description = "SALLYPORT_SIGNING_KEYS: the JWK set whose entries name key versions. It holds nothing secret."
  value       = local.signing_keys
}

output "public_keys" {
  description = "SALLYPORT_PUBLIC_KEYS: the same keys without the names of their versions."
  value       = local.public_keys
}
