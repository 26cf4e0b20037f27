# Managed keys, the default: what is created for them, who may do what, and how a deployment moves to them from Cloud KMS.

mock_provider "google" {
  override_during = plan

  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
  mock_resource "google_kms_crypto_key_version" {
    defaults = { name = "projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/1" }
  }
  mock_resource "google_service_account" {
    defaults = {
      name   = "projects/shop-123/serviceAccounts/mocked@shop-123.iam.gserviceaccount.com"
      email  = "mocked@shop-123.iam.gserviceaccount.com"
      member = "serviceAccount:mocked@shop-123.iam.gserviceaccount.com"
    }
  }
  mock_resource "google_compute_security_policy" {
    defaults = { self_link = "the security_policy" }
  }
  mock_resource "google_compute_ssl_policy" {
    defaults = { self_link = "the ssl_policy" }
  }
  mock_resource "google_compute_target_https_proxy" {
    defaults = { self_link = "the target_https_proxy" }
  }
  mock_resource "google_compute_url_map" {
    defaults = { self_link = "the url_map" }
  }
  mock_resource "google_certificate_manager_dns_authorization" {
    defaults = { dns_resource_record = [{ name = "_acme-challenge.login.example.com.", type = "CNAME", data = "abc.authorize.certificatemanager.goog." }] }
  }
  mock_resource "google_certificate_manager_certificate_map" {
    defaults = { id = "projects/shop-123/locations/global/certificateMaps/sallyport" }
  }
}

override_resource {
  target          = google_kms_crypto_key.signing
  override_during = plan
  values          = { id = "projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens" }
}

override_resource {
  target          = google_kms_crypto_key.managed
  override_during = plan
  values          = { id = "projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys" }
}

override_resource {
  target          = google_kms_crypto_key.encryption
  override_during = plan
  values          = { id = "projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets" }
}

override_resource {
  target          = google_service_account.keys
  override_during = plan
  values          = { email = "keys@shop-123.iam.gserviceaccount.com", member = "serviceAccount:keys@shop-123.iam.gserviceaccount.com" }
}

override_resource {
  target          = google_service_account.keys_scheduler
  override_during = plan
  values          = { email = "scheduler@shop-123.iam.gserviceaccount.com", member = "serviceAccount:scheduler@shop-123.iam.gserviceaccount.com" }
}

override_resource {
  target          = google_cloudfunctions2_function.keys
  override_during = plan
  values          = { service_config = { uri = "https://sallyport-keys-abc-ew.a.run.app" } }
}

override_module {
  target          = module.jwks
  override_during = plan
  outputs = {
    signing_keys = "the keys, and who signs"
    public_keys  = "the keys"
  }
}

override_resource {
  target          = google_compute_backend_service.function["token"]
  override_during = plan
  values          = { self_link = "token's backend" }
}

override_resource {
  target          = google_compute_backend_service.function["well-known"]
  override_during = plan
  values          = { self_link = "well-known's backend" }
}

variables {
  project_id   = "shop-123"
  region       = "europe-west1"
  host         = "login.example.com"
  archives_dir = "tests/archives"
}

run "the_key_and_the_database" {
  command = plan

  assert {
    condition     = google_kms_crypto_key.managed[0].name == "signing-keys" && google_kms_crypto_key.managed[0].purpose == "ENCRYPT_DECRYPT" && google_kms_crypto_key.managed[0].rotation_period == "7776000s" && google_kms_crypto_key.managed[0].version_template[0].algorithm == "GOOGLE_SYMMETRIC_ENCRYPTION"
    error_message = "A symmetric key encrypts the signing keys."
  }
  assert {
    condition     = google_kms_crypto_key.managed[0].id != google_kms_crypto_key.encryption.id && alltrue([for environment in local.environment : !strcontains(lookup(environment, "SALLYPORT_ENCRYPTION_KEY", ""), "signing-keys")])
    error_message = "It encrypts nothing else."
  }
  assert {
    condition     = google_firestore_database.keys[0].name == "sallyport-keys" && google_firestore_database.keys[0].type == "FIRESTORE_NATIVE" && google_firestore_database.keys[0].location_id == "europe-west1"
    error_message = "The keys have a separate database."
  }
  assert {
    condition     = google_firestore_database.keys[0].delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.keys[0].deletion_policy == "ABANDON" && google_firestore_database.keys[0].point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
    error_message = "It is protected from deletion, with point-in-time recovery."
  }
  assert {
    condition     = length(google_kms_crypto_key.signing) == 0 && length(google_kms_crypto_key_version.signing) == 0 && length(google_kms_crypto_key_iam_member.signer) == 0 && output.signing_key == null
    error_message = "No key of Cloud KMS signs."
  }
  assert {
    condition     = output.earlier_keys == null
    error_message = "There are no earlier keys."
  }
  assert {
    condition     = output.signing_keys == "managed:projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys" && output.public_keys == "managed" && output.managed_keys == { encryption_key = "projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys", database = "sallyport-keys", from_kms = false }
    error_message = "What the modules of other clouds need."
  }
}

