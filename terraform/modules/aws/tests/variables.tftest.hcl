# Every validation refuses what it is there for.

mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:mocked" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { version = "7" }
  }
  mock_resource "aws_lambda_alias" {
    defaults = { invoke_arn = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:mocked:live/invocations" }
  }
  mock_resource "aws_apigatewayv2_api" {
    defaults = { id = "api", execution_arn = "arn:aws:execute-api:eu-central-1:123456789012:api" }
  }
  mock_resource "aws_apigatewayv2_domain_name" {
    defaults = { id = "login.example.com" }
  }
}

override_data {
  target          = data.aws_secretsmanager_secret_version.signing
  override_during = plan
  values          = { secret_string = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"eA\",\"y\":\"eQ\",\"d\":\"c2VjcmV0\",\"alg\":\"ES256\"}]}" }
}

variables {
  archives_dir       = "tests/archives"
  issuer             = "https://login.example.com"
  domain_name        = "login.example.com"
  certificate_arn    = "arn:aws:acm:eu-central-1:123456789012:certificate/0"
  firestore_database = "shop/sallyport"
  google_audience    = "//iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/sallyport/providers/aws-lambda"
  encryption_key     = "gcpkms:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets"
  signing_keys       = <<-JSON
    {"keys": [
      {"kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ", "alg": "ES256", "state": "current", "stateSince": 1772366400,
       "kms": "projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/2"},
      {"kty": "EC", "crv": "P-256", "x": "eDA", "y": "eTA", "d": "c2VjcmV0", "alg": "ES256", "state": "retired"}]}
  JSON
}


run "a_name_that_is_too_long" {
  command = plan

  variables {
    name = "sallyport-production-eu"
  }

  expect_failures = [var.name]
}

run "no_function" {
  command = plan

  variables {
    functions = []
  }

  expect_failures = [var.functions]
}

run "an_unknown_function" {
  command = plan

  variables {
    functions = ["tokens"]
  }

  expect_failures = [var.functions]
}

run "a_folder_without_archives" {
  command = plan

  variables {
    archives_dir = "tests"
  }

  expect_failures = [var.archives_dir]
}

run "a_bucket_by_address" {
  command = plan

  variables {
    archives_bucket = "s3://releases"
  }

  expect_failures = [var.archives_bucket]
}

run "a_runtime_without_snapshots" {
  command = plan

  variables {
    java_runtime = "java8.al2"
  }

  expect_failures = [var.java_runtime]
}

run "an_unknown_processor" {
  command = plan

  variables {
    architecture = "arm"
  }

  expect_failures = [var.architecture]
}

run "options_that_are_none" {
  command = plan

  variables {
    java_tool_options = "UseSerialGC"
  }

  expect_failures = [var.java_tool_options]
}

run "too_little_memory" {
  command = plan

  variables {
    memory_mb = 128
  }

  expect_failures = [var.memory_mb]
}

run "longer_than_the_api_waits" {
  command = plan

  variables {
    timeout_seconds = 30
  }

  expect_failures = [var.timeout_seconds]
}

run "concurrency_of_an_unknown_function" {
  command = plan

  variables {
    reserved_concurrency = { tokens = 1 }
  }

  expect_failures = [var.reserved_concurrency]
}

run "a_concurrency_that_admits_no_one" {
  command = plan

  variables {
    reserved_concurrency = { token = 0 }
  }

  expect_failures = [var.reserved_concurrency]
}

run "an_issuer_with_a_slash" {
  command = plan

  variables {
    issuer = "https://login.example.com/"
  }

  expect_failures = [var.issuer]
}

run "an_issuer_without_tls" {
  command = plan

  variables {
    issuer = "http://login.example.com"
  }

  expect_failures = [var.issuer]
}

run "keys_that_are_no_set" {
  command = plan

  variables {
    signing_keys = "keys.json"
  }

  expect_failures = [var.signing_keys]
}

run "no_current_key" {
  command = plan

  variables {
    signing_keys = "{\"keys\":[{\"kty\":\"EC\",\"kms\":\"k\",\"state\":\"retired\"}]}"
  }

  expect_failures = [var.signing_keys]
}

run "a_current_key_that_cannot_sign" {
  command = plan

  variables {
    signing_keys = "{\"keys\":[{\"kty\":\"EC\"}]}"
  }

  expect_failures = [var.signing_keys]
}

run "keys_larger_than_lambda_takes" {
  command = plan

  variables {
    signing_keys = "{\"keys\":[{\"kty\":\"EC\",\"kms\":\"${join("", [for i in range(1000) : "kms"])}\"}]}"
  }

  expect_failures = [var.signing_keys]
}

run "an_encryption_key_without_its_kind" {
  command = plan

  variables {
    encryption_key = "projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets"
  }

  expect_failures = [var.encryption_key]
}

run "a_database_without_a_project" {
  command = plan

  variables {
    firestore_database = "sallyport"
  }

  expect_failures = [var.firestore_database]
}

run "an_unknown_reader" {
  command = plan

  variables {
    store_reader = "datastore"
  }

  expect_failures = [var.store_reader]
}

run "an_audience_with_the_projects_id" {
  command = plan

  variables {
    google_audience = "//iam.googleapis.com/projects/shop/locations/global/workloadIdentityPools/sallyport/providers/aws-lambda"
  }

  expect_failures = [var.google_audience]
}

run "a_cache_of_more_than_a_minute" {
  command = plan

  variables {
    identity_cache_seconds = 61
  }

  expect_failures = [var.identity_cache_seconds]
}

