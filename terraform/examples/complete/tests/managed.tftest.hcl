# Managed keys on three clouds: made on Google Cloud, read everywhere.

mock_provider "google" {
  override_during = plan

  mock_data "google_project" {
    defaults = { number = "326694433618" }
  }
  mock_resource "google_kms_crypto_key_version" {
    defaults = { name = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/1" }
  }
  mock_resource "google_service_account" {
    defaults = { name = "projects/shop-login/serviceAccounts/mocked@shop-login.iam.gserviceaccount.com", email = "mocked@shop-login.iam.gserviceaccount.com", member = "serviceAccount:mocked@shop-login.iam.gserviceaccount.com" }
  }
  mock_resource "google_certificate_manager_dns_authorization" {
    defaults = { dns_resource_record = [{ name = "_acme-challenge.login.example.com.", type = "CNAME", data = "abc.authorize.certificatemanager.goog." }] }
  }
  mock_resource "google_iam_workload_identity_pool" {
    defaults = { name = "projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions" }
  }
}

override_module {
  target          = module.gcp.module.jwks
  override_during = plan
  outputs = {
    signing_keys = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"eA\",\"y\":\"eQ\",\"alg\":\"ES256\",\"state\":\"current\",\"kms\":\"projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/1\"}]}"
    public_keys  = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"eA\",\"y\":\"eQ\",\"alg\":\"ES256\",\"state\":\"current\"}]}"
  }
}

override_resource {
  target          = module.gcp.google_kms_crypto_key.signing
  override_during = plan
  values          = { id = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens" }
}

override_resource {
  target          = module.gcp.google_kms_crypto_key.managed
  override_during = plan
  values          = { id = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/signing-keys" }
}

override_resource {
  target          = module.gcp.google_cloudfunctions2_function.keys
  override_during = plan
  values          = { service_config = { uri = "https://sallyport-keys-abc-ew.a.run.app" } }
}

override_resource {
  target          = module.gcp.google_kms_crypto_key.encryption
  override_during = plan
  values          = { id = "projects/shop-login/locations/europe-west1/keyRings/sallyport/cryptoKeys/secrets" }
}

override_resource {
  target          = module.google_access.google_iam_workload_identity_pool_provider.aws
  override_during = plan
  values          = { name = "projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions/providers/aws-lambda" }
}

override_resource {
  target          = module.google_access.google_iam_workload_identity_pool_provider.azure
  override_during = plan
  values          = { name = "projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions/providers/azure-functions" }
}

mock_provider "aws" {
  override_during = plan

  mock_data "aws_caller_identity" {
    defaults = { account_id = "123456789012" }
  }
  mock_data "aws_partition" {
    defaults = { partition = "aws" }
  }
  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::123456789012:role/mocked" }
  }
  mock_resource "aws_cloudwatch_log_group" {
    defaults = { arn = "arn:aws:logs:eu-central-1:123456789012:log-group:mocked" }
  }
  mock_resource "aws_lambda_function" {
    defaults = { version = "1" }
  }
  mock_resource "aws_lambda_alias" {
    defaults = { invoke_arn = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:mocked:live/invocations" }
  }
  mock_resource "aws_apigatewayv2_api" {
    defaults = { execution_arn = "arn:aws:execute-api:eu-central-1:123456789012:api" }
  }
}

mock_provider "azurerm" {
  override_during = plan

  mock_data "azurerm_client_config" {
    defaults = { tenant_id = "72f988bf-86f1-41af-91ab-2d7cd011db47", subscription_id = "0b1f6471-1bf0-4dda-aec3-cb9272f09590" }
  }
  mock_resource "azurerm_user_assigned_identity" {
    defaults = { client_id = "client", principal_id = "22222222-2222-2222-2222-222222222222" }
  }
  mock_resource "azurerm_storage_account" {
    defaults = { primary_blob_endpoint = "https://account.blob.core.windows.net/" }
  }
}

mock_provider "azuread" {
  override_during = plan
}

variables {
  project_id   = "shop-login"
  host         = "login.example.com"
  archives_dir = "tests/archives"
  aws = {
    region          = "eu-central-1"
    domain_name     = "aws.login.example.com"
    certificate_arn = "arn:aws:acm:eu-central-1:123456789012:certificate/0"
  }
  azure = {
    subscription_id     = "0b1f6471-1bf0-4dda-aec3-cb9272f09590"
    tenant_id           = "72f988bf-86f1-41af-91ab-2d7cd011db47"
    resource_group_name = "login"
    location            = "westeurope"
    domain_name         = "azure.login.example.com"
  }
}

run "made_at_home" {
  command = plan

  assert {
    condition     = output.key_scheduler_job == "sallyport-keys" && module.gcp.managed_keys.database == "sallyport-keys"
    error_message = "the key function runs on Google Cloud"
  }
  assert {
    condition     = toset(keys(output.google_members)) == toset(["aws/gcp-login", "aws/azure-login", "aws/kubernetes-login", "aws/aws-login", "aws/universal-login", "aws/jwt-login", "aws/renew", "aws/token", "aws/introspection", "aws/well-known", "azure/login", "azure/check", "azure/public"])
    error_message = "all functions elsewhere read the keys, and no key function is there"
  }
}

run "a_move_from_cloud_kms" {
  command = plan

  variables {
    signing_keys  = "managed"
    move_from_kms = "sign"
    key_versions  = { first = {} }
  }

  assert {
    condition     = module.gcp.managed_keys.from_kms && strcontains(module.gcp.earlier_keys, "P-256")
    error_message = "the earlier keys go to every cloud"
  }
}
