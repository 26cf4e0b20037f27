# From the audit lines: one for each decision (docs/operations.md).

locals {
  key_function_log = "resource.type=\"cloud_run_revision\" AND resource.labels.location=\"${var.region}\" AND resource.labels.service_name=\"${var.name}-keys\""
  functions_log    = "resource.type=\"cloud_run_revision\" AND resource.labels.location=\"${var.region}\" AND resource.labels.service_name=(${join(" OR ", [for name in keys(local.routes) : "\"${var.name}-${name}\""])})"

  audit_metrics = {
    decisions = {
      description = "Decisions by outcome (granted, denied, undecided) and reason"
      log         = local.functions_log
      filter      = "jsonPayload.outcome=(\"granted\" OR \"denied\" OR \"undecided\")"
      labels      = { outcome = "EXTRACT(jsonPayload.outcome)", reason = "EXTRACT(jsonPayload.reason)" }
    }
    changes = {
      description = "Changes to identities that were made"
      log         = local.functions_log
      filter      = "jsonPayload.outcome=\"granted\" AND jsonPayload.after:*"
      labels      = { caller = "EXTRACT(jsonPayload.callerId)" }
    }
    bugs = {
      description = "Requests that ended in an internal error"
      log         = local.functions_log
      filter      = "jsonPayload.exception:*"
      labels      = { exception = "EXTRACT(jsonPayload.exception)" }
    }
  }
  key_metrics = {
    key_function_failures = {
      description = "Calls of the key function that made no signing key although one was due"
      log         = local.key_function_log
      filter      = "(jsonPayload.outcome=(\"denied\" OR \"undecided\") OR jsonPayload.exception:*)"
      labels      = { reason = "EXTRACT(jsonPayload.reason)" }
    }
    key_function_calls = {
      description = "Calls of the key function that made a signing key, or found none due"
      log         = local.key_function_log
      filter      = "jsonPayload.outcome=\"granted\""
      labels      = {}
    }
    refused_keys = {
      description = "Stored signing keys that a function refused or could not decrypt"
      log         = local.functions_log
      filter      = "jsonPayload.message=\"managed signing key not used\""
      labels      = { key = "EXTRACT(jsonPayload.keyId)" }
    }
  }
  metrics = merge(local.audit_metrics, { for name, metric in local.key_metrics : name => metric if local.managed })
}

resource "google_logging_metric" "audit" {
  for_each = local.metrics

  project          = var.project_id
  name             = "${var.name}/${each.key}"
  description      = each.value.description
  filter           = "${each.value.log} AND ${each.value.filter}"
  label_extractors = each.value.labels

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "INT64"
    unit        = "1"

    dynamic "labels" {
      for_each = each.value.labels
      iterator = label

      content {
        key        = label.key
        value_type = "STRING"
      }
    }
  }

  depends_on = [google_project_service.api]
}

resource "google_monitoring_notification_channel" "email" {
  for_each = var.alert_emails

  project      = var.project_id
  display_name = "Sallyport alerts to ${each.value}"
  type         = "email"
  labels       = { email_address = each.value }

  depends_on = [google_project_service.api]
}

