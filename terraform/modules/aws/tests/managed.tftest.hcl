# Managed keys, and private keys in Secrets Manager.

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

variables {
  archives_dir       = "tests/archives"
  issuer             = "https://login.example.com"
  domain_name        = "login.example.com"
  certificate_arn    = "arn:aws:acm:eu-central-1:123456789012:certificate/0"
  firestore_database = "shop/sallyport"
  google_audience    = "//iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/sallyport/providers/aws-lambda"
  encryption_key     = "gcpkms:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets"
  signing_keys       = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys"
}

override_resource {
  target          = aws_lambda_function.keys
  override_during = plan
  values          = { arn = "arn:aws:lambda:eu-central-1:123456789012:function:sallyport-keys" }
}

override_resource {
  target          = aws_iam_role.keys
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:role/sallyport-keys" }
}

override_resource {
  target          = aws_iam_role.keys_scheduler
  override_during = plan
  values          = { arn = "arn:aws:iam::123456789012:role/sallyport-keys-scheduler" }
}

override_data {
  target          = data.aws_secretsmanager_secret_version.signing
  override_during = plan
  values          = { secret_string = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"eA\",\"y\":\"eQ\",\"d\":\"c2VjcmV0\",\"alg\":\"ES256\"}]}" }
}

run "what_functions_are_told" {
  command = plan

  assert {
    condition     = alltrue([for name, function in jsondecode(file("../routes/routes.json")) : lookup(nonsensitive(aws_lambda_function.this[name].environment[0].variables), "SALLYPORT_SIGNING_KEYS", "") == (function.signs ? "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys" : "")])
    error_message = "functions that issue tokens know what decrypts the keys, and no others"
  }
  assert {
    condition     = alltrue([for name, function in jsondecode(file("../routes/routes.json")) : lookup(nonsensitive(aws_lambda_function.this[name].environment[0].variables), "SALLYPORT_PUBLIC_KEYS", "") == (function.signs ? "" : "managed")])
    error_message = "functions that publish keys or verify tokens read them from their database"
  }
  assert {
    condition     = alltrue([for function in aws_lambda_function.this : nonsensitive(function.environment[0].variables).SALLYPORT_KEY_DATABASE == "firestore:shop/sallyport-keys" && nonsensitive(function.environment[0].variables).SALLYPORT_KEY_ROTATION_DAYS == "7" && nonsensitive(function.environment[0].variables).SALLYPORT_GOOGLE_AUDIENCE == var.google_audience && !contains(keys(nonsensitive(function.environment[0].variables)), "SALLYPORT_EARLIER_KEYS")])
    error_message = "all functions reach the key database"
  }
  assert {
    condition     = length(aws_lambda_function.keys) + length(aws_scheduler_schedule.keys) + length(aws_iam_role.keys) + length(aws_cloudwatch_log_metric_filter.keys) == 0 && !contains(keys(output.role_names), "keys")
    error_message = "the key function runs elsewhere, unless asked for"
  }
}

