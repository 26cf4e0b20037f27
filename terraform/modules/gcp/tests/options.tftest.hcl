# What variables change.

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
  target          = google_kms_crypto_key.encryption
  override_during = plan
  values          = { id = "projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets" }
}

override_module {
  target          = module.jwks
  override_during = plan
  outputs = {
    signing_keys = "the keys, and who signs"
    public_keys  = "the keys"
  }
}

variables {
  project_id   = "shop-123"
  region       = "europe-west1"
  host         = "login.example.com"
  archives_dir = "tests/archives"

  # As before managed keys: a deployment that names its versions plans the same.
  key_versions = { first = {} }
}

run "a_route_table_of_ones_own" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.tokenservice.WellKnownFunction", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json", "/.well-known/openid-configuration"] }
      token        = { archive = "fn-token", class = "io.sallyport.tokenservice.TokenFunction", signs = true, unseals = false, store = "write", paths = ["/v1/token"] }
      audit        = { archive = "fn-admin", class = "io.sallyport.adminapi.AdminFunction", signs = false, unseals = false, store = "read", paths = ["/api/v1/identities/{id}", "/api/v1/identities"] }
    }
  }

  assert {
    condition     = toset(keys(google_cloudfunctions2_function.function)) == toset(["well-known", "token", "audit"]) && toset(keys(google_storage_bucket_object.archive)) == toset(["fn-token", "fn-admin"])
    error_message = "These functions and their packages, and no others."
  }
  assert {
    condition     = google_project_iam_member.store["audit"].role == "roles/datastore.viewer" && google_project_iam_member.store["token"].role == "roles/datastore.user" && toset(keys(google_kms_crypto_key_iam_member.signer)) == toset(["token"]) && length(google_kms_crypto_key_iam_member.sealer) == 0
    error_message = "Who reads the store may not write it; who does not unseal has no role on that key."
  }
}

run "keys_that_rotate" {
  command = plan

  variables {
    key_versions = {
      "2025-07" = { state = "disabled" }
      "2026-01" = { state = "retired" }
      "2026-07" = {}
      "2027-01" = {}
    }
    signing_version = "2026-07"
  }

  assert {
    condition     = { for name, version in google_kms_crypto_key_version.signing : name => version.state } == { "2025-07" = "DISABLED", "2026-01" = "ENABLED", "2026-07" = "ENABLED", "2027-01" = "ENABLED" }
    error_message = "Every version stays, and those that are disabled are so in Cloud KMS."
  }
  assert {
    condition     = { for name, key in local.keys : name => key.state } == { "2026-01" = "retired", "2026-07" = "current", "2027-01" = "next" }
    error_message = "One signs; all that are not disabled are published."
  }
  assert {
    condition     = local.keys["2026-07"].kms == "projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/1"
    error_message = "A key names its version."
  }
}

run "the_key_itself" {
  command = plan

  variables {
    key_protection_level = "HSM"
  }

  assert {
    condition     = google_kms_crypto_key.signing[0].purpose == "ASYMMETRIC_SIGN" && google_kms_crypto_key.signing[0].version_template[0].algorithm == "EC_SIGN_P256_SHA256" && google_kms_crypto_key.signing[0].version_template[0].protection_level == "HSM" && google_kms_crypto_key.signing[0].skip_initial_version_creation
    error_message = "ES256, with no version but those that are named."
  }
  assert {
    condition     = google_kms_crypto_key.encryption.purpose == "ENCRYPT_DECRYPT" && google_kms_crypto_key.encryption.rotation_period == "7776000s" && google_kms_crypto_key.encryption.version_template[0].protection_level == "HSM"
    error_message = "The key for stored secrets is symmetric and rotates by itself."
  }
}

run "a_zone_in_cloud_dns" {
  command = plan

  variables {
    dns_zone = "example-com"
  }

  assert {
    condition     = { for name, record in google_dns_record_set.this : name => [record.managed_zone, record.name, record.type] } == { authorization = ["example-com", "_acme-challenge.login.example.com.", "CNAME"], A = ["example-com", "login.example.com.", "A"], AAAA = ["example-com", "login.example.com.", "AAAA"] }
    error_message = "The records are made."
  }
  assert {
    condition     = contains(keys(google_project_service.api), "dns.googleapis.com")
    error_message = "With Cloud DNS comes its API."
  }
}

run "a_database_that_may_go" {
  command = plan

  variables {
    deletion_protection   = false
    database              = "trial"
    firestore_location    = "eur3"
    backup_retention_days = { daily = 1, weekly = 7 }
  }

  assert {
    condition     = google_firestore_database.this.delete_protection_state == "DELETE_PROTECTION_DISABLED" && google_firestore_database.this.deletion_policy == "DELETE" && google_firestore_database.this.location_id == "eur3"
    error_message = "A destroy deletes what is not protected."
  }
  assert {
    condition     = google_firestore_backup_schedule.daily.retention == "86400s" && google_firestore_backup_schedule.weekly.retention == "604800s"
    error_message = "Backups are kept as long as is said."
  }
  assert {
    condition     = output.store == "firestore:shop-123/trial" && alltrue([for member in google_project_iam_member.store : member.condition[0].expression == "resource.name == \"projects/shop-123/databases/trial\""])
    error_message = "Roles and store follow the database."
  }
}

