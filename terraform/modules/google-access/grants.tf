resource "google_kms_crypto_key_iam_member" "signer" {
  for_each = { for name, member in local.signers : name => member if var.signing_key != null }

  crypto_key_id = var.signing_key
  role          = "roles/cloudkms.signer"
  member        = each.value
}

resource "google_kms_crypto_key_iam_member" "sealer" {
  for_each = { for name, member in local.sealers : name => member if var.encryption_key != null }

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
