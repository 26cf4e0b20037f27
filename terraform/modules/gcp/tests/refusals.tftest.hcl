# Whatever is wrong with a variable is told before anything is made.

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
}

run "refuses_a_project_number" {
  command = plan

  variables {
    project_id = "123456789012"
  }

  expect_failures = [var.project_id]
}

run "refuses_a_zone" {
  command = plan

  variables {
    region = "europe-west1-b"
  }

  expect_failures = [var.region]
}

run "refuses_a_long_name" {
  command = plan

  variables {
    name = "sallyport-production"
  }

  expect_failures = [var.name]
}

run "refuses_a_host_with_a_scheme" {
  command = plan

  variables {
    host = "https://login.example.com"
  }

  expect_failures = [var.host]
}

run "refuses_an_address_for_a_host" {
  command = plan

  variables {
    host = "192.0.2.7"
  }

  expect_failures = [var.host]
}

run "refuses_an_issuer_with_a_slash" {
  command = plan

  variables {
    issuer = "https://login.example.com/"
  }

  expect_failures = [var.issuer]
}

run "refuses_an_issuer_without_tls" {
  command = plan

  variables {
    issuer = "http://login.example.com"
  }

  expect_failures = [var.issuer]
}

run "refuses_a_folder_without_packages" {
  command = plan

  variables {
    archives_dir = "tests"
  }

  expect_failures = [var.archives_dir]
}

run "refuses_a_zone_for_the_database" {
  command = plan

  variables {
    firestore_location = "europe-west1-b"
  }

  expect_failures = [var.firestore_location]
}

run "refuses_the_default_database" {
  command = plan

  variables {
    database = "(default)"
  }

  expect_failures = [var.database]
}

run "refuses_backups_for_longer_than_firestore_keeps_them" {
  command = plan

  variables {
    backup_retention_days = { weekly = 99 }
  }

  expect_failures = [var.backup_retention_days]
}

run "refuses_backups_for_no_day" {
  command = plan

  variables {
    backup_retention_days = { daily = 0 }
  }

  expect_failures = [var.backup_retention_days]
}

run "refuses_an_unknown_state_of_a_key" {
  command = plan

  variables {
    key_versions = { first = {}, second = { state = "old" } }
  }

  expect_failures = [var.key_versions]
}

run "refuses_a_key_version_of_an_odd_name" {
  command = plan

  variables {
    key_versions = { first = {}, "second one" = {} }
  }

  expect_failures = [var.key_versions]
}

run "refuses_to_sign_with_a_retired_key" {
  command = plan

  variables {
    key_versions = { first = { state = "retired" } }
  }

  expect_failures = [var.signing_version]
}

run "refuses_to_sign_with_an_unknown_key" {
  command = plan

  variables {
    signing_keys    = "kms"
    signing_version = "second"
  }

  expect_failures = [var.signing_version]
}

run "refuses_an_unknown_protection_level" {
  command = plan

  variables {
    key_protection_level = "EXTERNAL"
  }

  expect_failures = [var.key_protection_level]
}

run "refuses_an_old_runtime" {
  command = plan

  variables {
    runtime = "java11"
  }

  expect_failures = [var.runtime]
}

run "refuses_what_are_no_jvm_options" {
  command = plan

  variables {
    java_tool_options = "XX:+UseSerialGC"
  }

  expect_failures = [var.java_tool_options]
}

run "refuses_fewer_instances_at_most_than_at_least" {
  command = plan

  variables {
    scaling = { min_instances = 5, max_instances = 4 }
  }

  expect_failures = [var.scaling]
}

run "refuses_half_an_instance" {
  command = plan

  variables {
    scaling = { min_instances = 0.5 }
  }

  expect_failures = [var.scaling]
}

run "refuses_no_concurrency" {
  command = plan

  variables {
    scaling = { concurrency = 0 }
  }

  expect_failures = [var.scaling]
}

run "refuses_half_a_cpu" {
  command = plan

  variables {
    scaling = { cpu = "0.5" }
  }

  expect_failures = [var.scaling]
}

run "refuses_memory_without_a_unit" {
  command = plan

  variables {
    scaling = { memory = "512" }
  }

  expect_failures = [var.scaling]
}

run "refuses_a_time_limit_that_cuts_logins_off" {
  command = plan

  variables {
    scaling = { timeout_seconds = 30 }
  }

  expect_failures = [var.scaling]
}

run "refuses_instances_of_an_unknown_function" {
  command = plan

  variables {
    min_instances = { login = 1 }
  }

  expect_failures = [var.min_instances]
}

run "refuses_more_instances_at_least_than_scaling_allows" {
  command = plan

  variables {
    min_instances = { token = 21 }
  }

  expect_failures = [var.min_instances]
}

