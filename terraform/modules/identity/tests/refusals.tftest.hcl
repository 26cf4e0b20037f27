# Each of these differs from a valid identity in one thing, and is refused for it.

mock_provider "google" {}

variables {
  project_id = "shop-123"
  identities = {}
}

run "takes_what_those_differ_from" {
  command = plan

  variables {
    identities = {
      payments = { alias = "payments" }
      gce      = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], access_token_max_ttl = 0 } }
      iam      = { gcp_auth = { type = "iam", allowed_service_accounts = ["a@b.example.com"] } }
      aws      = { aws_auth = { allowed_principal_arns = ["arn:aws:iam::123456789012:role/payments", "arn:aws:iam::123456789012:root", "arn:aws-cn:sts::123456789012:federated-user/bob"], allowed_account_ids = ["*"], sts_endpoint = "https://sts-fips.us-east-1.amazonaws.com/" } }
      azure    = { azure_auth = { tenant_id = "72f988bf-86f1-41af-91ab-2d7cd011db47", allowed_service_principal_ids = ["*"] } }
      api      = { kubernetes_auth = { kubernetes_host = "api.example.com", allowed_namespaces = ["shop"], allowed_names = ["worker"] } }
      ipv6     = { kubernetes_auth = { kubernetes_host = "[2001:db8::1]:6443", allowed_namespaces = ["shop"], allowed_names = ["worker"] } }
      jwks     = { kubernetes_auth = { token_review_mode = "jwks", jwks_issuer = "https://oidc.example.com", allowed_audience = "sallyport", allowed_namespaces = ["shop"], allowed_names = ["worker"] } }
      keys     = { kubernetes_auth = { token_review_mode = "jwks", jwks_issuer = "kubernetes/serviceaccount", jwks_uri = "https://keys.example.com/openid/v1/jwks", allowed_audience = "sallyport", allowed_namespaces = ["shop"], allowed_names = ["worker"] } }
      pasted   = { kubernetes_auth = { token_review_mode = "jwks", jwks_issuer = "https://oidc.example.com", allowed_audience = "sallyport", allowed_namespaces = ["shop"], allowed_names = ["worker"], jwks_keys = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"NCIVLtfYZhQx9YChUkrmaExCY897nIqTFehDXtUa3n0\",\"y\":\"3Pd-FQcER_1Ti5dmJfmbiTe7eE5x4Ta7o9VszrR1vC8\"}]}", jwks_algorithm = "ES256" } }
      oidc     = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job" } }
      jwt      = { jwt_auth = { jwks_url = "https://ci.example.com/jwks", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job" } }
      spiffe   = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = ["spiffe://prod.example.com/a"], allowed_audiences = ["sallyport"], endpoint_url = "https://spire.example.com/bundle" } }
      issuer   = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://ci.example.com", subject = "*", audience = "sallyport", claims = { owner = "42" } }] } }
      key      = { client_key_auth = { jwks = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"NCIVLtfYZhQx9YChUkrmaExCY897nIqTFehDXtUa3n0\",\"y\":\"3Pd-FQcER_1Ti5dmJfmbiTe7eE5x4Ta7o9VszrR1vC8\"}]}", algorithm = "ES256" } }
      secret   = { client_secret_auth = { secrets = [{ id = "a", sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }] } }
    }
  }

  assert {
    condition     = toset(keys(google_firestore_document.identity)) == toset(keys(var.identities))
    error_message = "It is valid."
  }
}

run "refuses_a_project_number" {
  command = plan

  variables {
    project_id = "123456789012"
    identities = { payments = {} }
  }

  expect_failures = [var.project_id]
}

run "refuses_a_database_path" {
  command = plan

  variables {
    database   = "projects/shop-123"
    identities = { payments = {} }
  }

  expect_failures = [var.database]
}

run "refuses_documents_of_no_one" {
  command = plan

  variables {
    managed_by = " "
    identities = { payments = {} }
  }

  expect_failures = [var.managed_by]
}

run "refuses_an_id_with_a_slash" {
  command = plan

  variables {
    identities = { "shop/payments" = {} }
  }

  expect_failures = [var.identities]
}

