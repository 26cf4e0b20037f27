# A global external Application Load Balancer: TLS, throttling, and each path to its function. There is no listener for plain
# HTTP, not even a redirect: a client would already have sent its credential in the clear.

resource "google_compute_region_network_endpoint_group" "function" {
  for_each = local.routes

  project               = var.project_id
  region                = var.region
  name                  = "${var.name}-${each.key}"
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = google_cloudfunctions2_function.function[each.key].name
  }
}

resource "google_compute_backend_service" "function" {
  for_each = local.routes

  project               = var.project_id
  name                  = "${var.name}-${each.key}"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.throttle.self_link
  enable_cdn            = contains(local.public_functions, each.key)

  backend {
    group = google_compute_region_network_endpoint_group.function[each.key].self_link
  }

  # The function decides what may be cached and for how long; no other function's answers are cached.
  dynamic "cdn_policy" {
    for_each = contains(local.public_functions, each.key) ? [1] : []

    content {
      cache_mode                   = "USE_ORIGIN_HEADERS"
      signed_url_cache_max_age_sec = 0

      cache_key_policy {
        include_host         = true
        include_protocol     = true
        include_query_string = false
      }
    }
  }

  log_config {
    enable      = var.request_log_rate > 0
    sample_rate = var.request_log_rate
  }
}

# The load balancer itself answers 404 for unknown paths and hosts, before any function. A URL map can answer only by aborting the
# request ("fault injection"), and still requires a backend: the function that only publishes public keys, without the cache. It
# answers 404 too.
resource "google_compute_backend_service" "nowhere" {
  project               = var.project_id
  name                  = "${var.name}-nowhere"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTPS"
  security_policy       = google_compute_security_policy.throttle.self_link

  backend {
    group = google_compute_region_network_endpoint_group.function[local.public_functions[0]].self_link
  }

  log_config {
    enable      = var.request_log_rate > 0
    sample_rate = var.request_log_rate
  }
}

resource "google_compute_url_map" "this" {
  project         = var.project_id
  name            = var.name
  default_service = google_compute_backend_service.nowhere.self_link

  default_route_action {
    fault_injection_policy {
      abort {
        http_status = 404
        percentage  = 100
      }
    }
  }

  host_rule {
    hosts        = [var.host]
    path_matcher = "routes"
  }

  path_matcher {
    name            = "routes"
    default_service = google_compute_backend_service.nowhere.self_link

    default_route_action {
      fault_injection_policy {
        abort {
          http_status = 404
          percentage  = 100
        }
      }
    }

    # No two rules match the same path, each being of one function, so that their order means nothing.
    dynamic "route_rules" {
      for_each = keys(local.routes)
      iterator = function

      content {
        priority = function.key + 1
        service  = google_compute_backend_service.function[function.value].self_link

        dynamic "match_rules" {
          # A slash behind is ignored, as the functions do.
          for_each = flatten([for path in local.routes[function.value].paths : strcontains(path, "{") ? [path] : [path, "${path}/"]])
          iterator = path

          content {
            full_path_match     = strcontains(path.value, "{") ? null : path.value
            path_template_match = strcontains(path.value, "{") ? replace(path.value, "/\\{[^}]*\\}/", "*") : null
          }
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = length(local.contested_paths) == 0
      error_message = "A path must have one owner: ${join("; ", local.contested_paths)}."
    }
  }
}

resource "google_compute_ssl_policy" "this" {
  project         = var.project_id
  name            = var.name
  profile         = var.tls_profile
  min_tls_version = "TLS_1_2"

  depends_on = [google_project_service.api]
}

resource "google_compute_target_https_proxy" "this" {
  project         = var.project_id
  name            = var.name
  url_map         = google_compute_url_map.this.self_link
  ssl_policy      = google_compute_ssl_policy.this.self_link
  certificate_map = "//certificatemanager.googleapis.com/${google_certificate_manager_certificate_map.this.id}"
  # Anyone who sees early data can replay it (RFC 8446 §8), and a login must not be replayed.
  tls_early_data = "DISABLED"
}

resource "google_compute_global_address" "this" {
  for_each = { A = "IPV4", AAAA = "IPV6" }

  project    = var.project_id
  name       = "${var.name}-${lower(each.value)}"
  ip_version = each.value

  depends_on = [google_project_service.api]
}

resource "google_compute_global_forwarding_rule" "this" {
  for_each = google_compute_global_address.this

  project               = var.project_id
  name                  = each.value.name
  target                = google_compute_target_https_proxy.this.self_link
  ip_address            = each.value.id
  port_range            = "443"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  labels                = var.labels
}

resource "google_compute_security_policy" "throttle" {
  project = var.project_id
  name    = var.name
  type    = "CLOUD_ARMOR"

  rule {
    description = "Limits the requests of one address"
    action      = "throttle"
    priority    = 1000

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }

    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"

      rate_limit_threshold {
        count        = var.throttle.requests
        interval_sec = var.throttle.seconds
      }
    }
  }

  rule {
    description = "Every policy must have a last rule"
    action      = "allow"
    priority    = 2147483647

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  depends_on = [google_project_service.api]
}
