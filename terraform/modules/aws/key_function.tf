# The key function for managed signing keys, if it runs here: EventBridge Scheduler alone calls it. It is on no route of the API. In
# Google Cloud its role may encrypt and write the key database, which no other role may (google-access).

locals {
  key_function = var.managed_keys.key_function ? { keys = "${var.name}-keys" } : {}
  key_archive  = "${var.archives_dir}/fn-keys-aws.zip"

  key_variables = merge(
    {
      SALLYPORT_ISSUER         = var.issuer
      SALLYPORT_SIGNING_KEYS   = local.signing_keys
      SALLYPORT_KEY_ALGORITHM  = var.managed_keys.algorithm
      SALLYPORT_FORWARDED_HOPS = "0"
    },
    var.java_tool_options == "" ? {} : { JAVA_TOOL_OPTIONS = var.java_tool_options },
    { for name, value in local.managed_variables : name => value if name != "SALLYPORT_EARLIER_KEYS" },
  )

  # As API Gateway would send it (payload format 2.0), since the function knows no other event.
  rotate_event = {
    version         = "2.0"
    rawPath         = "/keys/rotate"
    rawQueryString  = ""
    headers         = {}
    requestContext  = { stage = "$default", http = { method = "POST", path = "/keys/rotate", sourceIp = "" } }
    isBase64Encoded = false
  }
}

resource "aws_iam_role" "keys" {
  for_each = local.key_function

  name                 = each.value
  description          = "Sallyport's key function"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "lambda.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_cloudwatch_log_group" "keys" {
  for_each = local.key_function

  name              = "/aws/lambda/${each.value}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.log_kms_key_arn
  tags              = var.tags
}

resource "aws_iam_role_policy" "keys_logs" {
  for_each = local.key_function

  name = "logs"
  role = aws_iam_role.keys[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      Resource = "${aws_cloudwatch_log_group.keys[each.key].arn}:*"
    }]
  })
}

resource "aws_s3_object" "keys" {
  for_each = var.archives_bucket == null ? {} : local.key_function

  bucket                 = var.archives_bucket
  key                    = "${var.name}/fn-keys-${filesha256(local.key_archive)}.zip"
  source                 = local.key_archive
  source_hash            = filesha256(local.key_archive)
  server_side_encryption = "AES256"
  tags                   = var.tags
}

# No snapshot: once an hour, a cold start does not matter.
resource "aws_lambda_function" "keys" {
  for_each = local.key_function

  function_name    = each.value
  description      = "Sallyport: makes signing keys"
  role             = aws_iam_role.keys[each.key].arn
  runtime          = var.java_runtime
  architectures    = [var.architecture]
  handler          = "io.sallyport.keyrotation.KeyRotationFunction"
  filename         = var.archives_bucket == null ? local.key_archive : null
  s3_bucket        = var.archives_bucket
  s3_key           = var.archives_bucket == null ? null : aws_s3_object.keys[each.key].key
  source_code_hash = filebase64sha256(local.key_archive)
  memory_size      = var.memory_mb
  timeout          = 60
  tags             = var.tags

  environment {
    variables = local.key_variables
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.keys[each.key].name
  }

  depends_on = [aws_iam_role_policy.keys_logs]
}

# The role of the scheduler: it may call the key function, and nothing else.
resource "aws_iam_role" "keys_scheduler" {
  for_each = local.key_function

  name                 = "${each.value}-scheduler"
  description          = "Calls Sallyport's key function"
  permissions_boundary = var.permissions_boundary_arn
  tags                 = var.tags

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "scheduler.amazonaws.com" }
      Action    = "sts:AssumeRole"
      # Not for schedules of other accounts.
      Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "keys_scheduler" {
  for_each = local.key_function

  name = "invoke"
  role = aws_iam_role.keys_scheduler[each.key].name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["lambda:InvokeFunction"]
      Resource = aws_lambda_function.keys[each.key].arn
    }]
  })
}

resource "aws_scheduler_schedule" "keys" {
  for_each = local.key_function

  name                         = each.value
  description                  = "Makes the next signing key of Sallyport if it is due"
  schedule_expression          = var.managed_keys.schedule
  schedule_expression_timezone = "UTC"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_lambda_function.keys[each.key].arn
    role_arn = aws_iam_role.keys_scheduler[each.key].arn
    input    = jsonencode(local.rotate_event)

    retry_policy {
      maximum_retry_attempts       = 5
      maximum_event_age_in_seconds = 3600
    }
  }

  depends_on = [aws_iam_role_policy.keys_scheduler]
}

# A call that makes no key still ends well for Lambda: its answer says so, and its log.
resource "aws_cloudwatch_log_metric_filter" "keys" {
  for_each = var.managed_keys.key_function ? {
    failures = "{ ($.outcome = \"denied\") || ($.outcome = \"undecided\") || ($.exception = \"*\") }"
    calls    = "{ $.outcome = \"granted\" }"
  } : {}

  name           = "${var.name}-keys-${each.key}"
  log_group_name = aws_cloudwatch_log_group.keys["keys"].name
  pattern        = each.value

  metric_transformation {
    namespace = "Sallyport"
    name      = "${var.name}-keys-${each.key}"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "keys" {
  for_each = var.alarms == null || !var.managed_keys.key_function ? {} : {
    failures = { text = "Sallyport's key function makes no signing key although one is due. Its log has the reason.", comparison = "GreaterThanOrEqualToThreshold", period = 3600, missing = "notBreaching" }
    calls    = { text = "Sallyport's key function did not succeed for a day. Look at the schedule ${var.name}-keys.", comparison = "LessThanThreshold", period = 86400, missing = "breaching" }
  }

  alarm_name          = "${var.name}-keys-${each.key}"
  alarm_description   = "${each.value.text} The newest key signs for one more period, then logins fail."
  namespace           = "Sallyport"
  metric_name         = aws_cloudwatch_log_metric_filter.keys[each.key].metric_transformation[0].name
  statistic           = "Sum"
  period              = each.value.period
  evaluation_periods  = 1
  comparison_operator = each.value.comparison
  threshold           = 1
  treat_missing_data  = each.value.missing
  alarm_actions       = var.alarms.topic_arns
  ok_actions          = var.alarms.topic_arns
  tags                = var.tags
}
