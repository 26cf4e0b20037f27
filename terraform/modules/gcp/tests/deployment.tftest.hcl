# What is built where Cloud KMS signs; otherwise by the defaults. managed.tftest.hcl: the default keys.

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

  # As before managed keys: a deployment that names its versions plans the same.
  key_versions = { first = {} }
}

run "functions" {
  command = plan

  assert {
    condition     = toset(keys(google_cloudfunctions2_function.function)) == toset(["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token", "introspection", "well-known", "admin"])
    error_message = "One function for each of the route table."
  }
  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : function.service_config[0].ingress_settings == "ALLOW_INTERNAL_AND_GCLB"])
    error_message = "No caller can bypass the load balancer."
  }
  assert {
    condition     = google_cloudfunctions2_function.function["token"].build_config[0].source[0].storage_source[0].object == "fn-token-e82100c0a4ad5b6801ab7c7ddaa7b1868d5b8d1d22ce7f32f757e034bd46f7e5.zip"
    error_message = "A package must be named by its SHA-256."
  }
  assert {
    condition     = google_cloudfunctions2_function.function["token"].build_config[0].entry_point == "io.sallyport.tokenservice.TokenFunction" && google_cloudfunctions2_function.function["introspection"].build_config[0].entry_point == "io.sallyport.tokenservice.IntrospectionFunction"
    error_message = "Functions that share a package differ by their class."
  }
  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : function.build_config[0].runtime == "java21" && function.build_config[0].service_account == google_service_account.build.name])
    error_message = "Built by the account that is for that, for Java 21."
  }
  assert {
    condition     = alltrue([for function in google_cloudfunctions2_function.function : function.service_config[0].max_instance_count == 20 && function.service_config[0].min_instance_count == 0 && function.service_config[0].max_instance_request_concurrency == 40])
    error_message = "Functions scale as scaling says."
  }
}

run "accounts" {
  command = plan

  assert {
    condition     = length(distinct([for account in google_service_account.function : account.account_id])) == 11 && !contains([for account in google_service_account.function : account.account_id], google_service_account.build.account_id)
    error_message = "One account for each function, and another one that builds."
  }
  assert {
    condition     = toset(keys(google_kms_crypto_key_iam_member.signer)) == toset(["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token"])
    error_message = "Only functions that issue tokens may sign."
  }
  assert {
    condition     = alltrue([for member in google_kms_crypto_key_iam_member.signer : member.role == "roles/cloudkms.signer"])
    error_message = "Signing takes roles/cloudkms.signer, which neither reads nor changes keys."
  }
  assert {
    condition     = toset(keys(google_kms_crypto_key_iam_member.sealer)) == toset(["kubernetes-login", "token", "introspection", "admin"])
    error_message = "Only functions that decrypt stored secrets may use the encryption key."
  }
  assert {
    condition     = alltrue([for member in google_kms_crypto_key_iam_member.sealer : member.role == "roles/cloudkms.cryptoKeyEncrypterDecrypter" && member.crypto_key_id == google_kms_crypto_key.encryption.id]) && alltrue([for member in google_kms_crypto_key_iam_member.signer : member.crypto_key_id == google_kms_crypto_key.signing[0].id])
    error_message = "Each role is on its key alone."
  }
  assert {
    condition     = toset(keys(google_project_iam_member.store)) == toset(["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token", "introspection", "admin"])
    error_message = "What publishes keys has no role on the store."
  }
  assert {
    condition     = alltrue([for member in google_project_iam_member.store : member.role == "roles/datastore.user" && member.condition[0].expression == "resource.name == \"projects/shop-123/databases/sallyport\""])
    error_message = "The role on the store is bound to the one database."
  }
  assert {
    condition     = google_project_iam_member.build_source.role == "roles/storage.objectViewer" && google_project_iam_member.build_source.condition[0].expression == "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-123456789012-europe-west1\") || resource.name.startsWith(\"projects/_/buckets/shop-123-sallyport-source\")"
    error_message = "The build account only reads sources."
  }
}

