output "project" {
  description = "Id of the project."
  value       = var.project_id
}

output "project_number" {
  description = "Number of the project, which names of workload identity pools contain."
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
  description = "Id of the Cloud KMS key that signs: projects/…/cryptoKeys/…; null if there is none."
  value       = one(google_kms_crypto_key.signing[*].id)
}

output "encryption_key" {
  description = "Id of the Cloud KMS key that encrypts stored secrets; SALLYPORT_ENCRYPTION_KEY is gcpkms: and this id."
  value       = google_kms_crypto_key.encryption.id
}

output "signing_keys" {
  description = "SALLYPORT_SIGNING_KEYS: managed: and a Cloud KMS key, or the JWK set whose entries name key versions. It holds nothing secret. null if the keys are in a secret."
  value       = local.signing_keys
}

output "public_keys" {
  description = "SALLYPORT_PUBLIC_KEYS: managed, or the JWK set of public keys."
  value       = local.public_keys
}

output "earlier_keys" {
  description = "SALLYPORT_EARLIER_KEYS: public keys of Cloud KMS during a move to managed keys; null otherwise."
  value       = local.managed && local.kms ? module.jwks[0].public_keys : null
}

output "managed_keys" {
  description = "For google-access: the Cloud KMS key that encrypts managed keys, their database, and whether signing_key signs, or signed until a move (from_kms); null if the keys are not managed."
  value       = local.managed ? { encryption_key = google_kms_crypto_key.managed[0].id, database = google_firestore_database.keys[0].name, from_kms = local.kms } : null
}

output "key_scheduler_job" {
  description = "The Cloud Scheduler job that calls the key function; null if the keys are not managed."
  value       = one(google_cloud_scheduler_job.keys[*].name)
}

output "addresses" {
  description = "Addresses of the load balancer, by type of DNS record."
  value       = { for type, address in google_compute_global_address.this : type => address.address }
}

output "dns_records" {
  description = "DNS records to create, unless you set dns_zone: the certificate's authorization and the host's addresses."
  value       = local.dns_records
}

output "service_accounts" {
  description = "E-mail address of each function's service account, by function name."
  value       = { for name, account in google_service_account.function : name => account.email }
}

output "functions" {
  description = "Name of each function in Google Cloud, by function name."
  value       = { for name, function in google_cloudfunctions2_function.function : name => function.name }
}
