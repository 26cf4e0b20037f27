mock_provider "infisical" {
  override_during = plan

  mock_data "infisical_identity_details" {
    defaults = { organization = { id = "sallyport", name = "Sallyport", slug = "sallyport" } }
  }
}

variables {
  issuer = "https://login.example.com"
  gcp    = { payments = { service_account = "payments@shop-123.iam.gserviceaccount.com" } }
  azure = {
    billing = { tenant_id = "72f988bf-86f1-41af-91ab-2d7cd011db47", object_id = "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11" }
  }
  aws = { reports = { role_arn = "arn:aws:iam::123456789012:role/reports" } }
  kubernetes = {
    cart = { host = "https://kube.example.com", ca_certificate = "", namespace = "shop", service_account = "cart" }
  }
  token_reviewer_jwts = { cart = "a.b.c" }
  oidc                = { deployer = { issuer = "https://ci.example.com", subject = "project:shop:*" } }
}

run "one_identity_of_each_kind" {
  command = plan

  assert {
    condition     = toset(keys(output.identity_ids)) == toset(["payments", "billing", "reports", "cart", "deployer"])
    error_message = "One identity for each workload."
  }
  assert {
    condition     = alltrue([for one in infisical_identity.this : one.org_id == "sallyport" && one.role == "no-access"])
    error_message = "All in the only organization, and without rights in the admin API."
  }
  assert {
    condition     = infisical_identity_oidc_auth.this["deployer"].bound_audiences == tolist(["https://login.example.com"])
    error_message = "A JWT for this issuer alone."
  }
}

run "guids_as_they_are_shown" {
  command = plan

  variables {
    azure = {
      billing = { tenant_id = "72F988BF-86f1-41af-91ab-2d7cd011db47", object_id = "a5e2cf2f-9b5b-4b2c-8f1a-6d1f0f6c8f11" }
    }
  }

  expect_failures = [var.azure]
}

run "no_lifetime_of_0" {
  command = plan

  variables {
    access_token_ttl = 0
  }

  expect_failures = [var.access_token_ttl]
}