run "configuration" {
  command = plan

  assert {
    condition = google_cloudfunctions2_function.function["well-known"].service_config[0].environment_variables == tomap({
      SALLYPORT_ISSUER                 = "https://login.example.com"
      SALLYPORT_PUBLIC_KEYS            = "the keys"
      SALLYPORT_FORWARDED_HOPS         = "2"
      SALLYPORT_IDENTITY_CACHE_SECONDS = "5"
      SALLYPORT_ALLOW_PRIVATE_HOSTS    = "false"
      GOOGLE_CLOUD_PROJECT             = "shop-123"
      JAVA_TOOL_OPTIONS                = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
    })
    error_message = "What publishes keys knows these, and nothing else."
  }
  assert {
    condition     = local.environment["gcp-login"].SALLYPORT_SIGNING_KEYS == "the keys, and who signs" && !contains(keys(local.environment["gcp-login"]), "SALLYPORT_PUBLIC_KEYS") && !contains(keys(local.environment["gcp-login"]), "SALLYPORT_ENCRYPTION_KEY")
    error_message = "Logins sign; Google's needs no stored secret."
  }
  assert {
    condition     = alltrue([for name in ["introspection", "admin"] : !contains(keys(local.environment[name]), "SALLYPORT_SIGNING_KEYS") && local.environment[name].SALLYPORT_PUBLIC_KEYS == "the keys"])
    error_message = "Who verifies tokens has public keys alone."
  }
  assert {
    condition     = local.environment["kubernetes-login"].SALLYPORT_ENCRYPTION_KEY == "gcpkms:projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets"
    error_message = "Cloud KMS encrypts stored secrets."
  }
  assert {
    condition     = alltrue([for name, environment in local.environment : lookup(environment, "SALLYPORT_STORE", "") == (name == "well-known" ? "" : "firestore:shop-123/sallyport")])
    error_message = "The store is the database of this module."
  }
}

run "store" {
  command = plan

  assert {
    condition     = google_firestore_database.this.type == "FIRESTORE_NATIVE" && google_firestore_database.this.location_id == "europe-west1" && google_firestore_database.this.point_in_time_recovery_enablement == "POINT_IN_TIME_RECOVERY_ENABLED"
    error_message = "A native database in the region, with point-in-time recovery."
  }
  assert {
    condition     = google_firestore_database.this.delete_protection_state == "DELETE_PROTECTION_ENABLED" && google_firestore_database.this.deletion_policy == "ABANDON"
    error_message = "The database is protected from deletion by mistake."
  }
  assert {
    condition     = google_firestore_backup_schedule.daily.retention == "1209600s" && google_firestore_backup_schedule.weekly.retention == "8467200s"
    error_message = "Backups are kept for 14 days and 14 weeks."
  }
  assert {
    condition     = length(google_firestore_backup_schedule.daily.daily_recurrence) == 1 && google_firestore_backup_schedule.weekly.weekly_recurrence[0].day == "SUNDAY"
    error_message = "One backup a day and one a week."
  }
  assert {
    condition     = toset([for field in google_firestore_field.expiry : "${field.collection}.${field.field}"]) == toset(["sessions.expireAt", "assertions.expireAt", "revocations.expireAt"])
    error_message = "What expires is deleted."
  }
  assert {
    condition     = alltrue([for field in google_firestore_field.expiry : length(field.ttl_config) == 1 && length(field.index_config) == 1 && length(field.index_config[0].indexes) == 0])
    error_message = "A time that something expires at has a TTL and no index."
  }
}

