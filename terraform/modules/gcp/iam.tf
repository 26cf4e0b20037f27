# Each function has a separate account, with the rights that the route table lists.

resource "google_service_account" "function" {
  for_each = local.routes

  project      = var.project_id
  account_id   = "${var.name}-${each.key}"
  display_name = "Sallyport: ${each.key}"

  depends_on = [google_project_service.api]
}

resource "google_kms_crypto_key_iam_member" "signer" {
  for_each = { for name, function in local.routes : name => function if function.signs && local.kms }

  crypto_key_id = google_kms_crypto_key.signing[0].id
  role          = "roles/cloudkms.signer"
  member        = google_service_account.function[each.key].member
}

resource "google_kms_crypto_key_iam_member" "sealer" {
  for_each = { for name, function in local.routes : name => function if function.unseals }

  crypto_key_id = google_kms_crypto_key.encryption.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = google_service_account.function[each.key].member
}

resource "google_project_iam_member" "store" {
  for_each = { for name, function in local.routes : name => function if function.store != "none" }

  project = var.project_id
  role    = each.value.store == "write" ? "roles/datastore.user" : "roles/datastore.viewer"
  member  = google_service_account.function[each.key].member

  condition {
    title      = "Database ${var.database} alone"
    expression = "resource.name == \"projects/${var.project_id}/databases/${google_firestore_database.this.name}\""
  }
}