run "refuses_an_unknown_store_reader" {
  command = plan

  variables {
    store_reader = "datastore"
  }

  expect_failures = [var.store_reader]
}

run "refuses_a_stale_identity_cache" {
  command = plan

  variables {
    identity_cache_seconds = 61
  }

  expect_failures = [var.identity_cache_seconds]
}

run "refuses_to_take_the_load_balancer_for_the_caller" {
  command = plan

  variables {
    forwarded_hops = 1
  }

  expect_failures = [var.forwarded_hops]
}

run "refuses_private_hosts_that_are_out_of_reach" {
  command = plan

  variables {
    allow_private_hosts = true
  }

  expect_failures = [var.allow_private_hosts]
}

run "refuses_a_connector_by_its_bare_name" {
  command = plan

  variables {
    vpc_connector = "internal"
  }

  expect_failures = [var.vpc_connector]
}

run "refuses_a_domain_for_a_zone" {
  command = plan

  variables {
    dns_zone = "example.com"
  }

  expect_failures = [var.dns_zone]
}

run "refuses_an_old_tls_profile" {
  command = plan

  variables {
    tls_profile = "COMPATIBLE"
  }

  expect_failures = [var.tls_profile]
}

run "refuses_to_throttle_everybody" {
  command = plan

  variables {
    throttle = { requests = 0 }
  }

  expect_failures = [var.throttle]
}

run "refuses_an_interval_that_cloud_armor_does_not_know" {
  command = plan

  variables {
    throttle = { seconds = 45 }
  }

  expect_failures = [var.throttle]
}

run "refuses_to_log_more_than_everything" {
  command = plan

  variables {
    request_log_rate = 1.5
  }

  expect_failures = [var.request_log_rate]
}

run "refuses_what_is_no_email_address" {
  command = plan

  variables {
    alert_emails = ["operators"]
  }

  expect_failures = [var.alert_emails]
}

run "refuses_what_is_no_channel" {
  command = plan

  variables {
    alert_channels = ["operators"]
  }

  expect_failures = [var.alert_channels]
}

run "refuses_a_negative_threshold" {
  command = plan

  variables {
    alert_thresholds = { errors = -1 }
  }

  expect_failures = [var.alert_thresholds]
}

run "refuses_a_label_in_capitals" {
  command = plan

  variables {
    labels = { Team = "identity" }
  }

  expect_failures = [var.labels]
}

run "refuses_a_function_of_a_long_name" {
  command = plan

  variables {
    routes = {
      "well-known"           = { archive = "fn-token", class = "io.sallyport.Entry", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
      "login-for-kubernetes" = { archive = "fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "write", paths = ["/v1/token"] }
    }
  }

  expect_failures = [var.routes]
}

run "refuses_an_unknown_need_of_the_store" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.Entry", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
      token        = { archive = "fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "all", paths = ["/v1/token"] }
    }
  }

  expect_failures = [var.routes]
}

run "refuses_an_archive_by_its_path" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.Entry", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
      token        = { archive = "../fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "write", paths = ["/v1/token"] }
    }
  }

  expect_failures = [var.routes]
}

run "refuses_what_is_no_class" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.Entry", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
      token        = { archive = "fn-token", class = "token function", signs = true, unseals = false, store = "write", paths = ["/v1/token"] }
    }
  }

  expect_failures = [var.routes]
}

run "refuses_a_path_with_a_slash_at_the_end" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.Entry", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
      token        = { archive = "fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "write", paths = ["/v1/token/"] }
    }
  }

  expect_failures = [var.routes]
}

