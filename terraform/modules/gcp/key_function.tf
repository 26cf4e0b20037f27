# Managed signing keys: the function that makes them, who calls it, and who may do what with them. The function is on no route and
# no load balancer.

locals {
  key_settings = !local.managed ? {} : merge(
    {
      SALLYPORT_ISSUER         = local.issuer
      SALLYPORT_SIGNING_KEYS   = local.managed_signing_keys
      SALLYPORT_KEY_ALGORITHM  = var.managed_keys.algorithm
      SALLYPORT_FORWARDED_HOPS = "0"
      GOOGLE_CLOUD_PROJECT     = var.project_id
      JAVA_TOOL_OPTIONS        = var.java_tool_options
    },
    { for name, value in local.managed_settings : name => value if name != "SALLYPORT_EARLIER_KEYS" },
  )
}

# Encrypts managed signing keys, and nothing else. Its older versions decrypt keys that are still in use: leave them enabled.
resource "google_kms_crypto_key" "managed" {
  count = local.managed ? 1 : 0

  name            = "signing-keys"
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

resource "google_service_account" "keys" {
  count = local.managed ? 1 : 0

  project      = var.project_id
  account_id   = "${var.name}-keys"
  display_name = "Sallyport: makes signing keys"

  depends_on = [google_project_service.api]
}

# Encrypts, and cannot decrypt what it or another instance encrypted.
resource "google_kms_crypto_key_iam_member" "encrypter" {
  count = local.managed ? 1 : 0

  crypto_key_id = google_kms_crypto_key.managed[0].id
  role          = "roles/cloudkms.cryptoKeyEncrypter"
  member        = google_service_account.keys[0].member
}

# Granted before a move from Cloud KMS makes managed keys sign, since a grant takes minutes to become active.
resource "google_kms_crypto_key_iam_member" "decrypter" {
  for_each = { for name, function in local.routes : name => function if function.signs && local.managed }

  crypto_key_id = google_kms_crypto_key.managed[0].id
  role          = "roles/cloudkms.cryptoKeyDecrypter"
  member        = google_service_account.function[each.key].member
}

# The only writer.
resource "google_project_iam_member" "key_writer" {
  count = local.managed ? 1 : 0

  project = var.project_id
  role    = "roles/datastore.user"
  member  = google_service_account.keys[0].member

  condition {
    title      = "Database ${var.database}-keys alone"
    expression = "resource.name == \"projects/${var.project_id}/databases/${google_firestore_database.keys[0].name}\""
  }
}

resource "google_project_iam_member" "key_reader" {
  for_each = { for name, function in local.routes : name => function if local.managed }

  project = var.project_id
  role    = "roles/datastore.viewer"
  member  = google_service_account.function[each.key].member

  condition {
    title      = "Database ${var.database}-keys alone"
    expression = "resource.name == \"projects/${var.project_id}/databases/${google_firestore_database.keys[0].name}\""
  }
}

resource "google_cloudfunctions2_function" "keys" {
  count = local.managed ? 1 : 0

  project  = var.project_id
  location = var.region
  name     = "${var.name}-keys"
  labels   = var.labels

  build_config {
    runtime           = var.runtime
    entry_point       = "io.sallyport.keyrotation.KeyRotationFunction"
    service_account   = google_service_account.build.name
    docker_repository = google_artifact_registry_repository.functions.id

    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.archive["fn-keys"].name
      }
    }
  }

  service_config {
    service_account_email = google_service_account.keys[0].email
    # Cloud Scheduler of the same project is internal (Cloud Run, "Restrict network ingress").
    ingress_settings                 = "ALLOW_INTERNAL_ONLY"
    all_traffic_on_latest_revision   = true
    min_instance_count               = 0
    max_instance_count               = 1
    max_instance_request_concurrency = 1
    available_memory                 = var.scaling.memory
    available_cpu                    = var.scaling.cpu
    timeout_seconds                  = 60
    environment_variables            = local.key_settings
  }

  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_project_iam_member.build_logs,
    google_project_iam_member.build_source,
    google_project_iam_member.key_writer,
    google_kms_crypto_key_iam_member.encrypter,
  ]
}

# As whom Cloud Scheduler calls. It may call the key function, and has no other role.
resource "google_service_account" "keys_scheduler" {
  count = local.managed ? 1 : 0

  project      = var.project_id
  account_id   = "${var.name}-keys-scheduler"
  display_name = "Sallyport: calls the key function"

  depends_on = [google_project_service.api]
}

resource "google_cloud_run_v2_service_iam_member" "keys_scheduler" {
  count = local.managed ? 1 : 0

  project  = var.project_id
  location = var.region
  name     = google_cloudfunctions2_function.keys[0].name
  role     = "roles/run.invoker"
  member   = google_service_account.keys_scheduler[0].member
}

resource "google_cloud_scheduler_job" "keys" {
  count = local.managed ? 1 : 0

  project          = var.project_id
  region           = var.region
  name             = "${var.name}-keys"
  description      = "Makes the next signing key of Sallyport if it is due"
  schedule         = var.managed_keys.schedule
  time_zone        = "Etc/UTC"
  attempt_deadline = "90s"

  retry_config {
    retry_count          = 5
    min_backoff_duration = "30s"
    max_backoff_duration = "600s"
    max_doublings        = 4
  }

  http_target {
    http_method = "POST"
    uri         = "${google_cloudfunctions2_function.keys[0].service_config[0].uri}/keys/rotate"

    oidc_token {
      service_account_email = google_service_account.keys_scheduler[0].email
      audience              = google_cloudfunctions2_function.keys[0].service_config[0].uri
    }
  }

  depends_on = [google_cloud_run_v2_service_iam_member.keys_scheduler]
}
