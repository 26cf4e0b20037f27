# What each function is, and what it is told.

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
  signing_keys       = <<-JSON
    {"keys": [
      {"kty": "EC", "crv": "P-256", "x": "eA", "y": "eQ", "alg": "ES256", "state": "current", "stateSince": 1772366400,
       "kms": "projects/shop/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/2"},
      {"kty": "EC", "crv": "P-256", "x": "eDA", "y": "eTA", "d": "c2VjcmV0", "alg": "ES256", "state": "retired"}]}
  JSON
}

run "every_function_of_the_route_table" {
  command = plan

  assert {
    condition     = keys(aws_lambda_function.this) == keys(jsondecode(file("../routes/routes.json")))
    error_message = "one Lambda function for each of the table"
  }
  assert {
    condition     = alltrue([for name, function in jsondecode(file("../routes/routes.json")) : aws_lambda_function.this[name].handler == function.class])
    error_message = "the handler is the class of the table: it is a RequestStreamHandler, so no method is named"
  }
  assert {
    condition     = alltrue([for function in aws_lambda_function.this : function.architectures == tolist(["arm64"]) && function.runtime == "java21"])
    error_message = "arm64, on the newest runtime"
  }
  assert {
    condition     = alltrue([for function in aws_lambda_function.this : function.publish && function.snap_start[0].apply_on == "PublishedVersions"])
    error_message = "versions are published, and start from a snapshot"
  }
  assert {
    condition     = alltrue([for name, function in jsondecode(file("../routes/routes.json")) : aws_lambda_function.this[name].source_code_hash == filebase64sha256("tests/archives/${function.archive}-aws.zip")])
    error_message = "a changed archive is a changed function"
  }
  assert {
    condition     = alltrue([for alias in aws_lambda_alias.live : alias.name == "live" && alias.function_version == "7"])
    error_message = "the alias is at the version that was published"
  }
  assert {
    condition     = alltrue([for function in aws_lambda_function.this : function.reserved_concurrent_executions == -1])
    error_message = "no concurrency is reserved unless asked for"
  }
}

run "only_what_signs_has_signing_keys" {
  command = plan

  assert {
    condition = alltrue([
      for name, function in jsondecode(file("../routes/routes.json")) :
      function.signs == can(nonsensitive(aws_lambda_function.this[name].environment[0].variables).SALLYPORT_SIGNING_KEYS)
    ])
    error_message = "signing keys for the functions that sign, and no others"
  }
  assert {
    condition = alltrue([
      for name, function in jsondecode(file("../routes/routes.json")) :
      function.signs != can(nonsensitive(aws_lambda_function.this[name].environment[0].variables).SALLYPORT_PUBLIC_KEYS)
    ])
    error_message = "public keys for the functions that sign nothing"
  }
  assert {
    condition     = jsondecode(nonsensitive(aws_lambda_function.this["well-known"].environment[0].variables).SALLYPORT_PUBLIC_KEYS) == jsondecode("{\"keys\":[{\"alg\":\"ES256\",\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"eA\",\"y\":\"eQ\"},{\"alg\":\"ES256\",\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"eDA\",\"y\":\"eTA\"}]}")
    error_message = "all keys are published, their public members alone"
  }
}

run "only_what_unseals_has_the_encryption_key" {
  command = plan

  assert {
    condition = alltrue([
      for name, function in jsondecode(file("../routes/routes.json")) :
      function.unseals == can(nonsensitive(aws_lambda_function.this[name].environment[0].variables).SALLYPORT_ENCRYPTION_KEY)
    ])
    error_message = "the encryption key for the functions that open secrets, and no others"
  }
}

run "only_what_has_a_store_reaches_google" {
  command = plan

  assert {
    condition = alltrue([
      for name, function in jsondecode(file("../routes/routes.json")) :
      (function.store != "none") == can(nonsensitive(aws_lambda_function.this[name].environment[0].variables).SALLYPORT_STORE)
      && (function.store != "none") == can(nonsensitive(aws_lambda_function.this[name].environment[0].variables).SALLYPORT_GOOGLE_AUDIENCE)
    ])
    error_message = "a store and Google's audience for the functions that have a store, and no others"
  }
  assert {
    condition     = nonsensitive(aws_lambda_function.this["token"].environment[0].variables).SALLYPORT_STORE == "firestore:shop/sallyport"
    error_message = "the store's address"
  }
  assert {
    condition     = alltrue([for function in aws_lambda_function.this : nonsensitive(function.environment[0].variables).SALLYPORT_FORWARDED_HOPS == "0"])
    error_message = "API Gateway tells the address itself; the header is not trusted"
  }
  assert {
    condition     = nonsensitive(aws_lambda_function.this["token"].environment[0].variables).JAVA_TOOL_OPTIONS == "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
    error_message = "the JVM's options"
  }
}

