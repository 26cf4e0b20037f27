locals {
  environment = {
    for name, function in local.routes : name => merge(
      {
        SALLYPORT_ISSUER                 = local.issuer
        SALLYPORT_FORWARDED_HOPS         = tostring(var.forwarded_hops)
        SALLYPORT_IDENTITY_CACHE_SECONDS = tostring(var.identity_cache_seconds)
        SALLYPORT_ALLOW_PRIVATE_HOSTS    = tostring(var.allow_private_hosts)
        GOOGLE_CLOUD_PROJECT             = var.project_id
        JAVA_TOOL_OPTIONS                = var.java_tool_options
      },
      function.signs ? (local.signing_keys == null ? {} : { SALLYPORT_SIGNING_KEYS = local.signing_keys }) : { SALLYPORT_PUBLIC_KEYS = local.public_keys },
      function.signs && local.kms_signs ? {} : local.managed_settings,
      function.store == "none" ? {} : { SALLYPORT_STORE = local.store },
      function.unseals ? { SALLYPORT_ENCRYPTION_KEY = "gcpkms:${google_kms_crypto_key.encryption.id}" } : {},
    )
  }
}

resource "google_cloudfunctions2_function" "function" {
  for_each = local.routes

  project  = var.project_id
  location = var.region
  name     = "${var.name}-${each.key}"
  labels   = var.labels

  build_config {
    runtime           = var.runtime
    entry_point       = each.value.class
    service_account   = google_service_account.build.name
    docker_repository = google_artifact_registry_repository.functions.id

    source {
      storage_source {
        bucket = google_storage_bucket.source.name
        object = google_storage_bucket_object.archive[each.value.archive].name
      }
    }
  }

  service_config {
    service_account_email            = google_service_account.function[each.key].email
    ingress_settings                 = "ALLOW_INTERNAL_AND_GCLB"
    all_traffic_on_latest_revision   = true
    min_instance_count               = lookup(var.min_instances, each.key, var.scaling.min_instances)
    max_instance_count               = var.scaling.max_instances
    max_instance_request_concurrency = var.scaling.concurrency
    available_memory                 = var.scaling.memory
    available_cpu                    = var.scaling.cpu
    timeout_seconds                  = var.scaling.timeout_seconds
    environment_variables            = local.environment[each.key]
    vpc_connector                    = var.vpc_connector
    vpc_connector_egress_settings    = var.vpc_connector == null ? null : "PRIVATE_RANGES_ONLY"

    dynamic "secret_environment_variables" {
      for_each = each.value.signs && var.signing_secret != null ? [var.signing_secret] : []
      iterator = secret

      content {
        key        = "SALLYPORT_SIGNING_KEYS"
        project_id = var.project_id
        secret     = secret.value.name
        version    = secret.value.version
      }
    }
  }

  # A function is built and started at once, and does not start without its roles.
  depends_on = [
    google_artifact_registry_repository_iam_member.build,
    google_project_iam_member.build_logs,
    google_project_iam_member.build_source,
    google_project_iam_member.store,
    google_kms_crypto_key_iam_member.signer,
    google_kms_crypto_key_iam_member.sealer,
    google_kms_crypto_key_iam_member.decrypter,
    google_project_iam_member.key_reader,
    google_secret_manager_secret_iam_member.signer,
  ]
}

# The load balancer calls without an identity: the function authenticates its callers.
resource "google_cloud_run_v2_service_iam_member" "invoker" {
  for_each = local.routes

  project  = var.project_id
  location = var.region
  name     = google_cloudfunctions2_function.function[each.key].name
  role     = "roles/run.invoker"
  member   = "allUsers"
}
