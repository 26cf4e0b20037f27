locals {
  keys = {
    for name, version in var.key_versions : name => {
      pem   = data.google_kms_crypto_key_version.signing[name].public_key[0].pem
      kms   = google_kms_crypto_key_version.signing[name].name
      state = name == var.signing_version ? "current" : version.state == "retired" ? "retired" : "next"
    } if version.state != "disabled"
  }
}

# Cloud KMS shows public keys of versions that are enabled, and of no others.
data "google_kms_crypto_key_version" "signing" {
  for_each = { for name, version in var.key_versions : name => version if version.state != "disabled" }

  crypto_key = google_kms_crypto_key.signing.id
  version    = tonumber(element(split("/", google_kms_crypto_key_version.signing[each.key].name), -1))
}

module "jwks" {
  source = "../jwks"
  keys   = local.keys
}