run "who_may_do_what" {
  command = plan

  assert {
    condition     = google_kms_crypto_key_iam_member.encrypter[0].role == "roles/cloudkms.cryptoKeyEncrypter" && google_kms_crypto_key_iam_member.encrypter[0].crypto_key_id == google_kms_crypto_key.managed[0].id && google_kms_crypto_key_iam_member.encrypter[0].member == "serviceAccount:keys@shop-123.iam.gserviceaccount.com"
    error_message = "The key function encrypts, and does not decrypt."
  }
  assert {
    condition     = toset(keys(google_kms_crypto_key_iam_member.decrypter)) == toset(["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token"])
    error_message = "Only functions that issue tokens may decrypt."
  }
  assert {
    condition     = alltrue([for member in google_kms_crypto_key_iam_member.decrypter : member.role == "roles/cloudkms.cryptoKeyDecrypter" && member.crypto_key_id == google_kms_crypto_key.managed[0].id])
    error_message = "They decrypt with that key, and do not encrypt."
  }
  assert {
    condition     = google_project_iam_member.key_writer[0].role == "roles/datastore.user" && google_project_iam_member.key_writer[0].member == "serviceAccount:keys@shop-123.iam.gserviceaccount.com" && google_project_iam_member.key_writer[0].condition[0].expression == "resource.name == \"projects/shop-123/databases/sallyport-keys\""
    error_message = "The key function writes the key database, and no other."
  }
  assert {
    condition     = toset(keys(google_project_iam_member.key_reader)) == toset(["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token", "introspection", "well-known", "admin"])
    error_message = "Every function on the public address reads the keys."
  }
  assert {
    condition     = alltrue([for member in google_project_iam_member.key_reader : member.role == "roles/datastore.viewer" && member.condition[0].expression == "resource.name == \"projects/shop-123/databases/sallyport-keys\""])
    error_message = "They cannot write them."
  }
  assert {
    condition     = alltrue([for member in google_project_iam_member.store : member.condition[0].expression == "resource.name == \"projects/shop-123/databases/sallyport\""]) && !contains(keys(google_project_iam_member.store), "keys")
    error_message = "The role on the store does not reach the key database, and the key function does not reach the store."
  }
  assert {
    condition     = alltrue([for member in google_kms_crypto_key_iam_member.sealer : member.crypto_key_id == google_kms_crypto_key.encryption.id])
    error_message = "Functions that decrypt stored secrets have no role on the key of the signing keys."
  }
}