run "load_balancer" {
  command = plan

  assert {
    condition = toset(flatten([for rule in google_compute_url_map.this.path_matcher[0].route_rules : [for match in rule.match_rules : trimsuffix(coalesce(match.full_path_match, match.path_template_match), "/")]])) == toset([
      "/api/v1/auth/gcp-auth/login", "/api/v1/auth/azure-auth/login", "/api/v1/auth/kubernetes-auth/login", "/api/v1/auth/aws-auth/login", "/api/v1/auth/universal-auth/login",
      "/api/v1/auth/oidc-auth/login", "/api/v1/auth/jwt-auth/login", "/api/v1/auth/spiffe-auth/login",
      "/api/v1/auth/token/renew", "/api/v1/auth/token/revoke",
      "/v1/token", "/v1/introspect", "/v1/revoke",
      "/.well-known/jwks.json", "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration",
      "/api/v1/identities", "/api/v1/identities/details", "/api/v1/identities/*", "/api/v1/identities/*/client-secrets", "/api/v1/identities/*/client-secrets/*",
      "/api/v1/signing-keys", "/api/v1/identities/*/disable", "/api/v1/identities/*/enable", "/api/v1/identities/*/revoke-tokens",
      "/api/v1/auth/gcp-auth/identities/*", "/api/v1/auth/azure-auth/identities/*", "/api/v1/auth/kubernetes-auth/identities/*", "/api/v1/auth/aws-auth/identities/*",
      "/api/v1/auth/universal-auth/identities/*", "/api/v1/auth/universal-auth/identities/*/client-secrets", "/api/v1/auth/universal-auth/identities/*/client-secrets/*", "/api/v1/auth/universal-auth/identities/*/client-secrets/*/revoke", "/api/v1/auth/oidc-auth/identities/*", "/api/v1/auth/jwt-auth/identities/*", "/api/v1/auth/spiffe-auth/identities/*",
      "/api/v1/auth/jwt-bearer-auth/identities/*", "/api/v1/auth/client-key-auth/identities/*", "/api/v1/auth/client-secret-auth/identities/*",
    ])
    error_message = "The load balancer knows every path of the route table, and no other."
  }
  assert {
    condition = alltrue([
      for rule in google_compute_url_map.this.path_matcher[0].route_rules : alltrue([
        for match in rule.match_rules : contains([for other in rule.match_rules : other.full_path_match], "${match.full_path_match}/")
        if match.full_path_match != null && !endswith(coalesce(match.full_path_match, "-"), "/")
      ])
    ])
    error_message = "A slash behind a path is ignored."
  }
  assert {
    condition     = alltrue(flatten([for rule in google_compute_url_map.this.path_matcher[0].route_rules : [for match in rule.match_rules : match.prefix_match == null && (match.full_path_match == null) == strcontains(coalesce(match.path_template_match, "-"), "*")]]))
    error_message = "Paths are matched whole, and templates as templates."
  }
  assert {
    condition = [for rule in google_compute_url_map.this.path_matcher[0].route_rules : rule.service if contains([for match in rule.match_rules : match.full_path_match], "/v1/token")] == ["token's backend"] && [
      for rule in google_compute_url_map.this.path_matcher[0].route_rules : rule.service if contains([for match in rule.match_rules : match.full_path_match], "/.well-known/jwks.json")
    ] == ["well-known's backend"]
    error_message = "Each path leads to its function."
  }
  assert {
    condition     = length(distinct([for rule in google_compute_url_map.this.path_matcher[0].route_rules : rule.priority])) == 11
    error_message = "Rules have priorities of their own."
  }
  assert {
    condition     = [for rule in google_compute_url_map.this.host_rule : rule.hosts] == [toset(["login.example.com"])]
    error_message = "One host."
  }
  assert {
    condition = alltrue([
      for actions in [google_compute_url_map.this.default_route_action, google_compute_url_map.this.path_matcher[0].default_route_action] :
      actions[0].fault_injection_policy[0].abort[0].http_status == 404 && actions[0].fault_injection_policy[0].abort[0].percentage == 100
    ])
    error_message = "Whatever is not there is answered 404, on another host too."
  }
  assert {
    condition     = alltrue([for service in concat(values(google_compute_backend_service.function), [google_compute_backend_service.nowhere]) : service.load_balancing_scheme == "EXTERNAL_MANAGED" && service.security_policy == google_compute_security_policy.throttle.self_link])
    error_message = "Every backend is behind the throttle."
  }
  assert {
    condition     = toset([for name, service in google_compute_backend_service.function : name if service.enable_cdn]) == toset(["well-known"]) && google_compute_backend_service.nowhere.enable_cdn != true
    error_message = "Nothing but what is public is ever cached."
  }
  assert {
    condition     = google_compute_backend_service.function["well-known"].cdn_policy[0].cache_mode == "USE_ORIGIN_HEADERS" && !google_compute_backend_service.function["well-known"].cdn_policy[0].cache_key_policy[0].include_query_string
    error_message = "The function says what is cached and how long; a query makes no other entry."
  }
  assert {
    condition     = alltrue([for name, group in google_compute_region_network_endpoint_group.function : group.network_endpoint_type == "SERVERLESS" && group.cloud_run[0].service == "sallyport-${name}"])
    error_message = "Each backend leads to its function."
  }
  assert {
    condition     = [for rule in google_compute_security_policy.throttle.rule : [rule.rate_limit_options[0].rate_limit_threshold[0].count, rule.rate_limit_options[0].rate_limit_threshold[0].interval_sec, rule.rate_limit_options[0].exceed_action, rule.rate_limit_options[0].enforce_on_key, one(rule.match[0].config[0].src_ip_ranges)] if rule.action == "throttle"] == [[600, 60, "deny(429)", "IP", "*"]]
    error_message = "Too many requests of one address are answered 429."
  }
  assert {
    condition     = google_compute_ssl_policy.this.profile == "RESTRICTED" && google_compute_ssl_policy.this.min_tls_version == "TLS_1_2" && google_compute_target_https_proxy.this.ssl_policy == google_compute_ssl_policy.this.self_link && google_compute_target_https_proxy.this.tls_early_data == "DISABLED"
    error_message = "TLS 1.2 or later, without early data."
  }
  assert {
    condition     = alltrue([for rule in google_compute_global_forwarding_rule.this : rule.port_range == "443" && rule.target == google_compute_target_https_proxy.this.self_link]) && toset(keys(google_compute_global_forwarding_rule.this)) == toset(["A", "AAAA"])
    error_message = "HTTPS and nothing else, over IPv4 and IPv6."
  }
  assert {
    condition     = google_certificate_manager_certificate.this.managed[0].domains == tolist(["login.example.com"]) && google_compute_target_https_proxy.this.certificate_map == "//certificatemanager.googleapis.com/projects/shop-123/locations/global/certificateMaps/sallyport"
    error_message = "A certificate for the host."
  }
  assert {
    condition     = toset(keys(output.dns_records)) == toset(["authorization", "A", "AAAA"]) && output.dns_records.A.name == "login.example.com." && length(google_dns_record_set.this) == 0
    error_message = "The operator is told which records to make."
  }
  assert {
    condition     = alltrue([for invoker in google_cloud_run_v2_service_iam_member.invoker : invoker.role == "roles/run.invoker" && invoker.member == "allUsers"]) && length(google_cloud_run_v2_service_iam_member.invoker) == 11
    error_message = "The load balancer calls without an identity."
  }
}

