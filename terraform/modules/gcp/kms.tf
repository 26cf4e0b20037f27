resource "google_kms_key_ring" "this" {
  project  = var.project_id
  name     = var.name
  location = var.region

  depends_on = [google_project_service.api]
}

# Signs tokens, where the signing keys are not managed.
resource "google_kms_crypto_key" "signing" {
  count = local.kms ? 1 : 0

  name                          = "tokens"
  key_ring                      = google_kms_key_ring.this.id
  purpose                       = "ASYMMETRIC_SIGN"
  skip_initial_version_creation = true
  labels                        = var.labels

  version_template {
    algorithm        = "EC_SIGN_P256_SHA256"
    protection_level = var.key_protection_level
  }

  lifecycle {
    prevent_destroy = true
  }
}

moved {
  from = google_kms_crypto_key.signing
  to   = google_kms_crypto_key.signing[0]
}

resource "google_kms_crypto_key_version" "signing" {
  for_each = local.key_versions

  crypto_key = google_kms_crypto_key.signing[0].id
  state      = each.value.state == "disabled" ? "DISABLED" : "ENABLED"

  lifecycle {
    prevent_destroy = true
  }
}

# Encrypts stored secrets, such as reviewers' tokens. Secrets encrypted with an older key version remain readable.
resource "google_kms_crypto_key" "encryption" {
  name            = "secrets"
  key_ring        = google_kms_key_ring.this.id
  purpose         = "ENCRYPT_DECRYPT"
  rotation_period = "7776000s"
  labels          = var.labels

  version_template {
    algorithm        = "GOOGLE_SYMMETRIC_ENCRYPTION"
    protection_level = var.key_protection_level
  }

  lifecycle {
    prevent_destroy = true
  }
}
