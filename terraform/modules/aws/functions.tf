locals {
  archives = { for archive in toset([for function in local.functions : function.archive]) : archive => "${var.archives_dir}/${archive}-aws.zip" }
}

resource "aws_s3_object" "archive" {
  for_each = var.archives_bucket == null ? {} : local.archives

  bucket                 = var.archives_bucket
  key                    = "${var.name}/${each.key}-${filesha256(each.value)}.zip"
  source                 = each.value
  source_hash            = filesha256(each.value)
  server_side_encryption = "AES256"
  tags                   = var.tags
}

resource "aws_lambda_function" "this" {
  for_each = local.functions

  function_name                  = local.names[each.key]
  description                    = "Sallyport: ${join(", ", each.value.paths)}"
  role                           = aws_iam_role.function[each.key].arn
  runtime                        = var.java_runtime
  architectures                  = [var.architecture]
  handler                        = each.value.class
  filename                       = var.archives_bucket == null ? local.archives[each.value.archive] : null
  s3_bucket                      = var.archives_bucket
  s3_key                         = var.archives_bucket == null ? null : aws_s3_object.archive[each.value.archive].key
  source_code_hash               = filebase64sha256(local.archives[each.value.archive])
  publish                        = true
  memory_size                    = var.memory_mb
  timeout                        = var.timeout_seconds
  reserved_concurrent_executions = lookup(var.reserved_concurrency, each.key, -1)
  tags                           = var.tags

  environment {
    variables = local.variables[each.key]
  }

  snap_start {
    apply_on = var.snap_start ? "PublishedVersions" : "None"
  }

  # The code writes one line of JSON a decision itself.
  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.function[each.key].name
  }

  # Without the right to log, the function would start without a log.
  depends_on = [aws_iam_role_policy.logs]
}

# The API calls this, never $LATEST: a snapshot belongs to a published version.
resource "aws_lambda_alias" "live" {
  for_each = local.functions

  name             = "live"
  description      = "The version that the API calls"
  function_name    = aws_lambda_function.this[each.key].function_name
  function_version = aws_lambda_function.this[each.key].version
}

resource "aws_lambda_permission" "api" {
  for_each = local.functions

  statement_id  = "api"
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  function_name = aws_lambda_function.this[each.key].function_name
  qualifier     = aws_lambda_alias.live[each.key].name
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/*"
}
