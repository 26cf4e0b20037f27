resource "google_kms_crypto_key_iam_member" "signer" {
  for_each = local.kms ? local.signers : {}

  crypto_key_id = var.signing_key
  role          = "roles/cloudkms.signer"
  member        = each.value
}

resource "google_kms_crypto_key_iam_member" "sealer" {
  for_each = local.sealers

  crypto_key_id = var.encryption_key
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.value
}

resource "google_project_iam_member" "store" {
  for_each = local.writers

  project = var.project_id
  role    = "roles/datastore.user"
  member  = each.value

  condition {
    title      = "Database ${var.database} alone"
    expression = "resource.name == \"projects/${var.project_id}/databases/${var.database}\""
  }
}

# Managed signing keys: functions that issue tokens decrypt them, all functions read them, and only the key function makes them.

resource "google_kms_crypto_key_iam_member" "decrypter" {
  for_each = local.managed ? local.signers : {}

  crypto_key_id = var.managed_keys.encryption_key
  role          = "roles/cloudkms.cryptoKeyDecrypter"
  member        = each.value
}

resource "google_project_iam_member" "key_reader" {
  for_each = local.key_readers

  project = var.project_id
  role    = "roles/datastore.viewer"
  member  = each.value

  condition {
    title      = "Database ${var.managed_keys.database} alone"
    expression = "resource.name == \"projects/${var.project_id}/databases/${var.managed_keys.database}\""
  }
}

resource "google_kms_crypto_key_iam_member" "encrypter" {
  for_each = local.key_writers

  crypto_key_id = var.managed_keys.encryption_key
  role          = "roles/cloudkms.cryptoKeyEncrypter"
  member        = each.value
}

resource "google_project_iam_member" "key_writer" {
  for_each = local.key_writers

  project = var.project_id
  role    = "roles/datastore.user"
  member  = each.value

  condition {
    title      = "Database ${var.managed_keys.database} alone"
    expression = "resource.name == \"projects/${var.project_id}/databases/${var.managed_keys.database}\""
  }
}