run "monitoring" {
  command = plan

  assert {
    condition     = google_logging_metric.audit["decisions"].name == "sallyport/decisions" && google_logging_metric.audit["decisions"].label_extractors == tomap({ outcome = "EXTRACT(jsonPayload.outcome)", reason = "EXTRACT(jsonPayload.reason)" })
    error_message = "Decisions are counted by outcome and reason."
  }
  assert {
    condition     = alltrue([for metric in google_logging_metric.audit : startswith(metric.filter, "resource.type=\"cloud_run_revision\" AND resource.labels.location=\"europe-west1\" AND resource.labels.service_name=(") && strcontains(metric.filter, "\"sallyport-well-known\"")])
    error_message = "Only the functions' lines count."
  }
  assert {
    condition     = alltrue([for metric in google_logging_metric.audit : toset(keys(metric.label_extractors)) == toset([for label in metric.metric_descriptor[0].labels : label.key])])
    error_message = "Each label that is extracted is described."
  }
  assert {
    condition     = toset(keys(google_monitoring_alert_policy.this)) == toset(["errors", "denials", "latency"])
    error_message = "Errors, denials and latency have alerts."
  }
  assert {
    condition     = google_monitoring_alert_policy.this["errors"].conditions[0].condition_prometheus_query_language[0].query == "sum(increase(loadbalancing_googleapis_com:https_request_count{monitored_resource=\"https_lb_rule\",url_map_name=\"sallyport\",response_code_class=\"500\"}[5m])) > 5"
    error_message = "Answers of 500 and above of this load balancer."
  }
  assert {
    condition     = google_monitoring_alert_policy.this["denials"].conditions[0].condition_prometheus_query_language[0].query == "sum(increase(logging_googleapis_com:user_sallyport_decisions{outcome=\"denied\"}[5m])) > 300"
    error_message = "Denials are those of the metric."
  }
  assert {
    condition     = google_monitoring_alert_policy.this["latency"].conditions[0].condition_prometheus_query_language[0].query == "histogram_quantile(0.95, sum by (le) (rate(loadbalancing_googleapis_com:https_total_latencies_bucket{monitored_resource=\"https_lb_rule\",url_map_name=\"sallyport\"}[5m]))) > 3000"
    error_message = "The 95th percentile in milliseconds."
  }
  assert {
    condition     = length(jsondecode(google_monitoring_dashboard.this.dashboard_json).mosaicLayout.tiles) == 6
    error_message = "The dashboard has its charts."
  }
}

run "interface" {
  command = plan

  assert {
    condition     = output.project == "shop-123" && output.project_number == "123456789012" && output.database == "sallyport" && output.store == "firestore:shop-123/sallyport"
    error_message = "What the modules of other clouds need of the project and the store."
  }
  assert {
    condition     = output.issuer == "https://login.example.com" && output.host == "login.example.com" && output.region == "europe-west1"
    error_message = "Where clients find it."
  }
  assert {
    condition     = output.encryption_key == "projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets" && output.signing_key == "projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens"
    error_message = "Which keys there are."
  }
  assert {
    condition     = output.signing_keys == "the keys, and who signs" && output.public_keys == "the keys"
    error_message = "The key sets."
  }
  assert {
    condition     = output.functions["gcp-login"] == "sallyport-gcp-login" && toset(keys(output.service_accounts)) == toset(keys(output.functions)) && toset(keys(output.addresses)) == toset(["A", "AAAA"])
    error_message = "What was made."
  }
  assert {
    condition     = toset([for api in google_project_service.api : api.service if !api.disable_on_destroy]) == toset(["artifactregistry.googleapis.com", "certificatemanager.googleapis.com", "cloudbuild.googleapis.com", "cloudfunctions.googleapis.com", "cloudkms.googleapis.com", "compute.googleapis.com", "firestore.googleapis.com", "iam.googleapis.com", "logging.googleapis.com", "monitoring.googleapis.com", "run.googleapis.com", "storage.googleapis.com"])
    error_message = "The APIs are enabled, and stay so."
  }
}