run "refuses_a_path_with_a_star" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.Entry", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
      token        = { archive = "fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "write", paths = ["/v1/*"] }
    }
  }

  expect_failures = [var.routes]
}

run "refuses_a_function_without_a_path" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.Entry", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
      token        = { archive = "fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "write", paths = [] }
    }
  }

  expect_failures = [var.routes]
}

run "refuses_to_publish_keys_from_a_function_that_signs" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
    }
  }

  expect_failures = [var.routes]
}

run "refuses_two_functions_that_publish_keys" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.Entry", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
      other        = { archive = "fn-token", class = "io.sallyport.Entry", signs = false, unseals = false, store = "none", paths = ["/.well-known/openid-configuration"] }
    }
  }

  expect_failures = [var.routes]
}

run "refuses_a_path_with_two_owners" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.Entry", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
      token        = { archive = "fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "write", paths = ["/v1/token"] }
      other        = { archive = "fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "write", paths = ["/v1/token"] }
    }
  }

  expect_failures = [google_compute_url_map.this]
}

run "refuses_a_path_that_fits_a_template_of_another" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.Entry", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
      admin        = { archive = "fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "write", paths = ["/api/v1/identities/{id}"] }
      other        = { archive = "fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "write", paths = ["/api/v1/identities/search"] }
    }
  }

  expect_failures = [google_compute_url_map.this]
}

run "refuses_templates_that_overlap" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.Entry", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
      admin        = { archive = "fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "write", paths = ["/api/{id}/keys"] }
      other        = { archive = "fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "write", paths = ["/api/keys/{id}"] }
    }
  }

  expect_failures = [google_compute_url_map.this]
}

run "refuses_a_path_that_stands_twice" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.Entry", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
      token        = { archive = "fn-token", class = "io.sallyport.Entry", signs = true, unseals = false, store = "write", paths = ["/v1/token", "/v1/token"] }
    }
  }

  expect_failures = [google_compute_url_map.this]
}

run "refuses_an_unknown_source_of_keys" {
  command = plan

  variables {
    signing_keys = "vault"
  }

  expect_failures = [var.signing_keys]
}

run "refuses_an_empty_source_of_keys" {
  command = plan

  variables {
    signing_keys = ""
  }

  expect_failures = [var.signing_keys]
}

run "refuses_a_secret_without_its_choice" {
  command = plan

  variables {
    signing_keys   = "kms"
    signing_secret = { name = "sallyport-keys", version = "3", public_keys = "{\"keys\":[{\"kty\":\"EC\"}]}" }
  }

  expect_failures = [var.signing_secret]
}

run "refuses_the_choice_without_a_secret" {
  command = plan

  variables {
    signing_keys = "secret"
  }

  expect_failures = [var.signing_secret]
}

run "refuses_the_latest_version_of_a_secret" {
  command = plan

  variables {
    signing_keys   = "secret"
    signing_secret = { name = "sallyport-keys", version = "latest", public_keys = "{\"keys\":[{\"kty\":\"EC\"}]}" }
  }

  expect_failures = [var.signing_secret]
}

run "refuses_a_private_key_as_public_key" {
  command = plan

  variables {
    signing_keys   = "secret"
    signing_secret = { name = "sallyport-keys", version = "3", public_keys = "{\"keys\":[{\"kty\":\"EC\",\"d\":\"c2VjcmV0\"}]}" }
  }

  expect_failures = [var.signing_secret]
}

run "refuses_no_public_key" {
  command = plan

  variables {
    signing_keys   = "secret"
    signing_secret = { name = "sallyport-keys", version = "3", public_keys = "{\"keys\":[]}" }
  }

  expect_failures = [var.signing_secret]
}

run "refuses_key_versions_beside_managed_keys" {
  command = plan

  variables {
    signing_keys = "managed"
    key_versions = { first = {} }
  }

  expect_failures = [var.managed_keys]
}

run "refuses_options_of_managed_keys_for_other_keys" {
  command = plan

  variables {
    signing_keys = "kms"
    managed_keys = { rotation_days = 30 }
  }

  expect_failures = [var.managed_keys]
}

run "refuses_options_of_managed_keys_beside_key_versions" {
  command = plan

  variables {
    key_versions = { first = {} }
    managed_keys = { from_kms = "publish" }
  }

  expect_failures = [var.managed_keys]
}

run "refuses_an_unknown_step" {
  command = plan

  variables {
    managed_keys = { from_kms = "both" }
  }

  expect_failures = [var.managed_keys]
}

run "refuses_a_rotation_every_half_day" {
  command = plan

  variables {
    managed_keys = { rotation_days = 0.5 }
  }

  expect_failures = [var.managed_keys]
}

run "refuses_a_rotation_longer_than_the_code_allows" {
  command = plan

  variables {
    managed_keys = { rotation_days = 91 }
  }

  expect_failures = [var.managed_keys]
}

run "refuses_an_unknown_algorithm" {
  command = plan

  variables {
    managed_keys = { algorithm = "EdDSA" }
  }

  expect_failures = [var.managed_keys]
}

run "refuses_a_schedule_of_once_a_day" {
  command = plan

  variables {
    managed_keys = { schedule = "17 3 * * *" }
  }

  expect_failures = [var.managed_keys]
}

run "refuses_a_long_name_of_a_database_with_managed_keys" {
  command = plan

  variables {
    database = "sallyport-of-the-payments-department-in-europe-and-of-others"
  }

  expect_failures = [var.database]
}

run "refuses_a_public_route_to_the_key_function" {
  command = plan

  variables {
    routes = {
      "well-known" = { archive = "fn-token", class = "io.sallyport.tokenservice.WellKnownFunction", signs = false, unseals = false, store = "none", paths = ["/.well-known/jwks.json"] }
      rotate       = { archive = "fn-keys", class = "io.sallyport.keyrotation.KeyRotationFunction", signs = false, unseals = false, store = "read", paths = ["/keys/rotate"] }
    }
  }

  expect_failures = [var.routes]
}