run "settings_reach_the_functions" {
  command = plan

  variables {
    functions              = ["token", "well-known"]
    store_reader           = "firestore-rest"
    java_tool_options      = ""
    java_runtime           = "java17"
    architecture           = "x86_64"
    snap_start             = false
    identity_cache_seconds = 0
    allow_private_hosts    = true
    encryption_key         = null
    reserved_concurrency   = { token = 20 }
    archives_bucket        = "releases"
  }

  assert {
    condition     = toset(keys(aws_lambda_function.this)) == toset(["token", "well-known"]) && length(aws_apigatewayv2_route.path) == 4
    error_message = "only the functions that were asked for, and their paths"
  }
  assert {
    condition = nonsensitive(aws_lambda_function.this["token"].environment[0].variables) == tomap({
      SALLYPORT_ISSUER                 = "https://login.example.com"
      SALLYPORT_FORWARDED_HOPS         = "0"
      SALLYPORT_STORE                  = "firestore-rest:shop/sallyport"
      SALLYPORT_GOOGLE_AUDIENCE        = var.google_audience
      SALLYPORT_IDENTITY_CACHE_SECONDS = "0"
      SALLYPORT_ALLOW_PRIVATE_HOSTS    = "true"
      SALLYPORT_SIGNING_KEYS           = nonsensitive(var.signing_keys)
    })
    error_message = "every setting, and nothing that was not set"
  }
  assert {
    condition     = aws_lambda_function.this["token"].reserved_concurrent_executions == 20 && aws_lambda_function.this["well-known"].reserved_concurrent_executions == -1
    error_message = "concurrency is reserved by name"
  }
  assert {
    condition     = aws_lambda_function.this["token"].runtime == "java17" && aws_lambda_function.this["token"].architectures == tolist(["x86_64"]) && aws_lambda_function.this["token"].snap_start[0].apply_on == "None"
    error_message = "runtime, processor and snapshots as set"
  }
  assert {
    condition     = toset(keys(aws_s3_object.archive)) == toset(["fn-token"]) && aws_lambda_function.this["token"].s3_key == aws_s3_object.archive["fn-token"].key && aws_lambda_function.this["token"].filename == null
    error_message = "one upload for both functions of an archive, and no direct one"
  }
  assert {
    condition     = strcontains(aws_s3_object.archive["fn-token"].key, filesha256("tests/archives/fn-token-aws.zip"))
    error_message = "the archive is named by its content"
  }
}

run "a_role_of_its_own_that_may_only_log" {
  command = plan

  assert {
    condition     = { for name, role in aws_iam_role.function : name => role.name } == { for name in keys(aws_lambda_function.this) : name => "sallyport-${name}" }
    error_message = "one role for each function"
  }
  assert {
    condition     = alltrue([for policy in aws_iam_role_policy.logs : toset(jsondecode(policy.policy).Statement[0].Action) == toset(["logs:CreateLogStream", "logs:PutLogEvents"]) && length(jsondecode(policy.policy).Statement) == 1 && !strcontains(jsondecode(policy.policy).Statement[0].Resource, "log-group:*")])
    error_message = "a role may write into its log group, and nothing else"
  }
  assert {
    condition     = alltrue([for role in aws_iam_role.function : jsondecode(role.assume_role_policy).Statement[0].Principal == { Service = "lambda.amazonaws.com" }])
    error_message = "Lambda alone takes the roles"
  }
  assert {
    condition     = output.role_names["token"] == "sallyport-token" && output.account_id == "123456789012"
    error_message = "what google-access needs to know"
  }
  assert {
    # arn:aws-us-gov:sts::123456789012:assumed-role/ROLE/SESSION, with the function's name as the session's.
    condition     = alltrue([for name in keys(output.role_names) : 46 + 2 * (20 + 1 + length(name)) + 1 <= 127])
    error_message = "the longest name still fits into google.subject"
  }
}

run "logs_are_kept_for_a_while" {
  command = plan

  assert {
    condition     = alltrue([for group in aws_cloudwatch_log_group.function : group.retention_in_days == 90]) && aws_cloudwatch_log_group.access.retention_in_days == 90
    error_message = "no log is kept for ever"
  }
  assert {
    condition     = aws_lambda_function.this["token"].logging_config[0].log_group == "/aws/lambda/sallyport-token"
    error_message = "the function logs into the group that Terraform made"
  }
}

run "no_alarms_unless_asked_for" {
  command = plan

  assert {
    condition     = length(aws_cloudwatch_metric_alarm.server_errors) + length(aws_cloudwatch_metric_alarm.throttles) + length(aws_cloudwatch_metric_alarm.duration) == 0
    error_message = "alarms are an option"
  }
}

run "alarms" {
  command = plan

  variables {
    alarms = { topic_arns = ["arn:aws:sns:eu-central-1:123456789012:oncall"], duration_p95_ms = 1500 }
  }

  assert {
    condition     = aws_cloudwatch_metric_alarm.server_errors[0].metric_name == "5xx" && aws_cloudwatch_metric_alarm.server_errors[0].namespace == "AWS/ApiGateway" && aws_cloudwatch_metric_alarm.server_errors[0].threshold == 5
    error_message = "answers 5xx of the API"
  }
  assert {
    condition     = keys(aws_cloudwatch_metric_alarm.throttles) == keys(aws_lambda_function.this) && aws_cloudwatch_metric_alarm.throttles["token"].dimensions.Resource == "sallyport-token:live"
    error_message = "throttled calls of each alias"
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.duration["token"].extended_statistic == "p95" && aws_cloudwatch_metric_alarm.duration["token"].threshold == 1500
    error_message = "slow functions"
  }
  assert {
    condition     = alltrue([for alarm in concat(aws_cloudwatch_metric_alarm.server_errors, values(aws_cloudwatch_metric_alarm.throttles), values(aws_cloudwatch_metric_alarm.duration)) : alarm.alarm_actions == toset(["arn:aws:sns:eu-central-1:123456789012:oncall"])])
    error_message = "somebody is told"
  }
}
