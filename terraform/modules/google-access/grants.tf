resource "google_kms_crypto_key_iam_member" "signer" {
  for_each = local.signers

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
