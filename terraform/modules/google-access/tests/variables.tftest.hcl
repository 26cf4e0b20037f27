# Every validation refuses what it is there for.

mock_provider "google" {
  override_during = plan

  mock_resource "google_iam_workload_identity_pool" {
    defaults = { name = "projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions" }
  }
}

override_resource {
  target          = google_iam_workload_identity_pool_provider.aws[0]
  override_during = plan
  values          = { name = "projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions/providers/aws-lambda" }
}

override_resource {
  target          = google_iam_workload_identity_pool_provider.azure[0]
  override_during = plan
  values          = { name = "projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions/providers/azure-functions" }
}

variables {
  project_id     = "shop-login"
  database       = "sallyport"
  signing_key    = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens"
  encryption_key = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets"
  aws = {
    account_id = "123456789012"
    role_names = { token = "sallyport-token", introspection = "sallyport-introspection", renew = "sallyport-renew", well-known = "sallyport-well-known" }
  }
  azure = {
    tenant_id = "11111111-1111-1111-1111-111111111111"
    resource  = "api://11111111-1111-1111-1111-111111111111/sallyport-google"
    apps = {
      login  = { principal_id = "22222222-2222-2222-2222-222222222222", functions = ["gcp-login", "renew"] }
      public = { principal_id = "33333333-3333-3333-3333-333333333333", functions = ["well-known"] }
      admin  = { principal_id = "44444444-4444-4444-4444-444444444444", functions = ["admin", "introspection"] }
    }
  }
}


run "a_projects_number" {
  command = plan

  variables {
    project_id = "326694433618"
  }

  expect_failures = [var.project_id]
}

run "a_pool_that_is_googles" {
  command = plan

  variables {
    pool_id = "gcp-sallyport"
  }

  expect_failures = [var.pool_id]
}

run "a_pool_id_that_is_too_short" {
  command = plan

  variables {
    pool_id = "sal"
  }

  expect_failures = [var.pool_id]
}

run "an_account_by_alias" {
  command = plan

  variables {
    aws = { account_id = "shop", role_names = { token = "sallyport-token" } }
  }

  expect_failures = [var.aws]
}

run "an_unknown_partition" {
  command = plan

  variables {
    aws = { account_id = "123456789012", partition = "amazon", role_names = { token = "sallyport-token" } }
  }

  expect_failures = [var.aws]
}

run "a_role_of_an_unknown_function" {
  command = plan

  variables {
    aws = { account_id = "123456789012", role_names = { tokens = "sallyport-token" } }
  }

  expect_failures = [var.aws]
}

run "no_role_at_all" {
  command = plan

  variables {
    aws = { account_id = "123456789012", role_names = {} }
  }

  expect_failures = [var.aws]
}

run "a_role_by_arn" {
  command = plan

  variables {
    aws = { account_id = "123456789012", role_names = { token = "arn:aws:iam::123456789012:role/sallyport-token" } }
  }

  expect_failures = [var.aws]
}

run "a_role_for_two_functions" {
  command = plan

  variables {
    aws = { account_id = "123456789012", role_names = { token = "sallyport", well-known = "sallyport" } }
  }

  expect_failures = [var.aws]
}

run "a_tenant_by_domain" {
  command = plan

  variables {
    azure = { tenant_id = "shop.onmicrosoft.com", resource = "api://x/sallyport", apps = { all = { principal_id = "22222222-2222-2222-2222-222222222222", functions = ["renew"] } } }
  }

  expect_failures = [var.azure]
}

run "a_resource_that_is_no_uri" {
  command = plan

  variables {
    azure = { tenant_id = "11111111-1111-1111-1111-111111111111", resource = "sallyport", apps = { all = { principal_id = "22222222-2222-2222-2222-222222222222", functions = ["renew"] } } }
  }

  expect_failures = [var.azure]
}

run "a_resource_that_ends_the_text" {
  command = plan

  variables {
    azure = { tenant_id = "11111111-1111-1111-1111-111111111111", resource = "api://x' || true || '", apps = { all = { principal_id = "22222222-2222-2222-2222-222222222222", functions = ["renew"] } } }
  }

  expect_failures = [var.azure]
}

run "an_identity_by_name" {
  command = plan

  variables {
    azure = { tenant_id = "11111111-1111-1111-1111-111111111111", resource = "api://x/sallyport", apps = { all = { principal_id = "sallyport-all", functions = ["renew"] } } }
  }

  expect_failures = [var.azure]
}

run "no_app_at_all" {
  command = plan

  variables {
    azure = { tenant_id = "11111111-1111-1111-1111-111111111111", resource = "api://x/sallyport", apps = {} }
  }

  expect_failures = [var.azure]
}

run "an_app_with_an_unknown_function" {
  command = plan

  variables {
    azure = { tenant_id = "11111111-1111-1111-1111-111111111111", resource = "api://x/sallyport", apps = { all = { principal_id = "22222222-2222-2222-2222-222222222222", functions = ["renewal"] } } }
  }

  expect_failures = [var.azure]
}

run "a_database_by_its_full_name" {
  command = plan

  variables {
    database = "projects/shop-login/databases/sallyport"
  }

  expect_failures = [var.database]
}

run "a_signing_key_with_a_version" {
  command = plan

  variables {
    signing_key = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/1"
  }

  expect_failures = [var.signing_key]
}

run "an_encryption_key_with_its_kind" {
  command = plan

  variables {
    encryption_key = "gcpkms:projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets"
  }

  expect_failures = [var.encryption_key]
}

run "an_unknown_source_of_keys" {
  command = plan

  variables {
    signing_keys = "vault"
  }

  expect_failures = [var.signing_keys]
}

run "managed_keys_for_keys_of_cloud_kms" {
  command = plan

  variables {
    signing_keys = "kms"
    managed_keys = { encryption_key = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys", database = "sallyport-keys" }
  }

  expect_failures = [var.signing_keys]
}

run "managed_keys_without_a_key" {
  command = plan

  variables {
    signing_keys = "managed"
  }

  expect_failures = [var.signing_keys]
}

run "cloud_kms_without_a_key" {
  command = plan

  variables {
    signing_key = null
  }

  expect_failures = [var.signing_key]
}

run "a_move_without_the_earlier_key" {
  command = plan

  variables {
    signing_key  = null
    managed_keys = { encryption_key = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys", database = "sallyport-keys", from_kms = true }
  }

  expect_failures = [var.signing_key]
}

run "a_version_as_encryption_key_of_managed_keys" {
  command = plan

  variables {
    managed_keys = { encryption_key = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys/cryptoKeyVersions/1", database = "sallyport-keys" }
  }

  expect_failures = [var.managed_keys]
}

run "the_database_of_the_identities_for_managed_keys" {
  command = plan

  variables {
    managed_keys = { encryption_key = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys", database = "sallyport" }
  }

  expect_failures = [var.managed_keys]
}

run "the_default_database_for_managed_keys" {
  command = plan

  variables {
    managed_keys = { encryption_key = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys", database = "(default)" }
  }

  expect_failures = [var.managed_keys]
}

run "the_key_of_stored_secrets_for_managed_keys" {
  command = plan

  variables {
    managed_keys = { encryption_key = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets", database = "sallyport-keys" }
  }

  expect_failures = [var.managed_keys]
}

run "a_key_function_without_managed_keys" {
  command = plan

  variables {
    aws = { account_id = "123456789012", role_names = { token = "sallyport-token", keys = "sallyport-keys" } }
  }

  expect_failures = [var.aws]
}