run "the_key_function" {
  command = plan

  assert {
    condition     = google_cloudfunctions2_function.keys[0].build_config[0].entry_point == "io.sallyport.keyrotation.KeyRotationFunction" && startswith(google_storage_bucket_object.archive["fn-keys"].name, "fn-keys-") && google_cloudfunctions2_function.keys[0].build_config[0].source[0].storage_source[0].object == google_storage_bucket_object.archive["fn-keys"].name
    error_message = "The key function runs its package."
  }
  assert {
    condition     = google_cloudfunctions2_function.keys[0].service_config[0].service_account_email == "keys@shop-123.iam.gserviceaccount.com" && google_service_account.keys[0].account_id == "sallyport-keys"
    error_message = "It has a separate account."
  }
  assert {
    condition     = google_cloudfunctions2_function.keys[0].service_config[0].environment_variables == tomap({ SALLYPORT_ISSUER = "https://login.example.com", SALLYPORT_SIGNING_KEYS = "managed:projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys", SALLYPORT_KEY_DATABASE = "firestore:shop-123/sallyport-keys", SALLYPORT_KEY_ROTATION_DAYS = "7", SALLYPORT_KEY_ALGORITHM = "ES256", SALLYPORT_FORWARDED_HOPS = "0", GOOGLE_CLOUD_PROJECT = "shop-123", JAVA_TOOL_OPTIONS = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1" })
    error_message = "It knows these, and nothing of identities or stored secrets."
  }
  assert {
    condition     = google_cloudfunctions2_function.keys[0].service_config[0].ingress_settings == "ALLOW_INTERNAL_ONLY"
    error_message = "It cannot be reached from the internet."
  }
  assert {
    condition     = !contains(keys(google_compute_backend_service.function), "keys") && !contains(keys(google_compute_region_network_endpoint_group.function), "keys") && length([for rule in google_compute_url_map.this.path_matcher[0].route_rules : rule if anytrue([for match in rule.match_rules : strcontains(coalesce(match.full_path_match, match.path_template_match), "keys/rotate")])]) == 0
    error_message = "No route of the load balancer leads to it."
  }
  assert {
    condition     = alltrue([for group in google_compute_region_network_endpoint_group.function : group.cloud_run[0].service != "sallyport-keys"])
    error_message = "No backend of the load balancer leads to it."
  }
}

run "the_scheduler" {
  command = plan

  assert {
    condition     = google_cloud_run_v2_service_iam_member.keys_scheduler[0].member == "serviceAccount:scheduler@shop-123.iam.gserviceaccount.com" && google_cloud_run_v2_service_iam_member.keys_scheduler[0].role == "roles/run.invoker" && google_cloud_run_v2_service_iam_member.keys_scheduler[0].name == "sallyport-keys"
    error_message = "The scheduler's account may call the key function."
  }
  assert {
    condition     = !contains(keys(google_cloud_run_v2_service_iam_member.invoker), "keys") && alltrue([for invoker in google_cloud_run_v2_service_iam_member.invoker : invoker.name != "sallyport-keys"])
    error_message = "No one else may call it."
  }
  assert {
    condition     = google_cloud_scheduler_job.keys[0].schedule == "17 * * * *" && google_cloud_scheduler_job.keys[0].time_zone == "Etc/UTC" && google_cloud_scheduler_job.keys[0].retry_config[0].retry_count == 5
    error_message = "Every hour, and again if a call fails."
  }
  assert {
    condition     = google_cloud_scheduler_job.keys[0].http_target[0].http_method == "POST" && google_cloud_scheduler_job.keys[0].http_target[0].uri == "https://sallyport-keys-abc-ew.a.run.app/keys/rotate"
    error_message = "It calls the function's only route."
  }
  assert {
    condition     = google_cloud_scheduler_job.keys[0].http_target[0].oidc_token[0].service_account_email == "scheduler@shop-123.iam.gserviceaccount.com" && google_cloud_scheduler_job.keys[0].http_target[0].oidc_token[0].audience == "https://sallyport-keys-abc-ew.a.run.app"
    error_message = "It authenticates with an ID token for that function."
  }
  assert {
    condition     = contains([for api in google_project_service.api : api.service], "cloudscheduler.googleapis.com") && output.key_scheduler_job == "sallyport-keys"
    error_message = "The API is enabled, and the job can be run by hand."
  }
}

run "what_functions_are_told" {
  command = plan

  assert {
    condition     = alltrue([for name in ["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token"] : local.environment[name].SALLYPORT_SIGNING_KEYS == "managed:projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys" && !contains(keys(local.environment[name]), "SALLYPORT_PUBLIC_KEYS")])
    error_message = "Functions that issue tokens know what decrypts the keys."
  }
  assert {
    condition     = alltrue([for name in ["introspection", "well-known", "admin"] : local.environment[name].SALLYPORT_PUBLIC_KEYS == "managed" && !contains(keys(local.environment[name]), "SALLYPORT_SIGNING_KEYS")])
    error_message = "Functions that publish keys or verify tokens do not."
  }
  assert {
    condition     = alltrue([for environment in local.environment : environment.SALLYPORT_KEY_DATABASE == "firestore:shop-123/sallyport-keys" && environment.SALLYPORT_KEY_ROTATION_DAYS == "7" && !contains(keys(environment), "SALLYPORT_EARLIER_KEYS")])
    error_message = "All know where the keys are."
  }
  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : length(function.service_config[0].secret_environment_variables) == 0])
    error_message = "No secret is mounted."
  }
}

