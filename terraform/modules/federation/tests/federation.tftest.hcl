mock_provider "google" {
  override_during = plan

  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
}

variables {
  project_id = "shop-123"
  issuer     = "https://login.example.com"
  service_accounts = {
    "payments:eu" = ["warehouse-reader@shop-123.iam.gserviceaccount.com", "ledger@other-456.iam.gserviceaccount.com"]
    reports       = ["warehouse-reader@shop-123.iam.gserviceaccount.com"]
    direct        = []
  }
}

run "the_provider" {
  command = plan

  assert {
    condition     = google_iam_workload_identity_pool_provider.this.oidc[0].issuer_uri == "https://login.example.com"
    error_message = "Sallyport's issuer, byte by byte."
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.this.oidc[0].allowed_audiences == null
    error_message = "Only tokens for this provider enter."
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.this.attribute_condition == "assertion.sub in ['direct', 'payments:eu', 'reports']"
    error_message = "Only identities that are named enter."
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.this.attribute_mapping == tomap({ "google.subject" = "assertion.sub", "attribute.client" = "assertion.client_id" })
    error_message = "The subject is the identity."
  }
  assert {
    condition     = output.audience == "//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/sallyport/providers/sallyport"
    error_message = "By the project's number, as Google wants it."
  }
}

run "the_principals" {
  command = plan

  assert {
    condition = { for grant in google_service_account_iam_member.impersonation : "${grant.member} ${grant.service_account_id}" => grant.role } == {
      "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/sallyport/subject/payments:eu projects/-/serviceAccounts/warehouse-reader@shop-123.iam.gserviceaccount.com" = "roles/iam.workloadIdentityUser"
      "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/sallyport/subject/payments:eu projects/-/serviceAccounts/ledger@other-456.iam.gserviceaccount.com"          = "roles/iam.workloadIdentityUser"
      "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/sallyport/subject/reports projects/-/serviceAccounts/warehouse-reader@shop-123.iam.gserviceaccount.com"     = "roles/iam.workloadIdentityUser"
    }
    error_message = "Each identity may impersonate its accounts, and no others."
  }
  assert {
    condition     = output.principals.direct == "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/sallyport/subject/direct"
    error_message = "An identity may be granted roles itself."
  }
}

run "names_of_ones_own" {
  command = plan

  variables {
    pool        = "workloads"
    provider_id = "login-eu"
  }

  assert {
    condition     = output.audience == "//iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/workloads/providers/login-eu" && google_iam_workload_identity_pool_provider.this.workload_identity_pool_id == "workloads" && google_iam_workload_identity_pool_provider.this.workload_identity_pool_provider_id == "login-eu"
    error_message = "Pool and provider are called so."
  }
}
