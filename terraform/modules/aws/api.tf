resource "aws_apigatewayv2_api" "this" {
  name                         = var.name
  description                  = "Sallyport"
  protocol_type                = "HTTP"
  disable_execute_api_endpoint = true
  tags                         = var.tags
}

resource "aws_apigatewayv2_integration" "function" {
  for_each = local.functions

  api_id                 = aws_apigatewayv2_api.this.id
  description            = each.key
  integration_type       = "AWS_PROXY"
  integration_method     = "POST"
  integration_uri        = aws_lambda_alias.live[each.key].invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 30000
}

# Exact paths, not prefixes: API Gateway answers 404 to all others, and no function sees them. Any method: the function answers a
# wrong one with 405 and logs it.
resource "aws_apigatewayv2_route" "path" {
  for_each = local.owners

  api_id    = aws_apigatewayv2_api.this.id
  route_key = "ANY ${each.key}"
  target    = "integrations/${aws_apigatewayv2_integration.function[each.value].id}"
}

resource "aws_apigatewayv2_stage" "default" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = "$default"
  auto_deploy = true
  tags        = var.tags

  default_route_settings {
    throttling_rate_limit    = var.throttle.rate
    throttling_burst_limit   = var.throttle.burst
    detailed_metrics_enabled = true
  }

  dynamic "route_settings" {
    for_each = { for path, limit in var.route_throttles : path => limit if contains(keys(local.owners), path) }

    content {
      route_key                = "ANY ${route_settings.key}"
      throttling_rate_limit    = route_settings.value.rate
      throttling_burst_limit   = route_settings.value.burst
      detailed_metrics_enabled = true
    }
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    # Neither query strings nor headers: both may hold tokens.
    format = jsonencode({
      requestId          = "$context.requestId"
      time               = "$context.requestTimeEpoch"
      client             = "$context.identity.sourceIp"
      method             = "$context.httpMethod"
      route              = "$context.routeKey"
      status             = "$context.status"
      responseLength     = "$context.responseLength"
      latency            = "$context.responseLatency"
      integrationLatency = "$context.integrationLatency"
      integrationStatus  = "$context.integrationStatus"
      integrationError   = "$context.integrationErrorMessage"
      error              = "$context.error.responseType"
    })
  }

  # Settings of a route that is not there are refused.
  depends_on = [aws_apigatewayv2_route.path]
}