run "alerts" {
  command = plan

  assert {
    condition     = google_logging_metric.audit["key_function_failures"].filter == "resource.type=\"cloud_run_revision\" AND resource.labels.location=\"europe-west1\" AND resource.labels.service_name=\"sallyport-keys\" AND (jsonPayload.outcome=(\"denied\" OR \"undecided\") OR jsonPayload.exception:*)"
    error_message = "Calls that made no key although one was due are counted."
  }
  assert {
    condition     = endswith(google_logging_metric.audit["key_function_calls"].filter, "resource.labels.service_name=\"sallyport-keys\" AND jsonPayload.outcome=\"granted\"")
    error_message = "Calls that succeeded are counted."
  }
  assert {
    condition     = strcontains(google_logging_metric.audit["refused_keys"].filter, "\"sallyport-well-known\"") && endswith(google_logging_metric.audit["refused_keys"].filter, " AND jsonPayload.message=\"managed signing key not used\"")
    error_message = "Stored keys that functions refuse are counted."
  }
  assert {
    condition = { for condition in google_monitoring_alert_policy.this["keys"].conditions : condition.display_name => condition.condition_prometheus_query_language[0].query } == {
      "The key function fails"  = "sum(increase(logging_googleapis_com:user_sallyport_key_function_failures[1h])) > 0"
      "Stored keys are refused" = "sum(increase(logging_googleapis_com:user_sallyport_refused_keys[5m])) > 0"
    }
    error_message = "A key that was not made, or is refused, raises an alert."
  }
  assert {
    condition     = google_monitoring_alert_policy.this["keys_overdue"].conditions[0].condition_prometheus_query_language[0].query == "(sum(increase(logging_googleapis_com:user_sallyport_key_function_calls[24h])) or vector(0)) == 0" && google_monitoring_alert_policy.this["keys_overdue"].conditions[0].condition_prometheus_query_language[0].duration == "46800s"
    error_message = "A scheduler that does not call raises an alert."
  }
  assert {
    condition     = google_monitoring_alert_policy.this["errors"].conditions[0].condition_prometheus_query_language[0].duration == "0s"
    error_message = "Other alerts come at once."
  }
}

run "a_move_from_cloud_kms_begins" {
  command = plan

  variables {
    signing_keys = "managed"
    managed_keys = { from_kms = "publish" }
    key_versions = { first = {} }
  }

  assert {
    condition     = local.environment.token.SALLYPORT_SIGNING_KEYS == "the keys, and who signs" && !contains(keys(local.environment.token), "SALLYPORT_KEY_DATABASE") && output.signing_keys == "the keys, and who signs"
    error_message = "Cloud KMS still signs."
  }
  assert {
    condition     = local.environment["well-known"].SALLYPORT_PUBLIC_KEYS == "managed" && local.environment["well-known"].SALLYPORT_EARLIER_KEYS == "the keys" && local.environment.introspection.SALLYPORT_EARLIER_KEYS == "the keys"
    error_message = "Both kinds of keys are published and accepted."
  }
  assert {
    condition     = contains(keys(google_kms_crypto_key_iam_member.decrypter), "token") && contains(keys(google_project_iam_member.key_reader), "token") && contains(keys(google_kms_crypto_key_iam_member.signer), "token") && length(google_kms_crypto_key_version.signing) == 1
    error_message = "The grants for the next step are made before it."
  }
}

run "a_move_from_cloud_kms_ends" {
  command = plan

  variables {
    signing_keys = "managed"
    managed_keys = { from_kms = "sign" }
  }

  assert {
    condition     = startswith(local.environment.token.SALLYPORT_SIGNING_KEYS, "managed:") && local.environment.token.SALLYPORT_EARLIER_KEYS == "the keys" && startswith(output.signing_keys, "managed:")
    error_message = "Managed keys sign."
  }
  assert {
    condition     = local.environment["well-known"].SALLYPORT_EARLIER_KEYS == "the keys" && length(google_kms_crypto_key_version.signing) == 1
    error_message = "The keys of Cloud KMS stay published."
  }
  assert {
    condition     = output.earlier_keys == "the keys" && output.managed_keys.from_kms && output.signing_key != null
    error_message = "Functions on other clouds can move as well."
  }
  assert {
    condition     = contains(keys(google_kms_crypto_key_iam_member.signer), "token")
    error_message = "Instances that were not replaced yet can sign."
  }
  assert {
    condition     = !contains(keys(local.key_settings), "SALLYPORT_EARLIER_KEYS")
    error_message = "The key function needs no earlier keys."
  }
}

