# Who is let into the pool, and what each may do there.

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

run "only_these_roles_of_aws" {
  command = plan

  assert {
    condition     = google_iam_workload_identity_pool_provider.aws[0].aws[0].account_id == "123456789012"
    error_message = "the account"
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.aws[0].attribute_condition == "assertion.account == '123456789012' && attribute.aws_role in ['arn:aws:sts::123456789012:assumed-role/sallyport-introspection', 'arn:aws:sts::123456789012:assumed-role/sallyport-renew', 'arn:aws:sts::123456789012:assumed-role/sallyport-token']"
    error_message = "the account and the roles that need something of Google, written out; not that of well-known"
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.aws[0].attribute_mapping["google.subject"] == "assertion.arn" && strcontains(google_iam_workload_identity_pool_provider.aws[0].attribute_mapping["attribute.aws_role"], "assertion.arn.extract('assumed-role/{role_name}/')")
    error_message = "the subject is the session, the attribute its role"
  }
}

run "another_partition" {
  command = plan

  variables {
    aws = { account_id = "123456789012", partition = "aws-us-gov", role_names = { token = "sallyport-token" } }
  }

  assert {
    condition     = strcontains(google_iam_workload_identity_pool_provider.aws[0].attribute_condition, "'arn:aws-us-gov:sts::123456789012:assumed-role/sallyport-token'")
    error_message = "ARNs of that partition"
  }
}

run "only_these_identities_of_the_tenant" {
  command = plan

  assert {
    condition     = google_iam_workload_identity_pool_provider.azure[0].attribute_condition == "assertion.tid == '11111111-1111-1111-1111-111111111111' && assertion.sub in ['44444444-4444-4444-4444-444444444444', '22222222-2222-2222-2222-222222222222']"
    error_message = "the tenant and the identities that need something of Google, written out"
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.azure[0].oidc[0].issuer_uri == "https://sts.windows.net/11111111-1111-1111-1111-111111111111/"
    error_message = "the tenant's issuer, with its slash"
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.azure[0].oidc[0].allowed_audiences == tolist(["api://11111111-1111-1111-1111-111111111111/sallyport-google"])
    error_message = "tokens for our application alone"
  }
  assert {
    condition     = google_iam_workload_identity_pool_provider.azure[0].attribute_mapping["google.subject"] == "assertion.sub" && !contains(keys(google_iam_workload_identity_pool_provider.azure[0].attribute_mapping), "attribute.aws_role")
    error_message = "the subject is the identity's object id, and no token of Azure claims a role of AWS"
  }
}

run "signers_are_those_that_issue" {
  command = plan

  assert {
    condition     = toset(keys(google_kms_crypto_key_iam_member.signer)) == toset(["aws/token", "aws/renew", "azure/login"])
    error_message = "functions that issue may sign, and no others"
  }
  assert {
    condition     = alltrue([for grant in google_kms_crypto_key_iam_member.signer : grant.role == "roles/cloudkms.signer" && grant.crypto_key_id == var.signing_key])
    error_message = "with the signing key, and sign only"
  }
}

run "sealers_are_those_that_open_secrets" {
  command = plan

  assert {
    condition     = toset(keys(google_kms_crypto_key_iam_member.sealer)) == toset(["aws/token", "aws/introspection", "azure/admin"])
    error_message = "functions that open stored secrets, and no others"
  }
  assert {
    condition     = alltrue([for grant in google_kms_crypto_key_iam_member.sealer : grant.role == "roles/cloudkms.cryptoKeyEncrypterDecrypter" && grant.crypto_key_id == var.encryption_key])
    error_message = "with the encryption key"
  }
}

run "the_store_and_no_other_database" {
  command = plan

  assert {
    condition     = toset(keys(google_project_iam_member.store)) == toset(["aws/token", "aws/renew", "aws/introspection", "azure/login", "azure/admin"])
    error_message = "functions with a store, and not well-known"
  }
  assert {
    condition     = alltrue([for grant in google_project_iam_member.store : grant.role == "roles/datastore.user" && grant.condition[0].expression == "resource.name == \"projects/shop-login/databases/sallyport\""])
    error_message = "that one database"
  }
}

run "whom_google_sees" {
  command = plan

  assert {
    condition     = google_kms_crypto_key_iam_member.signer["aws/token"].member == "principalSet://iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions/attribute.aws_role/arn:aws:sts::123456789012:assumed-role/sallyport-token"
    error_message = "all sessions of a role"
  }
  assert {
    condition     = google_kms_crypto_key_iam_member.signer["azure/login"].member == "principal://iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions/subject/22222222-2222-2222-2222-222222222222"
    error_message = "one identity"
  }
  assert {
    condition     = alltrue([for member in values(output.members) : !endswith(member, "/*")])
    error_message = "no other principal of the pool"
  }
  assert {
    condition     = output.aws_audience == "//iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions/providers/aws-lambda" && output.azure_audience == "//iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions/providers/azure-functions"
    error_message = "audiences as the functions take them"
  }
}

run "one_cloud_alone" {
  command = plan

  variables {
    azure = null
  }

  assert {
    condition     = length(google_iam_workload_identity_pool_provider.azure) == 0 && output.azure_audience == null
    error_message = "no provider for a cloud that is not used"
  }
  assert {
    condition     = toset(keys(google_kms_crypto_key_iam_member.signer)) == toset(["aws/token", "aws/renew"])
    error_message = "no grant for it either"
  }
}

