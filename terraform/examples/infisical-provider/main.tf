# Identities over the admin API, by Infisical's own provider.

provider "infisical" {
  # The access token of an admin is read from INFISICAL_TOKEN.
  host = var.issuer
}

# There is one organization; the provider wants its id.
data "infisical_identity_details" "caller" {}

locals {
  workloads = merge(var.gcp, var.azure, var.aws, var.kubernetes, var.oidc)
}

resource "infisical_identity" "this" {
  for_each = local.workloads

  name   = each.key
  role   = "no-access"
  org_id = data.infisical_identity_details.caller.organization.id

  metadata = [{ key = "managed-by", value = "terraform" }]
}

resource "infisical_identity_gcp_auth" "this" {
  for_each = var.gcp

  identity_id                    = infisical_identity.this[each.key].id
  type                           = "gce"
  allowed_service_account_emails = [each.value.service_account]
  access_token_ttl               = var.access_token_ttl
  access_token_max_ttl           = var.access_token_max_ttl
}

resource "infisical_identity_azure_auth" "this" {
  for_each = var.azure

  identity_id                   = infisical_identity.this[each.key].id
  tenant_id                     = each.value.tenant_id
  allowed_service_principal_ids = [each.value.object_id]
  access_token_ttl              = var.access_token_ttl
  access_token_max_ttl          = var.access_token_max_ttl
}

resource "infisical_identity_aws_auth" "this" {
  for_each = var.aws

  identity_id            = infisical_identity.this[each.key].id
  allowed_principal_arns = [each.value.role_arn]
  access_token_ttl       = var.access_token_ttl
  access_token_max_ttl   = var.access_token_max_ttl
}

resource "infisical_identity_kubernetes_auth" "this" {
  for_each = var.kubernetes

  identity_id     = infisical_identity.this[each.key].id
  kubernetes_host = each.value.host
  # As it reads back: PEM in lines of 64 characters, with a line break at the end.
  kubernetes_ca_certificate     = each.value.ca_certificate
  token_reviewer_jwt            = var.token_reviewer_jwts[each.key]
  allowed_namespaces            = [each.value.namespace]
  allowed_service_account_names = [each.value.service_account]
  access_token_ttl              = var.access_token_ttl
  access_token_max_ttl          = var.access_token_max_ttl
}

resource "infisical_identity_oidc_auth" "this" {
  for_each = var.oidc

  identity_id          = infisical_identity.this[each.key].id
  oidc_discovery_url   = each.value.issuer
  bound_issuer         = each.value.issuer
  bound_audiences      = [var.issuer]
  bound_subject        = each.value.subject
  bound_claims         = each.value.claims
  access_token_ttl     = var.access_token_ttl
  access_token_max_ttl = var.access_token_max_ttl
}