locals {
  # PromQL names: the first slash becomes a colon, every other special character an underscore. The load balancer's metrics exist
  # beforehand; those from the log exist from the first line on, so alerts must not require them.
  from_log_name = "logging_googleapis_com:user_${replace(var.name, "-", "_")}"
  from_log      = { for name, _ in local.metrics : name => "${local.from_log_name}_${name}" }
  requests      = "loadbalancing_googleapis_com:https_request_count{monitored_resource=\"https_lb_rule\",url_map_name=\"${var.name}\"}"
  latencies     = "loadbalancing_googleapis_com:https_total_latencies_bucket{monitored_resource=\"https_lb_rule\",url_map_name=\"${var.name}\"}"

  # What no platform ever sends: docs/operations.md, "Alerts worth having".
  attacks = "bad_signature|algorithm_not_allowed|header_not_allowed|wrong_tenant|assertion_reused|uses_exhausted"

  # A key signs for two rotations: there is time, but no one sees it otherwise.
  key_alerts = {
    keys = {
      title    = "Sallyport makes no signing key"
      severity = "ERROR"
      text     = "The key function fails, or a stored key is refused. The newest key signs for one more period, then logins fail. Look at the log of the key function, and at `sallyport keys list`."
      conditions = {
        "The key function fails"  = "sum(increase(${local.from_log_name}_key_function_failures[1h])) > 0"
        "Stored keys are refused" = "sum(increase(${local.from_log_name}_refused_keys[5m])) > 0"
      }
    }
    keys_overdue = {
      title    = "Sallyport's key function is not called"
      severity = "ERROR"
      text     = "It succeeded not once in 24 hours: Cloud Scheduler does not call it, or it may not. The newest key signs for one more period, then logins fail. Look at the job in Cloud Scheduler."
      # The first call of a new deployment is within one interval of the schedule.
      duration = "46800s"
      conditions = {
        "No successful call" = "(sum(increase(${local.from_log_name}_key_function_calls[24h])) or vector(0)) == 0"
      }
    }
  }
  alerts = merge(local.audit_alerts, { for name, alert in local.key_alerts : name => alert if local.managed })

  audit_alerts = {
    errors = {
      title    = "Sallyport answers with errors"
      severity = "CRITICAL"
      text     = "Workloads cannot log in, and it is not their fault. Look at the audit lines of outcome undecided: their reason says who did not answer."
      conditions = {
        "Answers of 500 and above" = "sum(increase(${replace(local.requests, "}", ",response_code_class=\"500\"}")}[5m])) > ${var.alert_thresholds.errors}"
        "Undecided for 5 minutes"  = "sum(increase(${local.from_log.decisions}{outcome=\"undecided\"}[5m])) > ${var.alert_thresholds.errors}"
        "Internal errors"          = "sum(increase(${local.from_log.bugs}[5m])) > 0"
      }
    }
    denials = {
      title    = "Sallyport denies more than usual"
      severity = "WARNING"
      text     = "Somebody guesses, or a deployment or an allowlist broke a workload. Look at reason, identityId and client of the denied audit lines."
      conditions = {
        "Denials"                       = "sum(increase(${local.from_log.decisions}{outcome=\"denied\"}[5m])) > ${var.alert_thresholds.denials}"
        "Tokens that no platform makes" = "sum(increase(${local.from_log.decisions}{reason=~\"${local.attacks}\"}[5m])) > 0"
      }
    }
    latency = {
      title    = "Sallyport is slow"
      severity = "WARNING"
      text     = "The 95th percentile, cold starts included. The calls of the audit lines say whom decisions waited for; min_instances keeps instances warm."
      conditions = {
        "95th percentile" = "histogram_quantile(0.95, sum by (le) (rate(${local.latencies}[5m]))) > ${var.alert_thresholds.latency_ms}"
      }
    }
  }
}

resource "google_monitoring_alert_policy" "this" {
  for_each = local.alerts

  project               = var.project_id
  display_name          = each.value.title
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = concat(sort(var.alert_channels), [for channel in google_monitoring_notification_channel.email : channel.name])
  user_labels           = var.labels

  dynamic "conditions" {
    for_each = each.value.conditions
    iterator = condition

    content {
      display_name = condition.key

      condition_prometheus_query_language {
        query                     = condition.value
        duration                  = try(each.value.duration, "0s")
        evaluation_interval       = "60s"
        disable_metric_validation = true
      }
    }
  }

  alert_strategy {
    auto_close = "86400s"
  }

  documentation {
    mime_type = "text/markdown"
    content   = each.value.text
  }

  depends_on = [google_logging_metric.audit]
}

locals {
  charts = {
    "Decisions by outcome"       = "sum by (outcome) (rate(${local.from_log.decisions}[5m]))"
    "Denials by reason"          = "sum by (reason) (rate(${local.from_log.decisions}{outcome=\"denied\"}[5m]))"
    "Undecided by reason"        = "sum by (reason) (rate(${local.from_log.decisions}{outcome=\"undecided\"}[5m]))"
    "Answers by class of status" = "sum by (response_code_class) (rate(${local.requests}[5m]))"
    "Latency, 95th percentile"   = "histogram_quantile(0.95, sum by (le, backend_target_name) (rate(${local.latencies}[5m])))"
    "Changes by caller"          = "sum by (caller) (increase(${local.from_log.changes}[5m]))"
  }
}

resource "google_monitoring_dashboard" "this" {
  project = var.project_id
  dashboard_json = jsonencode({
    displayName = "Sallyport (${var.name})"
    mosaicLayout = {
      columns = 12
      tiles = [
        for i, title in keys(local.charts) : {
          xPos   = i % 2 * 6
          yPos   = floor(i / 2) * 4
          width  = 6
          height = 4
          widget = {
            title = title
            xyChart = {
              dataSets = [{
                plotType        = "LINE"
                timeSeriesQuery = { prometheusQuery = local.charts[title] }
              }]
            }
          }
        }
      ]
    }
  })

  depends_on = [google_logging_metric.audit]
}