run "options" {
  command = plan

  variables {
    managed_keys         = { rotation_days = 30, algorithm = "RS256", schedule = "5 */6 * * *" }
    store_reader         = "firestore-rest"
    key_protection_level = "HSM"
    deletion_protection  = false
  }

  assert {
    condition     = google_cloudfunctions2_function.keys[0].service_config[0].environment_variables.SALLYPORT_KEY_ALGORITHM == "RS256" && alltrue([for environment in concat(values(local.environment), [local.key_settings]) : environment.SALLYPORT_KEY_ROTATION_DAYS == "30" && environment.SALLYPORT_KEY_DATABASE == "firestore-rest:shop-123/sallyport-keys"])
    error_message = "Algorithm, rotation and reader."
  }
  assert {
    condition     = google_cloud_scheduler_job.keys[0].schedule == "5 */6 * * *" && google_kms_crypto_key.managed[0].version_template[0].protection_level == "HSM"
    error_message = "Schedule and protection level."
  }
  assert {
    condition     = google_firestore_database.keys[0].deletion_policy == "DELETE" && google_firestore_database.keys[0].delete_protection_state == "DELETE_PROTECTION_DISABLED"
    error_message = "Without protection, a destroy deletes it."
  }
}

run "cloud_kms_if_asked_for" {
  command = plan

  variables {
    signing_keys = "kms"
  }

  assert {
    condition     = keys(google_kms_crypto_key_version.signing) == ["first"] && output.signing_keys == "the keys, and who signs" && output.public_keys == "the keys" && output.managed_keys == null
    error_message = "One version signs."
  }
  assert {
    condition     = length(google_cloudfunctions2_function.keys) + length(google_firestore_database.keys) + length(google_kms_crypto_key.managed) + length(google_cloud_scheduler_job.keys) + length(google_project_iam_member.key_reader) + length(google_kms_crypto_key_iam_member.decrypter) == 0 && !contains(keys(google_storage_bucket_object.archive), "fn-keys") && !contains(keys(google_monitoring_alert_policy.this), "keys")
    error_message = "Nothing of managed keys is created."
  }
}

run "a_secret" {
  command = plan

  variables {
    signing_keys   = "secret"
    signing_secret = { name = "sallyport-keys", version = "3", public_keys = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"eA\",\"y\":\"eQ\",\"alg\":\"ES256\"}]}" }
  }

  assert {
    condition = jsonencode({ for name, function in google_cloudfunctions2_function.function : name => [for secret in function.service_config[0].secret_environment_variables : "${secret.key} ${secret.project_id} ${secret.secret} ${secret.version}"] }) == jsonencode({
      for name in keys(google_cloudfunctions2_function.function) : name => [for secret in ["SALLYPORT_SIGNING_KEYS shop-123 sallyport-keys 3"] : secret if contains(["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token"], name)]
    })
    error_message = "Only functions that issue tokens get the secret, in one version."
  }
  assert {
    condition     = toset(keys(google_secret_manager_secret_iam_member.signer)) == toset(["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token"]) && alltrue([for member in google_secret_manager_secret_iam_member.signer : member.role == "roles/secretmanager.secretAccessor" && member.secret_id == "sallyport-keys" && member.condition[0].expression == "resource.name.endsWith(\"/secrets/sallyport-keys/versions/3\")"])
    error_message = "Only they may read it, and only that version."
  }
  assert {
    condition     = strcontains(local.environment["well-known"].SALLYPORT_PUBLIC_KEYS, "P-256") && alltrue([for environment in local.environment : !contains(keys(environment), "SALLYPORT_SIGNING_KEYS")])
    error_message = "The others get public keys."
  }
  assert {
    condition     = output.signing_keys == null && length(google_kms_crypto_key.signing) == 0 && length(google_kms_crypto_key.managed) == 0 && contains([for api in google_project_service.api : api.service], "secretmanager.googleapis.com")
    error_message = "No key of Cloud KMS signs."
  }
}