run "a_domain_with_a_scheme" {
  command = plan

  variables {
    domain_name = "https://login.example.com"
  }

  expect_failures = [var.domain_name]
}

run "a_certificate_of_another_service" {
  command = plan

  variables {
    certificate_arn = "arn:aws:iam::123456789012:server-certificate/login"
  }

  expect_failures = [var.certificate_arn]
}

run "a_zone_by_name" {
  command = plan

  variables {
    route53_zone_id = "example.com"
  }

  expect_failures = [var.route53_zone_id]
}

run "a_throttle_that_admits_nothing" {
  command = plan

  variables {
    throttle = { rate = 0, burst = 10 }
  }

  expect_failures = [var.throttle]
}

run "a_throttle_of_an_unknown_path" {
  command = plan

  variables {
    route_throttles = { "/v1/tokens" = { rate = 1, burst = 1 } }
  }

  expect_failures = [var.route_throttles]
}

run "a_route_throttle_that_admits_nothing" {
  command = plan

  variables {
    route_throttles = { "/v1/token" = { rate = 1, burst = 0 } }
  }

  expect_failures = [var.route_throttles]
}

run "a_retention_that_cloudwatch_does_not_know" {
  command = plan

  variables {
    log_retention_days = 100
  }

  expect_failures = [var.log_retention_days]
}

run "a_log_key_by_alias" {
  command = plan

  variables {
    log_kms_key_arn = "arn:aws:kms:eu-central-1:123456789012:alias/logs"
  }

  expect_failures = [var.log_kms_key_arn]
}

run "a_boundary_that_is_a_role" {
  command = plan

  variables {
    permissions_boundary_arn = "arn:aws:iam::123456789012:role/boundary"
  }

  expect_failures = [var.permissions_boundary_arn]
}

run "alarms_that_no_one_hears" {
  command = plan

  variables {
    alarms = { topic_arns = [] }
  }

  expect_failures = [var.alarms]
}

run "alarms_to_something_else" {
  command = plan

  variables {
    alarms = { topic_arns = ["oncall@example.com"] }
  }

  expect_failures = [var.alarms]
}

run "alarms_without_a_threshold" {
  command = plan

  variables {
    alarms = { topic_arns = ["arn:aws:sns:eu-central-1:123456789012:oncall"], server_errors = 0 }
  }

  expect_failures = [var.alarms]
}

run "tags_of_aws" {
  command = plan

  variables {
    tags = { "aws:owner" = "me" }
  }

  expect_failures = [var.tags]
}

run "a_key_without_a_type" {
  command = plan

  variables {
    signing_keys = "{\"keys\":[{\"kms\":\"k\"}]}"
  }

  expect_failures = [var.signing_keys]
}

run "no_signing_keys" {
  command = plan

  variables {
    signing_keys = null
  }

  expect_failures = [var.signing_keys]
}

run "an_unknown_source_of_keys" {
  command = plan

  variables {
    signing_keys = "vault:projects/shop"
  }

  expect_failures = [var.signing_keys]
}

run "managed_keys_without_a_key" {
  command = plan

  variables {
    signing_keys = "managed:"
  }

  expect_failures = [var.signing_keys]
}

run "a_version_as_key_of_managed_keys" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys/cryptoKeyVersions/1"
  }

  expect_failures = [var.signing_keys]
}

run "the_key_of_stored_secrets_for_managed_keys" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets"
  }

  expect_failures = [var.signing_keys]
}

run "the_database_of_the_identities_for_managed_keys" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys"
    managed_keys = { database = "shop/sallyport" }
  }

  expect_failures = [var.managed_keys]
}

run "a_key_database_without_a_project" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys"
    managed_keys = { database = "sallyport-keys" }
  }

  expect_failures = [var.managed_keys]
}

run "a_rotation_longer_than_the_code_allows" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys"
    managed_keys = { rotation_days = 91 }
  }

  expect_failures = [var.managed_keys]
}

run "a_private_key_among_earlier_keys" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys"
    managed_keys = { earlier_keys = "{\"keys\":[{\"kty\":\"EC\",\"d\":\"c2VjcmV0\"}]}" }
  }

  expect_failures = [var.managed_keys]
}

run "two_sources_of_keys" {
  command = plan

  variables {
    signing_keys_secret = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:sallyport-keys-AbCdEf", version_id = "01234567-89ab-cdef-0123-456789abcdef" }
  }

  expect_failures = [var.signing_keys]
}

run "a_stage_of_a_secret" {
  command = plan

  variables {
    signing_keys        = null
    signing_keys_secret = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:sallyport-keys-AbCdEf", version_id = "AWSCURRENT" }
  }

  expect_failures = [var.signing_keys_secret]
}

run "a_name_of_a_secret" {
  command = plan

  variables {
    signing_keys        = null
    signing_keys_secret = { arn = "sallyport-keys", version_id = "01234567-89ab-cdef-0123-456789abcdef" }
  }

  expect_failures = [var.signing_keys_secret]
}

run "a_key_function_without_managed_keys" {
  command = plan

  variables {
    managed_keys = { key_function = true }
  }

  expect_failures = [var.managed_keys]
}

run "an_unknown_algorithm" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys"
    managed_keys = { algorithm = "EdDSA" }
  }

  expect_failures = [var.managed_keys]
}

run "a_schedule_of_once_a_day" {
  command = plan

  variables {
    signing_keys = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys"
    managed_keys = { schedule = "rate(1 day)" }
  }

  expect_failures = [var.managed_keys]
}
