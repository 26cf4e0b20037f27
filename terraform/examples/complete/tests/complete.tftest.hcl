# The three clouds fit together.

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
  key_versions = { first = {} }
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

run "one_issuer_with_three_entrances" {
  command = plan

  assert {
    condition     = output.issuer == "https://login.example.com" && output.entrances.gcp == "https://login.example.com" && output.entrances.aws == "https://aws.login.example.com" && output.entrances.azure == "https://azure.login.example.com"
    error_message = "one issuer, an address on each cloud"
  }
}

run "the_functions_on_other_clouds_are_known_to_google" {
  command = plan

  assert {
    condition     = toset(keys(output.google_members)) == toset(["aws/gcp-login", "aws/azure-login", "aws/kubernetes-login", "aws/aws-login", "aws/universal-login", "aws/jwt-login", "aws/renew", "aws/token", "aws/introspection", "azure/login", "azure/check"])
    error_message = "each function and app that needs something of Google, and no other"
  }
  assert {
    condition     = output.google_members["aws/token"] == "principalSet://iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions/attribute.aws_role/arn:aws:sts::123456789012:assumed-role/sallyport-token"
    error_message = "by the role that the module aws made"
  }
  assert {
    condition     = output.google_members["azure/login"] == "principal://iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions/subject/22222222-2222-2222-2222-222222222222"
    error_message = "by the identity that the module azure made"
  }
  assert {
    condition     = module.google_access.aws_audience == "//iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions/providers/aws-lambda" && module.google_access.azure_audience == "//iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/sallyport-functions/providers/azure-functions"
    error_message = "each cloud by its own provider"
  }
}

run "no_admin_api_but_at_home" {
  command = plan

  assert {
    condition     = !contains(keys(module.aws.role_names), "admin") && !contains(flatten([for app in module.azure.apps : tolist(app.functions)]), "admin") && contains(keys(module.gcp.functions), "admin")
    error_message = "identities are managed on Google Cloud"
  }
}

run "onward" {
  command = plan

  assert {
    condition     = output.federation_audience == "//iam.googleapis.com/projects/326694433618/locations/global/workloadIdentityPools/sallyport/providers/sallyport"
    error_message = "a separate pool from that of the functions"
  }
  assert {
    condition     = toset(module.identity.ids) == toset(["reports", "billing", "orders"])
    error_message = "identities as resources"
  }
}

run "records_to_make" {
  command = plan

  assert {
    condition     = contains(keys(output.dns_records.azure), "_dnsauth.azure.login.example.com") && output.dns_records.aws["aws.login.example.com"].type == "CNAME"
    error_message = "where no zone is given, they are told"
  }
  assert {
    condition     = strcontains(output.azure_deploy_script, "config-zip")
    error_message = "how the package comes to Azure"
  }
}