run "apis" {
  command = plan

  assert {
    condition     = toset(keys(google_project_service.api)) == toset(["iam.googleapis.com", "sts.googleapis.com"]) && alltrue([for api in google_project_service.api : !api.disable_on_destroy])
    error_message = "what an exchange of tokens needs"
  }
}

run "apis_that_others_enable" {
  command = plan

  variables {
    enable_apis = false
  }

  assert {
    condition     = length(google_project_service.api) == 0
    error_message = "none"
  }
}

run "a_pool_for_no_one" {
  command = plan

  variables {
    aws   = null
    azure = null
  }

  expect_failures = [google_iam_workload_identity_pool.functions]
}

run "managed_keys" {
  command = plan

  variables {
    signing_key  = null
    managed_keys = { encryption_key = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys", database = "sallyport-keys" }
    aws = {
      account_id = "123456789012"
      role_names = { token = "sallyport-token", introspection = "sallyport-introspection", well-known = "sallyport-well-known", keys = "sallyport-keys" }
    }
  }

  assert {
    condition     = length(google_kms_crypto_key_iam_member.signer) == 0
    error_message = "no key of Cloud KMS signs"
  }
  assert {
    condition     = toset(keys(google_kms_crypto_key_iam_member.decrypter)) == toset(["aws/token", "azure/login"]) && alltrue([for grant in google_kms_crypto_key_iam_member.decrypter : grant.role == "roles/cloudkms.cryptoKeyDecrypter" && grant.crypto_key_id == var.managed_keys.encryption_key])
    error_message = "functions that issue decrypt the keys, and no others, and do not encrypt"
  }
  assert {
    condition     = toset(keys(google_project_iam_member.key_reader)) == toset(["aws/token", "aws/introspection", "aws/well-known", "azure/login", "azure/public", "azure/admin"]) && alltrue([for grant in google_project_iam_member.key_reader : grant.role == "roles/datastore.viewer" && grant.condition[0].expression == "resource.name == \"projects/shop-login/databases/sallyport-keys\""])
    error_message = "all functions read the key database, and do not write it"
  }
  assert {
    condition     = keys(google_kms_crypto_key_iam_member.encrypter) == ["aws/keys"] && google_kms_crypto_key_iam_member.encrypter["aws/keys"].role == "roles/cloudkms.cryptoKeyEncrypter" && google_kms_crypto_key_iam_member.encrypter["aws/keys"].crypto_key_id == var.managed_keys.encryption_key && endswith(google_kms_crypto_key_iam_member.encrypter["aws/keys"].member, "attribute.aws_role/arn:aws:sts::123456789012:assumed-role/sallyport-keys")
    error_message = "only the key function encrypts, and does not decrypt"
  }
  assert {
    condition     = keys(google_project_iam_member.key_writer) == ["aws/keys"] && google_project_iam_member.key_writer["aws/keys"].role == "roles/datastore.user" && google_project_iam_member.key_writer["aws/keys"].condition[0].expression == "resource.name == \"projects/shop-login/databases/sallyport-keys\""
    error_message = "only the key function writes the key database"
  }
  assert {
    condition     = toset(keys(google_project_iam_member.store)) == toset(["aws/token", "aws/introspection", "azure/login", "azure/admin"]) && alltrue([for grant in google_project_iam_member.store : grant.condition[0].expression == "resource.name == \"projects/shop-login/databases/sallyport\""]) && !contains(keys(google_kms_crypto_key_iam_member.sealer), "aws/keys")
    error_message = "the key function reaches neither identities nor stored secrets, and no other writes keys"
  }
  assert {
    condition     = strcontains(google_iam_workload_identity_pool_provider.aws[0].attribute_condition, "assumed-role/sallyport-keys'") && strcontains(google_iam_workload_identity_pool_provider.aws[0].attribute_condition, "assumed-role/sallyport-well-known'") && strcontains(google_iam_workload_identity_pool_provider.azure[0].attribute_condition, "33333333-3333-3333-3333-333333333333")
    error_message = "the key function and what publishes keys are admitted"
  }
}

run "a_move_from_cloud_kms" {
  command = plan

  variables {
    managed_keys = { encryption_key = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys", database = "sallyport-keys", from_kms = true }
  }

  assert {
    condition     = keys(google_kms_crypto_key_iam_member.signer) == keys(google_kms_crypto_key_iam_member.decrypter) && length(google_kms_crypto_key_iam_member.signer) == 3
    error_message = "both keys while instances change"
  }
}

run "no_managed_keys" {
  command = plan

  assert {
    condition     = length(google_kms_crypto_key_iam_member.decrypter) + length(google_kms_crypto_key_iam_member.encrypter) + length(google_project_iam_member.key_reader) + length(google_project_iam_member.key_writer) == 0
    error_message = "no grants for them either"
  }
}

run "private_keys" {
  command = plan

  variables {
    signing_keys = "secret"
    signing_key  = null
  }

  assert {
    condition     = length(google_kms_crypto_key_iam_member.signer) + length(google_kms_crypto_key_iam_member.decrypter) == 0
    error_message = "functions that have private keys need no key of Google's to sign"
  }
}