run "refuses_an_id_of_kubernetes" {
  command = plan

  variables {
    identities = { "system:serviceaccount:a:b" = {} }
  }

  expect_failures = [var.identities]
}

run "refuses_an_id_that_google_does_not_take" {
  command = plan

  variables {
    identities = { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" = {} }
  }

  expect_failures = [var.identities]
}

run "refuses_a_name_that_is_too_long" {
  command = plan

  variables {
    identities = { payments = { name = join("", [for i in range(256) : "n"]) } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

# Two UTF-16 units each, of which the reader takes 255.
run "refuses_a_name_of_too_many_units" {
  command = plan

  variables {
    identities = { payments = { name = join("", [for i in range(128) : "😀"]) } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_name_of_too_many_bytes" {
  command = plan

  variables {
    identities = { payments = { name = "n${join("", [for i in range(128) : "\u001b"])}" } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_projects_that_are_too_long" {
  command = plan

  variables {
    identities = { payments = { projects = { "pp" = [join("", [for i in range(763) : "rr"])] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_more_trusted_ips_than_a_token_has_room_for" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], access_token_trusted_ips = [for i in range(51) : "10.0.0.${i}"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_more_scopes_than_a_token_has_room_for" {
  command = plan

  variables {
    identities = { payments = { grants = { orders-api = { scopes = concat([join("", [for j in range(24) : "t"])], [for i in range(11) : "${i % 10}${join("", [for j in range(89) : i < 10 ? "s" : "u"])}"]) } } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "takes_as_much_as_a_token_has_room_for" {
  command = plan

  variables {
    identities = {
      name     = { name = "${join("", [for i in range(127) : "😀"])}n" }
      projects = { projects = { "pp" = [join("", concat(["r"], [for i in range(762) : "rr"]))] } }
      ips      = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], access_token_trusted_ips = [for i in range(50) : "10.0.0.${i}"] } }
      scopes   = { grants = { orders-api = { scopes = concat([join("", [for j in range(23) : "t"])], [for i in range(11) : "${i % 10}${join("", [for j in range(89) : i < 10 ? "s" : "u"])}"]) } } }
    }
  }

  assert {
    condition     = toset(keys(google_firestore_document.identity)) == toset(keys(var.identities))
    error_message = "It is valid."
  }
}

run "refuses_a_blank_name" {
  command = plan

  variables {
    identities = { payments = { name = " " } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_role_of_two_words" {
  command = plan

  variables {
    identities = { payments = { role = "admin viewer" } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_blank_role_in_a_project" {
  command = plan

  variables {
    identities = { payments = { projects = { shop = [""] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_mark_before_1970" {
  command = plan

  variables {
    identities = { payments = { not_before = -1 } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_mark_in_milliseconds" {
  command = plan

  variables {
    identities = { payments = { not_before = 1772366400000 } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_mark_for_an_unknown_method" {
  command = plan

  variables {
    identities = { payments = { method_not_before = { gcp = 1772366400 } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_mark_for_a_method_within_a_second" {
  command = plan

  variables {
    identities = { payments = { method_not_before = { azure = 1.5 } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_metadata_without_a_key" {
  command = plan

  variables {
    identities = { payments = { metadata = { " " = "note" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_metadata_that_is_too_long" {
  command = plan

  variables {
    identities = { payments = { metadata = { note = join("", [for i in range(1024) : "ab"]) } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_alias_with_a_space" {
  command = plan

  variables {
    identities = { payments = { alias = "pay ments" } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_alias_that_is_anothers_id" {
  command = plan

  variables {
    identities = { payments = { alias = "orders" }, orders = {} }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_alias_that_is_anothers_alias" {
  command = plan

  variables {
    identities = { payments = { alias = "pay" }, orders = { alias = "pay" } }
  }

  expect_failures = [google_firestore_document.identity["payments"], google_firestore_document.identity["orders"]]
}

run "refuses_an_audience_of_two" {
  command = plan

  variables {
    identities = { payments = { audiences = { api = {} } }, orders = { audiences = { api = {} } } }
  }

  expect_failures = [google_firestore_document.identity["payments"], google_firestore_document.identity["orders"]]
}

run "refuses_an_audience_with_a_space" {
  command = plan

  variables {
    identities = { payments = { audiences = { "orders api" = {} } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_grant_for_a_name_with_a_space" {
  command = plan

  variables {
    identities = { payments = { grants = { "orders api" = {} } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_scope_with_a_space" {
  command = plan

  variables {
    identities = { payments = { audiences = { orders-api = { scopes = ["read write"] } } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_scope_that_stands_twice" {
  command = plan

  variables {
    identities = { payments = { grants = { orders-api = { scopes = ["read", "read"] } } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_default_scopes_beyond_the_scopes" {
  command = plan

  variables {
    identities = { payments = { grants = { orders-api = { scopes = ["read"], default_scopes = ["write"] } } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_unknown_token_type" {
  command = plan

  variables {
    identities = { payments = { grants = { orders-api = { token_type = "jwt" } } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_grant_for_two_days" {
  command = plan

  variables {
    identities = { payments = { grants = { orders-api = { access_token_ttl = 172800 } } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_grant_for_no_time" {
  command = plan

  variables {
    identities = { payments = { grants = { orders-api = { access_token_ttl = 0 } } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_unknown_type_for_google" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "vm", allowed_service_accounts = ["a@b.example.com"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_account_that_is_no_address" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_service_accounts = ["payments"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_any_account_beside_one" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_service_accounts = ["*", "a@b.example.com"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_account_id_in_letters" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_service_account_ids = ["payments"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_project_in_capitals" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_projects = ["Shop-123"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_region_for_a_zone" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], allowed_zones = ["europe-west1"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_all_of_google" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_service_accounts = [] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_zones_alone" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_zones = ["europe-west1-b"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_any_zone_alone" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_zones = ["*"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "takes_zones_beside_what_constrains" {
  command = plan

  variables {
    identities = {
      project = { gcp_auth = { type = "gce", allowed_zones = ["europe-west1-b"], allowed_projects = ["shop-123"] } }
      any     = { gcp_auth = { type = "gce", allowed_zones = ["europe-west1-b"], allowed_service_accounts = ["*"] } }
    }
  }

  assert {
    condition     = length(google_firestore_document.identity) == 2
    error_message = "zones beside a project, or beside any account on purpose"
  }
}

run "refuses_zones_for_a_signed_jwt" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "iam", allowed_service_accounts = ["a@b.example.com"], allowed_zones = ["europe-west1-b"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_single_use_of_an_id_token" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], single_use = true } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_expiry_of_an_id_token" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], require_expiry = true } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_ttl_beyond_ten_years" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], access_token_max_ttl = 0, access_token_ttl = 315360001 } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_half_a_second" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], access_token_ttl = 0.5 } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_token_that_outlives_its_session" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], access_token_ttl = 7200, access_token_max_ttl = 3600 } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_negative_number_of_uses" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], access_token_num_uses_limit = -1 } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_to_be_used_nowhere" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], access_token_trusted_ips = [] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_block_with_bits_beyond_its_prefix" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], access_token_trusted_ips = ["10.0.0.1/8"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_address_with_leading_zeros" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], access_token_trusted_ips = ["10.0.0.01"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_what_is_no_address" {
  command = plan

  variables {
    identities = { payments = { gcp_auth = { type = "gce", allowed_projects = ["shop-123"], access_token_trusted_ips = ["office"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_tenant_by_its_domain" {
  command = plan

  variables {
    identities = { payments = { azure_auth = { tenant_id = "example.com", allowed_service_principal_ids = ["*"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_sts_endpoint_elsewhere" {
  command = plan

  variables {
    identities = { payments = { aws_auth = { allowed_account_ids = ["*"], sts_endpoint = "https://sts.amazonaws.com.evil.example/" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_principal_without_an_account" {
  command = plan

  variables {
    identities = { payments = { aws_auth = { allowed_principal_arns = ["arn:aws:iam::*:role/payments"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_star_in_the_path_of_a_role" {
  command = plan

  variables {
    identities = { payments = { aws_auth = { allowed_principal_arns = ["arn:aws:iam::123456789012:role/*/payments"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_star_in_the_name_of_an_aws_user" {
  command = plan

  variables {
    identities = { payments = { aws_auth = { allowed_principal_arns = ["arn:aws:iam::123456789012:user/*"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_any_aws_principal_beside_others" {
  command = plan

  variables {
    identities = { payments = { aws_auth = { allowed_principal_arns = ["*", "arn:aws:iam::123456789012:role/payments"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_aws_account_that_is_no_number" {
  command = plan

  variables {
    identities = { payments = { aws_auth = { allowed_account_ids = ["payments"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_every_customer_of_aws" {
  command = plan

  variables {
    identities = { payments = { aws_auth = { require_server_id = true } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_unknown_cloud" {
  command = plan

  variables {
    identities = { payments = { azure_auth = { tenant_id = "72f988bf-86f1-41af-91ab-2d7cd011db47", cloud = "germany", allowed_service_principal_ids = ["*"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_resource_with_a_space" {
  command = plan

  variables {
    identities = { payments = { azure_auth = { tenant_id = "72f988bf-86f1-41af-91ab-2d7cd011db47", resource = "api://sally port", allowed_service_principal_ids = ["*"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_resource_that_is_a_slash" {
  command = plan

  variables {
    identities = { payments = { azure_auth = { tenant_id = "72f988bf-86f1-41af-91ab-2d7cd011db47", resource = "/", allowed_service_principal_ids = ["*"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_principal_by_its_name" {
  command = plan

  variables {
    identities = { payments = { azure_auth = { tenant_id = "72f988bf-86f1-41af-91ab-2d7cd011db47", allowed_service_principal_ids = ["payments"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_any_principal_beside_one" {
  command = plan

  variables {
    identities = { payments = { azure_auth = { tenant_id = "72f988bf-86f1-41af-91ab-2d7cd011db47", allowed_service_principal_ids = ["*", "0b1f6471-1bf0-4dda-aec3-cb9272f09590"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_resource_group_by_its_name" {
  command = plan

  variables {
    identities = { payments = { azure_auth = { tenant_id = "72f988bf-86f1-41af-91ab-2d7cd011db47", allowed_resources = ["prod"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_resource_that_climbs" {
  command = plan

  variables {
    identities = { payments = { azure_auth = { tenant_id = "72f988bf-86f1-41af-91ab-2d7cd011db47", allowed_resources = ["/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/.."] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_whole_tenant" {
  command = plan

  variables {
    identities = { payments = { azure_auth = { tenant_id = "72f988bf-86f1-41af-91ab-2d7cd011db47" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_unknown_review_mode" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { token_review_mode = "none", allowed_namespaces = ["shop"], allowed_names = ["worker"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_fields_of_another_review_mode" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { kubernetes_host = "api.example.com", allowed_namespaces = ["shop"], allowed_names = ["worker"], gateway_id = "gw-1" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_certificate_beside_pasted_keys" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { token_review_mode = "jwks", jwks_issuer = "https://oidc.example.com", allowed_audience = "sallyport", allowed_namespaces = ["shop"], allowed_names = ["worker"], jwks_keys = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"NCIVLtfYZhQx9YChUkrmaExCY897nIqTFehDXtUa3n0\",\"y\":\"3Pd-FQcER_1Ti5dmJfmbiTe7eE5x4Ta7o9VszrR1vC8\"}]}", jwks_algorithm = "ES256", ca_cert = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_cluster_without_a_host" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { allowed_namespaces = ["shop"], allowed_names = ["worker"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_host_with_a_path" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { kubernetes_host = "https://api.example.com/k8s", allowed_namespaces = ["shop"], allowed_names = ["worker"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_certificate_that_is_a_key" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { kubernetes_host = "api.example.com", allowed_namespaces = ["shop"], allowed_names = ["worker"], ca_cert = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_reviewer_token_in_the_clear" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { kubernetes_host = "api.example.com", allowed_namespaces = ["shop"], allowed_names = ["worker"], token_reviewer_jwt_sealed = "eyJhbGciOiJSUzI1NiJ9.e30.c2lnbmF0dXJl" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_reviewer_token_of_the_older_form" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { kubernetes_host = "api.example.com", allowed_names = ["worker"], token_reviewer_jwt_sealed = "kms1.CiQAexample_of_sealed-text" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_gateway_without_an_id" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { token_review_mode = "gateway", allowed_namespaces = ["shop"], allowed_names = ["worker"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_issuer_of_a_cluster_without_tls" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { token_review_mode = "jwks", jwks_issuer = "http://oidc.example.com", allowed_audience = "sallyport", allowed_namespaces = ["shop"], allowed_names = ["worker"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_issuer_of_a_cluster_that_climbs" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { token_review_mode = "jwks", jwks_issuer = "https://oidc.example.com/../id", allowed_audience = "sallyport", allowed_namespaces = ["shop"], allowed_names = ["worker"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_address_of_keys_without_tls" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { token_review_mode = "jwks", jwks_issuer = "https://oidc.example.com", jwks_uri = "http://keys.example.com/jwks", allowed_audience = "sallyport", allowed_namespaces = ["shop"], allowed_names = ["worker"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_address_of_keys_with_a_user" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { token_review_mode = "jwks", jwks_issuer = "https://oidc.example.com", jwks_uri = "https://user@keys.example.com/jwks", allowed_audience = "sallyport", allowed_namespaces = ["shop"], allowed_names = ["worker"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_address_of_keys_beside_keys" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { token_review_mode = "jwks", jwks_issuer = "https://oidc.example.com", jwks_uri = "https://keys.example.com/jwks", allowed_audience = "sallyport", allowed_namespaces = ["shop"], allowed_names = ["worker"], jwks_keys = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"NCIVLtfYZhQx9YChUkrmaExCY897nIqTFehDXtUa3n0\",\"y\":\"3Pd-FQcER_1Ti5dmJfmbiTe7eE5x4Ta7o9VszrR1vC8\"}]}", jwks_algorithm = "ES256" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_address_of_keys_for_reviews" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { kubernetes_host = "api.example.com", jwks_uri = "https://keys.example.com/jwks", allowed_namespaces = ["shop"], allowed_names = ["worker"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_private_keys_of_a_cluster" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { token_review_mode = "jwks", jwks_issuer = "https://oidc.example.com", allowed_audience = "sallyport", allowed_namespaces = ["shop"], allowed_names = ["worker"], jwks_keys = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"NCIVLtfYZhQx9YChUkrmaExCY897nIqTFehDXtUa3n0\",\"y\":\"3Pd-FQcER_1Ti5dmJfmbiTe7eE5x4Ta7o9VszrR1vC8\",\"d\":\"AAAA\"}]}", jwks_algorithm = "ES256" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_algorithm_that_clusters_do_not_use" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { token_review_mode = "jwks", jwks_issuer = "https://oidc.example.com", allowed_audience = "sallyport", allowed_namespaces = ["shop"], allowed_names = ["worker"], jwks_algorithm = "PS256" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_offline_review_without_an_audience" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { token_review_mode = "jwks", jwks_issuer = "https://oidc.example.com", allowed_namespaces = ["shop"], allowed_names = ["worker"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_name_in_capitals" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { kubernetes_host = "api.example.com", allowed_namespaces = ["shop"], allowed_names = ["Worker"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_two_stars_in_a_row" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { kubernetes_host = "api.example.com", allowed_namespaces = ["shop"], allowed_names = ["team-**"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_any_namespace_beside_one" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { kubernetes_host = "api.example.com", allowed_namespaces = ["*", "orders"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_uid_with_a_space" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { kubernetes_host = "api.example.com", allowed_service_account_ids = ["0a8a 3c29"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_whole_cluster" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { kubernetes_host = "api.example.com" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_names_of_service_accounts_alone" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { kubernetes_host = "api.example.com", allowed_names = ["worker"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "takes_names_of_service_accounts_in_any_namespace_on_purpose" {
  command = plan

  variables {
    identities = { payments = { kubernetes_auth = { kubernetes_host = "api.example.com", allowed_namespaces = ["*"], allowed_names = ["worker"] } } }
  }

  assert {
    condition     = length(google_firestore_document.identity) == 1
    error_message = "any namespace on purpose"
  }
}

run "refuses_no_trusted_issuer" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_twenty_one_trusted_issuers" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [for i in range(21) : { issuer = "https://ci.example.com", subject = "repo:shop", audience = "sallyport" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_issuer_without_tls" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "http://ci.example.com", subject = "repo:shop", audience = "sallyport" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_blank_audience" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://ci.example.com", subject = "repo:shop", audience = " " }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_two_stars_in_a_subject" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://ci.example.com", subject = "repo:**", audience = "sallyport" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_everybody_of_an_issuer" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://ci.example.com", subject = "*", audience = "sallyport" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_everybody_of_an_issuer_by_a_claim" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://ci.example.com", subject = "*", audience = "sallyport", claims = { ref = "*" } }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_all_of_github" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://token.actions.githubusercontent.com", subject = "*", claims = { ref = "refs/heads/main" }, audience = "sallyport" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_repository_of_any_owner" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://token.actions.githubusercontent.com", subject = "repo:*/shop:*", audience = "sallyport" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_owners_who_begin_alike" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://token.actions.githubusercontent.com", subject = "repo:shop*", audience = "sallyport" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_subject_of_github_without_an_owner" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://token.actions.githubusercontent.com", subject = "environment:production", audience = "sallyport" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_owner_of_github_by_a_pattern" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://token.actions.githubusercontent.com", subject = "*", claims = { repository_owner = "shop*" }, audience = "sallyport" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_any_group_of_gitlab" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://gitlab.com/", subject = "project_path:*/orders:*", audience = "sallyport" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_address_that_google_has_not_verified" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://accounts.google.com", subject = "*", claims = { email = "a@example.com" }, audience = "sallyport" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "takes_shared_issuers_whose_owner_is_fixed" {
  command = plan

  variables {
    identities = {
      for name, rule in {
        prefix = { issuer = "https://token.actions.githubusercontent.com", subject = "repo:shop/*", audience = "sallyport", claims = {} }
        claim  = { issuer = "https://token.actions.githubusercontent.com", subject = "*", audience = "sallyport", claims = { repository_owner_id = "42" } }
        gitlab = { issuer = "https://gitlab.com", subject = "project_path:shop/*", audience = "sallyport", claims = {} }
        google = { issuer = "https://accounts.google.com", subject = "*", audience = "sallyport", claims = { email = "a@example.com", email_verified = "true" } }
      } : name => { jwt_bearer_auth = { trusted_issuers = [rule] } }
    }
  }

  assert {
    condition     = length(google_firestore_document.identity) == 4
    error_message = "an owner that is fixed"
  }
}

run "refuses_an_algorithm_with_a_shared_secret" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://ci.example.com", subject = "repo:shop", audience = "sallyport", algorithm = "HS256" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_keys_by_two_ways" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://ci.example.com", subject = "repo:shop", audience = "sallyport", algorithm = "ES256", jwks = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"NCIVLtfYZhQx9YChUkrmaExCY897nIqTFehDXtUa3n0\",\"y\":\"3Pd-FQcER_1Ti5dmJfmbiTe7eE5x4Ta7o9VszrR1vC8\"}]}", jwks_uri = "https://ci.example.com/keys" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_private_keys_of_an_issuer" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://ci.example.com", subject = "repo:shop", audience = "sallyport", algorithm = "ES256", jwks = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"NCIVLtfYZhQx9YChUkrmaExCY897nIqTFehDXtUa3n0\",\"y\":\"3Pd-FQcER_1Ti5dmJfmbiTe7eE5x4Ta7o9VszrR1vC8\",\"d\":\"AAAA\"}]}" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_keys_without_tls" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://ci.example.com", subject = "repo:shop", audience = "sallyport", jwks_uri = "http://ci.example.com/keys" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_certificate_of_an_issuer_that_is_none" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://ci.example.com", subject = "repo:shop", audience = "sallyport", ca_cert = "none" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_private_key_of_a_client" {
  command = plan

  variables {
    identities = { payments = { client_key_auth = { jwks = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"NCIVLtfYZhQx9YChUkrmaExCY897nIqTFehDXtUa3n0\",\"y\":\"3Pd-FQcER_1Ti5dmJfmbiTe7eE5x4Ta7o9VszrR1vC8\",\"d\":\"AAAA\"}]}", algorithm = "ES256" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_unknown_algorithm_of_a_client" {
  command = plan

  variables {
    identities = { payments = { client_key_auth = { jwks = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"NCIVLtfYZhQx9YChUkrmaExCY897nIqTFehDXtUa3n0\",\"y\":\"3Pd-FQcER_1Ti5dmJfmbiTe7eE5x4Ta7o9VszrR1vC8\"}]}", algorithm = "EdDSA" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_no_secret" {
  command = plan

  variables {
    identities = { payments = { client_secret_auth = { secrets = [] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_two_secrets_of_one_id" {
  command = plan

  variables {
    identities = { payments = { client_secret_auth = { secrets = [{ id = "a", sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }, { id = "a", sha256 = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_secret_of_an_odd_id" {
  command = plan

  variables {
    identities = { payments = { client_secret_auth = { secrets = [{ id = "a b", sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_secret_in_the_clear" {
  command = plan

  variables {
    identities = { payments = { client_secret_auth = { secrets = [{ id = "a", sha256 = "sallyport_secret_AAAA" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_secret_of_the_future" {
  command = plan

  variables {
    identities = { payments = { client_secret_auth = { secrets = [{ id = "a", sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", created_at = 1772366400000 }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_discovery_without_tls" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "http://ci.example.com", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_oidc_ca_that_is_none" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job", ca_cert = "x" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_no_oidc_issuer" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "", bound_audiences = ["sallyport"], bound_subject = "job" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_no_oidc_audience" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://ci.example.com", bound_audiences = [], bound_subject = "job" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_any_oidc_audience" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://ci.example.com", bound_audiences = ["*"], bound_subject = "job" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_deep_oidc_subject" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job**" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_any_oidc_subject_without_claims" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "*" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_no_oidc_subject_with_any_claim" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "", bound_claims = { team = "shop, *" } } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_malformed_oidc_claim" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job", bound_claims = { "a..b" = "x" } } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_oidc_claim_that_demands_nothing" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job", bound_claims_all = { a = [] } } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_oidc_claim_twice" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job", bound_claims = { a = "x" }, bound_claims_all = { a = ["x"] } } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_malformed_oidc_mapping" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job", claim_metadata_mapping = { "a b" = "c" } } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_unknown_oidc_algorithm" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job", algorithm = "HS256" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_shared_oidc_issuer" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://token.actions.githubusercontent.com", bound_audiences = ["sallyport"], bound_subject = "job" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_alternatives_of_a_shared_oidc_issuer" {
  command = plan

  variables {
    identities = { payments = { oidc_auth = { oidc_discovery_url = "https://ci.example.com", bound_issuer = "https://token.actions.githubusercontent.com", bound_audiences = ["sallyport"], bound_subject = "*", bound_claims = { repository = "shop/*, */shop" } } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_jwt_keys_without_tls" {
  command = plan

  variables {
    identities = { payments = { jwt_auth = { jwks_url = "http://ci.example.com/jwks", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_jwt_keys_at_two_places" {
  command = plan

  variables {
    identities = { payments = { jwt_auth = { jwks_url = "https://ci.example.com/jwks", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job", public_keys = ["x"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_no_jwt_keys" {
  command = plan

  variables {
    identities = { payments = { jwt_auth = { bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_jwt_keys_that_are_none" {
  command = plan

  variables {
    identities = { payments = { jwt_auth = { public_keys = ["-----BEGIN PRIVATE KEY-----\nMFkw\n-----END PRIVATE KEY-----"], bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_jwt_ca_that_is_none" {
  command = plan

  variables {
    identities = { payments = { jwt_auth = { jwks_url = "https://ci.example.com/jwks", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "job", jwks_ca_cert = "x" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_any_jwt_subject" {
  command = plan

  variables {
    identities = { payments = { jwt_auth = { jwks_url = "https://ci.example.com/jwks", bound_issuer = "https://ci.example.com", bound_audiences = ["sallyport"], bound_subject = "*" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_trust_domain_in_capitals" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "Prod.example.com", allowed_spiffe_ids = ["spiffe://prod.example.com/a"], allowed_audiences = ["sallyport"], endpoint_url = "https://spire.example.com/bundle" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_spiffe_ids_of_another_trust_domain" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = ["spiffe://dev.example.com/a"], allowed_audiences = ["sallyport"], endpoint_url = "https://spire.example.com/bundle" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_spiffe_id_with_two_dots" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = ["spiffe://prod.example.com/a/../b"], allowed_audiences = ["sallyport"], endpoint_url = "https://spire.example.com/bundle" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_spiffe_id_with_a_trailing_slash" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = ["spiffe://prod.example.com/a/"], allowed_audiences = ["sallyport"], endpoint_url = "https://spire.example.com/bundle" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_spiffe_id_with_stars_in_a_segment" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = ["spiffe://prod.example.com/a**"], allowed_audiences = ["sallyport"], endpoint_url = "https://spire.example.com/bundle" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_no_spiffe_ids" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = [], allowed_audiences = ["sallyport"], endpoint_url = "https://spire.example.com/bundle" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_no_spiffe_audience" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = ["spiffe://prod.example.com/a"], allowed_audiences = [], endpoint_url = "https://spire.example.com/bundle" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_any_spiffe_audience" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = ["spiffe://prod.example.com/a"], allowed_audiences = ["*"], endpoint_url = "https://spire.example.com/bundle" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_no_spiffe_bundle" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = ["spiffe://prod.example.com/a"], allowed_audiences = ["sallyport"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_two_spiffe_bundles" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = ["spiffe://prod.example.com/a"], allowed_audiences = ["sallyport"], endpoint_url = "https://spire.example.com/bundle", bundle = "{}" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_spiffe_bundle_of_x509_keys" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = ["spiffe://prod.example.com/a"], allowed_audiences = ["sallyport"], bundle = "{\"keys\":[{\"use\":\"x509-svid\",\"kid\":\"1\"}]}" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_spiffe_endpoint_without_tls" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = ["spiffe://prod.example.com/a"], allowed_audiences = ["sallyport"], endpoint_url = "http://spire.example.com/bundle" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_spiffe_ca_that_is_none" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = ["spiffe://prod.example.com/a"], allowed_audiences = ["sallyport"], endpoint_url = "https://spire.example.com/bundle", ca_cert = "x" } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_refresh_beyond_a_month" {
  command = plan

  variables {
    identities = { payments = { spiffe_auth = { trust_domain = "prod.example.com", allowed_spiffe_ids = ["spiffe://prod.example.com/a"], allowed_audiences = ["sallyport"], endpoint_url = "https://spire.example.com/bundle", refresh_hint_seconds = 2592001 } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_malformed_pointer" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://ci.example.com", subject = "job", audience = "sallyport", claims = { "/a~2" = "x" } }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_claim_that_demands_nothing" {
  command = plan

  variables {
    identities = { payments = { jwt_bearer_auth = { trusted_issuers = [{ issuer = "https://ci.example.com", subject = "job", audience = "sallyport", claims_all = { a = [] } }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_21_secrets" {
  command = plan

  variables {
    identities = { payments = { client_secret_auth = { secrets = [for n in range(21) : { id = "s${n}", sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_ttl_of_a_secret_without_a_beginning" {
  command = plan

  variables {
    identities = { payments = { client_secret_auth = { secrets = [{ id = "a", sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", ttl = 60 }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_ttl_of_a_secret_that_is_too_long" {
  command = plan

  variables {
    identities = { payments = { client_secret_auth = { secrets = [{ id = "a", sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", created_at = 1, ttl = 315360001 }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_negative_limit_of_a_secret" {
  command = plan

  variables {
    identities = { payments = { client_secret_auth = { secrets = [{ id = "a", sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", num_uses_limit = -1 }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_long_description_of_a_secret" {
  command = plan

  variables {
    identities = { payments = { client_secret_auth = { secrets = [{ id = "a", sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", description = join("", [for n in range(256) : "x"]) }] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_a_period_that_is_too_long" {
  command = plan

  variables {
    identities = { payments = { client_secret_auth = { secrets = [{ id = "a", sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }], access_token_period = 7776001 } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_no_address_of_secrets" {
  command = plan

  variables {
    identities = { payments = { client_secret_auth = { secrets = [{ id = "a", sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }], client_secret_trusted_ips = [] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}

run "refuses_an_odd_address_of_secrets" {
  command = plan

  variables {
    identities = { payments = { client_secret_auth = { secrets = [{ id = "a", sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }], client_secret_trusted_ips = ["10.0.0.300"] } } }
  }

  expect_failures = [google_firestore_document.identity["payments"]]
}