run "sizes" {
  command = plan

  variables {
    scaling           = { min_instances = 1, max_instances = 50, concurrency = 80, memory = "1Gi", cpu = "2", timeout_seconds = 90 }
    min_instances     = { well-known = 0, gcp-login = 3 }
    runtime           = "java25"
    java_tool_options = "-XX:+UseSerialGC"
  }

  assert {
    condition     = { for name, function in google_cloudfunctions2_function.function : name => function.service_config[0].min_instance_count if contains(["well-known", "gcp-login", "token"], name) } == { well-known = 0, gcp-login = 3, token = 1 }
    error_message = "Instances at least, by function."
  }
  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : [function.service_config[0].max_instance_count, function.service_config[0].max_instance_request_concurrency, function.service_config[0].timeout_seconds] == [50, 80, 90] && function.service_config[0].available_memory == "1Gi" && function.service_config[0].available_cpu == "2" && function.build_config[0].runtime == "java25"])
    error_message = "Functions are as large as is said."
  }
  assert {
    condition     = alltrue([for environment in local.environment : environment.JAVA_TOOL_OPTIONS == "-XX:+UseSerialGC"])
    error_message = "The JVM's options."
  }
}

run "behind_another_proxy" {
  command = plan

  variables {
    forwarded_hops         = 3
    identity_cache_seconds = 0
    allow_private_hosts    = true
    vpc_connector          = "projects/shop-123/locations/europe-west1/connectors/internal"
    store_reader           = "firestore-rest"
    issuer                 = "https://id.example.com"
    tls_profile            = "MODERN"
    throttle               = { requests = 100, seconds = 10 }
  }

  assert {
    condition     = alltrue([for environment in local.environment : environment.SALLYPORT_FORWARDED_HOPS == "3" && environment.SALLYPORT_IDENTITY_CACHE_SECONDS == "0" && environment.SALLYPORT_ALLOW_PRIVATE_HOSTS == "true" && environment.SALLYPORT_ISSUER == "https://id.example.com"])
    error_message = "The functions are told."
  }
  assert {
    condition     = local.environment.token.SALLYPORT_STORE == "firestore-rest:shop-123/sallyport"
    error_message = "The store is read as is said."
  }
  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : function.service_config[0].vpc_connector == "projects/shop-123/locations/europe-west1/connectors/internal" && function.service_config[0].vpc_connector_egress_settings == "PRIVATE_RANGES_ONLY"])
    error_message = "Private addresses are reached by the connector, and nothing else."
  }
  assert {
    condition     = google_compute_ssl_policy.this.profile == "MODERN" && [for rule in google_compute_security_policy.throttle.rule : [rule.rate_limit_options[0].rate_limit_threshold[0].count, rule.rate_limit_options[0].rate_limit_threshold[0].interval_sec] if rule.action == "throttle"] == [[100, 10]]
    error_message = "TLS and throttle as is said."
  }
}

run "whom_to_tell" {
  command = plan

  variables {
    alert_emails     = ["operators@example.com"]
    alert_channels   = ["projects/shop-123/notificationChannels/42"]
    alert_thresholds = { errors = 1, denials = 10, latency_ms = 500 }
    request_log_rate = 0
    enable_apis      = false
    name             = "login-eu"
    labels           = { team = "identity" }
  }

  assert {
    condition     = [for channel in google_monitoring_notification_channel.email : [channel.type, channel.labels.email_address]] == [["email", "operators@example.com"]]
    error_message = "An e-mail address becomes a channel."
  }
  assert {
    condition     = alltrue([for policy in google_monitoring_alert_policy.this : length(policy.notification_channels) == 2 && policy.notification_channels[0] == "projects/shop-123/notificationChannels/42"])
    error_message = "Both are told of every alert."
  }
  assert {
    condition     = strcontains(google_monitoring_alert_policy.this["denials"].conditions[0].condition_prometheus_query_language[0].query, "logging_googleapis_com:user_login_eu_decisions{outcome=\"denied\"}[5m])) > 10")
    error_message = "The metric by PromQL's name, and the threshold."
  }
  assert {
    condition     = alltrue([for service in google_compute_backend_service.function : !service.log_config[0].enable]) && length(google_project_service.api) == 0
    error_message = "No log of requests; APIs are somebody else's."
  }
  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : function.labels.team == "identity" && startswith(function.name, "login-eu-")])
    error_message = "Names and labels."
  }
}
