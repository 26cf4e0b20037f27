# Which requests reach which function, and by which way.

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

override_resource {
  target          = aws_apigatewayv2_integration.function["gcp-login"]
  override_during = plan
  values          = { id = "gcp-login" }
}

override_resource {
  target          = aws_apigatewayv2_integration.function["azure-login"]
  override_during = plan
  values          = { id = "azure-login" }
}

override_resource {
  target          = aws_apigatewayv2_integration.function["jwt-login"]
  override_during = plan
  values          = { id = "jwt-login" }
}

override_resource {
  target          = aws_apigatewayv2_integration.function["kubernetes-login"]
  override_during = plan
  values          = { id = "kubernetes-login" }
}

override_resource {
  target          = aws_apigatewayv2_integration.function["aws-login"]
  override_during = plan
  values          = { id = "aws-login" }
}

override_resource {
  target          = aws_apigatewayv2_integration.function["universal-login"]
  override_during = plan
  values          = { id = "universal-login" }
}

override_resource {
  target          = aws_apigatewayv2_integration.function["renew"]
  override_during = plan
  values          = { id = "renew" }
}

override_resource {
  target          = aws_apigatewayv2_integration.function["token"]
  override_during = plan
  values          = { id = "token" }
}

override_resource {
  target          = aws_apigatewayv2_integration.function["introspection"]
  override_during = plan
  values          = { id = "introspection" }
}

override_resource {
  target          = aws_apigatewayv2_integration.function["well-known"]
  override_during = plan
  values          = { id = "well-known" }
}

override_resource {
  target          = aws_apigatewayv2_integration.function["admin"]
  override_during = plan
  values          = { id = "admin" }
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

run "one_route_for_each_path" {
  command = plan

  assert {
    condition     = toset([for route in aws_apigatewayv2_route.path : route.route_key]) == toset([for path in flatten([for function in jsondecode(file("../routes/routes.json")) : function.paths]) : "ANY ${path}"])
    error_message = "every path of the table, any method"
  }
  assert {
    condition     = length(aws_apigatewayv2_route.path) == length(flatten([for function in jsondecode(file("../routes/routes.json")) : function.paths]))
    error_message = "no path has two owners"
  }
  assert {
    condition     = alltrue([for name, function in jsondecode(file("../routes/routes.json")) : alltrue([for path in function.paths : aws_apigatewayv2_route.path[path].target == "integrations/${name}"])])
    error_message = "each path goes to its function"
  }
  assert {
    condition     = alltrue([for route in aws_apigatewayv2_route.path : !strcontains(route.route_key, "$default") && !strcontains(route.route_key, "{proxy+}")])
    error_message = "nothing catches what is not in the table"
  }
}

run "the_way_to_a_function" {
  command = plan

  assert {
    condition     = alltrue([for integration in aws_apigatewayv2_integration.function : integration.payload_format_version == "2.0" && integration.integration_type == "AWS_PROXY"])
    error_message = "payload format 2.0, which is the one that the code reads"
  }
  assert {
    condition     = alltrue([for name, integration in aws_apigatewayv2_integration.function : integration.integration_uri == aws_lambda_alias.live[name].invoke_arn && strcontains(integration.integration_uri, ":live/")])
    error_message = "to the alias, never to $LATEST, which has no snapshot"
  }
  assert {
    condition     = alltrue([for permission in aws_lambda_permission.api : permission.qualifier == "live" && permission.source_arn == "arn:aws:execute-api:eu-central-1:123456789012:api/*/*"])
    error_message = "this API alone may call the alias"
  }
}

run "the_one_host" {
  command = plan

  assert {
    condition     = aws_apigatewayv2_api.this.disable_execute_api_endpoint && aws_apigatewayv2_api.this.protocol_type == "HTTP"
    error_message = "the API's own address is switched off"
  }
  assert {
    condition     = aws_apigatewayv2_domain_name.this.domain_name_configuration[0].security_policy == "TLS_1_2" && aws_apigatewayv2_domain_name.this.domain_name == "login.example.com"
    error_message = "own domain, TLS 1.2 or later"
  }
  assert {
    condition     = coalesce(aws_apigatewayv2_api_mapping.root.api_mapping_key, "root") == "root"
    error_message = "mapped at the root, or no path of the table is found"
  }
  assert {
    condition     = length(aws_route53_record.this) == 0
    error_message = "no zone, no record"
  }
}

run "with_a_zone" {
  command = plan

  variables {
    route53_zone_id = "Z0123456789ABCDEFGHIJ"
  }

  assert {
    condition     = toset(keys(aws_route53_record.this)) == toset(["A", "AAAA"])
    error_message = "one record for each kind of address"
  }
}

run "throttling" {
  command = plan

  variables {
    throttle        = { rate = 50, burst = 80 }
    route_throttles = { "/v1/token" = { rate = 20, burst = 30 } }
  }

  assert {
    condition     = aws_apigatewayv2_stage.default.default_route_settings[0].throttling_rate_limit == 50 && aws_apigatewayv2_stage.default.default_route_settings[0].throttling_burst_limit == 80
    error_message = "the stage's limits"
  }
  assert {
    condition     = [for settings in aws_apigatewayv2_stage.default.route_settings : [settings.route_key, settings.throttling_rate_limit, settings.throttling_burst_limit]] == [["ANY /v1/token", 20, 30]]
    error_message = "a route's own limits"
  }
  assert {
    condition     = aws_apigatewayv2_stage.default.name == "$default" && aws_apigatewayv2_stage.default.auto_deploy
    error_message = "the stage without a prefix"
  }
}

run "a_throttle_of_a_route_that_is_not_deployed" {
  command = plan

  variables {
    functions       = ["token"]
    route_throttles = { "/v1/introspect" = { rate = 20, burst = 30 } }
  }

  assert {
    condition     = length(aws_apigatewayv2_stage.default.route_settings) == 0
    error_message = "settings of a route that is not there are refused by AWS"
  }
}

run "the_access_log" {
  command = plan

  assert {
    condition     = jsondecode(aws_apigatewayv2_stage.default.access_log_settings[0].format).status == "$context.status"
    error_message = "JSON"
  }
  assert {
    condition     = !can(regex("querystring|header|authorizer|path\"", lower(aws_apigatewayv2_stage.default.access_log_settings[0].format)))
    error_message = "nothing that may hold a token"
  }
}