run "the_key_function" {
  command = plan

  variables {
    managed_keys = { key_function = true, algorithm = "RS256", rotation_days = 14, database = "shop/keys", earlier_keys = "{\"keys\":[{\"kty\":\"EC\"}]}" }
    alarms       = { topic_arns = ["arn:aws:sns:eu-central-1:123456789012:oncall"] }
  }

  assert {
    condition = nonsensitive(aws_lambda_function.keys["keys"].environment[0].variables) == tomap({
      SALLYPORT_ISSUER            = "https://login.example.com"
      SALLYPORT_SIGNING_KEYS      = "managed:projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys"
      SALLYPORT_KEY_ALGORITHM     = "RS256"
      SALLYPORT_KEY_DATABASE      = "firestore:shop/keys"
      SALLYPORT_KEY_ROTATION_DAYS = "14"
      SALLYPORT_FORWARDED_HOPS    = "0"
      SALLYPORT_GOOGLE_AUDIENCE   = var.google_audience
      JAVA_TOOL_OPTIONS           = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
    })
    error_message = "it knows these, and nothing of identities or stored secrets"
  }
  assert {
    condition     = alltrue([for function in aws_lambda_function.this : nonsensitive(function.environment[0].variables).SALLYPORT_EARLIER_KEYS == "{\"keys\":[{\"kty\":\"EC\"}]}" && nonsensitive(function.environment[0].variables).SALLYPORT_KEY_DATABASE == "firestore:shop/keys"])
    error_message = "earlier keys stay published and accepted"
  }
  assert {
    condition     = aws_lambda_function.keys["keys"].handler == "io.sallyport.keyrotation.KeyRotationFunction" && aws_lambda_function.keys["keys"].role == "arn:aws:iam::123456789012:role/sallyport-keys" && aws_lambda_function.keys["keys"].source_code_hash == filebase64sha256("tests/archives/fn-keys-aws.zip")
    error_message = "its class and package, with a separate role"
  }
  assert {
    condition     = output.role_names["keys"] == "sallyport-keys" && toset(jsondecode(aws_iam_role_policy.keys_logs["keys"].policy).Statement[0].Action) == toset(["logs:CreateLogStream", "logs:PutLogEvents"]) && length(jsondecode(aws_iam_role_policy.keys_logs["keys"].policy).Statement) == 1
    error_message = "google-access knows its role, which may only log here"
  }
  assert {
    condition     = !contains(keys(aws_apigatewayv2_integration.function), "keys") && !contains(keys(aws_lambda_permission.api), "keys") && alltrue([for route in aws_apigatewayv2_route.path : !strcontains(route.route_key, "keys/rotate")])
    error_message = "no route of the API leads to it"
  }
  assert {
    condition     = aws_scheduler_schedule.keys["keys"].schedule_expression == "rate(1 hour)" && aws_scheduler_schedule.keys["keys"].target[0].arn == "arn:aws:lambda:eu-central-1:123456789012:function:sallyport-keys" && aws_scheduler_schedule.keys["keys"].target[0].role_arn == "arn:aws:iam::123456789012:role/sallyport-keys-scheduler" && aws_scheduler_schedule.keys["keys"].target[0].retry_policy[0].maximum_retry_attempts == 5
    error_message = "the scheduler calls it every hour, with its own role"
  }
  assert {
    condition     = jsondecode(aws_scheduler_schedule.keys["keys"].target[0].input).version == "2.0" && jsondecode(aws_scheduler_schedule.keys["keys"].target[0].input).rawPath == "/keys/rotate" && jsondecode(aws_scheduler_schedule.keys["keys"].target[0].input).requestContext.http.method == "POST" && jsondecode(aws_scheduler_schedule.keys["keys"].target[0].input).requestContext.stage == "$default"
    error_message = "by an event that the function understands"
  }
  assert {
    condition     = jsondecode(aws_iam_role_policy.keys_scheduler["keys"].policy).Statement == [{ Effect = "Allow", Action = ["lambda:InvokeFunction"], Resource = "arn:aws:lambda:eu-central-1:123456789012:function:sallyport-keys" }]
    error_message = "the scheduler's role may call the key function, and nothing else"
  }
  assert {
    condition     = jsondecode(aws_iam_role.keys_scheduler["keys"].assume_role_policy).Statement[0].Principal == { Service = "scheduler.amazonaws.com" } && jsondecode(aws_iam_role.keys_scheduler["keys"].assume_role_policy).Statement[0].Condition == { StringEquals = { "aws:SourceAccount" = "123456789012" } }
    error_message = "only the scheduler takes it, for this account"
  }
  assert {
    condition     = jsondecode(aws_iam_role.keys["keys"].assume_role_policy).Statement[0].Principal == { Service = "lambda.amazonaws.com" }
    error_message = "Lambda alone takes the function's role"
  }
  assert {
    condition     = { for name, filter in aws_cloudwatch_log_metric_filter.keys : name => filter.pattern } == { failures = "{ ($.outcome = \"denied\") || ($.outcome = \"undecided\") || ($.exception = \"*\") }", calls = "{ $.outcome = \"granted\" }" }
    error_message = "its log is counted"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.keys["failures"].metric_name == "sallyport-keys-failures" && aws_cloudwatch_metric_alarm.keys["failures"].comparison_operator == "GreaterThanOrEqualToThreshold" && aws_cloudwatch_metric_alarm.keys["failures"].treat_missing_data == "notBreaching" && aws_cloudwatch_metric_alarm.keys["failures"].alarm_actions == toset(["arn:aws:sns:eu-central-1:123456789012:oncall"])
    error_message = "a key that was not made raises an alarm"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.keys["calls"].metric_name == "sallyport-keys-calls" && aws_cloudwatch_metric_alarm.keys["calls"].comparison_operator == "LessThanThreshold" && aws_cloudwatch_metric_alarm.keys["calls"].period == 86400 && aws_cloudwatch_metric_alarm.keys["calls"].treat_missing_data == "breaching"
    error_message = "a scheduler that does not call raises an alarm"
  }
}

run "private_keys_from_a_secret" {
  command = plan

  variables {
    signing_keys        = null
    signing_keys_secret = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:sallyport-keys-AbCdEf", version_id = "01234567-89ab-cdef-0123-456789abcdef" }
  }

  assert {
    condition     = strcontains(nonsensitive(aws_lambda_function.this["token"].environment[0].variables).SALLYPORT_SIGNING_KEYS, "c2VjcmV0") && !contains(keys(nonsensitive(aws_lambda_function.this["token"].environment[0].variables)), "SALLYPORT_KEY_DATABASE")
    error_message = "functions that issue tokens have the keys"
  }
  assert {
    condition     = alltrue([for name in ["introspection", "well-known", "admin"] : !strcontains(jsonencode(nonsensitive(aws_lambda_function.this[name].environment[0].variables)), "c2VjcmV0") && strcontains(nonsensitive(aws_lambda_function.this[name].environment[0].variables).SALLYPORT_PUBLIC_KEYS, "P-256")])
    error_message = "the others have their public members alone"
  }
  assert {
    condition     = data.aws_secretsmanager_secret_version.signing[0].version_id == "01234567-89ab-cdef-0123-456789abcdef"
    error_message = "one version, so a change of keys is a change here"
  }
}

run "a_secret_without_a_current_key" {
  command = plan

  variables {
    signing_keys        = null
    signing_keys_secret = { arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:sallyport-keys-AbCdEf", version_id = "01234567-89ab-cdef-0123-456789abcdef" }
  }

  override_data {
    target          = data.aws_secretsmanager_secret_version.signing
    override_during = plan
    values          = { secret_string = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"eA\",\"y\":\"eQ\",\"d\":\"c2VjcmV0\",\"alg\":\"ES256\",\"state\":\"retired\"}]}" }
  }

  expect_failures = [data.aws_secretsmanager_secret_version.signing]
}
