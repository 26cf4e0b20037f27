# Which keys sign, and what each function is told of them. key_function.tf has what managed keys need besides.

locals {
  choice  = coalesce(var.signing_keys, var.key_versions == null ? "managed" : "kms")
  managed = local.choice == "managed"

  # Whether there is a key in Cloud KMS that signs, or signed until a move to managed keys.
  kms          = local.choice == "kms" || local.managed && var.managed_keys.from_kms != null
  kms_signs    = local.choice == "kms" || local.managed && var.managed_keys.from_kms == "publish"
  key_versions = !local.kms ? {} : var.key_versions == null ? { first = { state = "published" } } : var.key_versions

  managed_signing_keys = local.managed ? "managed:${google_kms_crypto_key.managed[0].id}" : null
  # null: from the secret.
  signing_keys = local.kms_signs ? module.jwks[0].signing_keys : local.managed_signing_keys
  public_keys  = local.managed ? "managed" : local.kms ? module.jwks[0].public_keys : var.signing_secret.public_keys

  managed_settings = !local.managed ? {} : merge(
    {
      SALLYPORT_KEY_DATABASE      = "${var.store_reader}:${var.project_id}/${google_firestore_database.keys[0].name}"
      SALLYPORT_KEY_ROTATION_DAYS = tostring(var.managed_keys.rotation_days)
    },
    local.kms ? { SALLYPORT_EARLIER_KEYS = module.jwks[0].public_keys } : {},
  )

  keys = {
    for name, version in local.key_versions : name => {
      pem   = data.google_kms_crypto_key_version.signing[name].public_key[0].pem
      kms   = google_kms_crypto_key_version.signing[name].name
      state = name == var.signing_version ? "current" : version.state == "retired" ? "retired" : "next"
    } if version.state != "disabled"
  }
}

# Cloud KMS shows public keys of versions that are enabled, and of no others.
data "google_kms_crypto_key_version" "signing" {
  for_each = { for name, version in local.key_versions : name => version if version.state != "disabled" }

  crypto_key = google_kms_crypto_key.signing[0].id
  version    = tonumber(element(split("/", google_kms_crypto_key_version.signing[each.key].name), -1))
}

module "jwks" {
  count = local.kms ? 1 : 0

  source = "../jwks"
  keys   = local.keys
}

# Only functions that issue tokens read the secret.
resource "google_secret_manager_secret_iam_member" "signer" {
  for_each = { for name, function in local.routes : name => function if function.signs && local.choice == "secret" }

  project   = var.project_id
  secret_id = var.signing_secret.name
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.function[each.key].member

  # One version: another one in the same secret may be another key set.
  condition {
    title      = "Version ${var.signing_secret.version} alone"
    expression = "resource.name.endsWith(\"/secrets/${var.signing_secret.name}/versions/${var.signing_secret.version}\")"
  }
}
