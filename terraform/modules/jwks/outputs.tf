output "signing_keys" {
  description = "SALLYPORT_SIGNING_KEYS: a JWK set whose entries name key versions. It holds nothing secret."
  value       = jsonencode({ keys = local.signing })
}

output "public_keys" {
  description = "SALLYPORT_PUBLIC_KEYS: these keys without the names of key versions."
  value       = jsonencode({ keys = local.public })
}
