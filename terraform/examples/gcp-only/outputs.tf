output "issuer" {
  description = "Where clients find Sallyport."
  value       = module.sallyport.issuer
}

output "dns_records" {
  description = "DNS records to create, unless you set dns_zone."
  value       = module.sallyport.dns_records
}

output "store" {
  description = "SALLYPORT_STORE for the command line."
  value       = module.sallyport.store
}

output "encryption_key" {
  description = "Cloud KMS key that encrypts stored secrets; for the command line, set SALLYPORT_ENCRYPTION_KEY to gcpkms: and this id."
  value       = module.sallyport.encryption_key
}

output "public_keys" {
  description = "SALLYPORT_PUBLIC_KEYS for sallyport explain."
  value       = module.sallyport.public_keys
}

output "key_scheduler_job" {
  description = "The Cloud Scheduler job that calls the key function: run it once after the first apply; null if the keys are not managed."
  value       = module.sallyport.key_scheduler_job
}
