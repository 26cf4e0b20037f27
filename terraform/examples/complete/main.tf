# One issuer on three clouds. Google Cloud is the home: the database, the keys and the address that tokens name. AWS and Azure are
# entrances near their workloads, with the same identities and the same keys, which they reach without a key of their own.

module "gcp" {
  source = "../../modules/gcp"

  project_id      = var.project_id
  region          = var.region
  host            = var.host
  dns_zone        = var.dns_zone
  archives_dir    = var.archives_dir
  store_reader    = var.store_reader
  signing_keys    = var.signing_keys
  managed_keys    = { from_kms = var.move_from_kms }
  key_versions    = var.key_versions
  signing_version = var.signing_version
}

locals {
  everywhere = {
    issuer             = module.gcp.issuer
    signing_keys       = module.gcp.signing_keys
    encryption_key     = "gcpkms:${module.gcp.encryption_key}"
    firestore_database = "${module.gcp.project}/${module.gcp.database}"
  }
}

module "aws" {
  source = "../../modules/aws"

  archives_dir       = var.archives_dir
  domain_name        = var.aws.domain_name
  certificate_arn    = var.aws.certificate_arn
  route53_zone_id    = var.aws.route53_zone_id
  issuer             = local.everywhere.issuer
  signing_keys       = local.everywhere.signing_keys
  encryption_key     = local.everywhere.encryption_key
  firestore_database = local.everywhere.firestore_database
  store_reader       = var.store_reader
  google_audience    = module.google_access.aws_audience
  managed_keys       = { earlier_keys = module.gcp.earlier_keys }

  # Identities are managed on Google Cloud.
  functions = ["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token", "introspection", "well-known"]
}

module "azure" {
  source = "../../modules/azure"

  resource_group_name = var.azure.resource_group_name
  location            = var.azure.location
  archives_dir        = var.archives_dir
  issuer              = local.everywhere.issuer
  signing_keys        = local.everywhere.signing_keys
  encryption_key      = local.everywhere.encryption_key
  firestore_database  = local.everywhere.firestore_database
  store_reader        = var.store_reader
  google_audience     = module.google_access.azure_audience
  managed_keys        = { earlier_keys = module.gcp.earlier_keys }
  front_door          = { domain_name = var.azure.domain_name, dns_zone = var.azure.dns_zone }

  # Separate apps for functions that issue, verify, and only publish.
  apps = {
    login  = ["gcp-login", "azure-login", "kubernetes-login", "aws-login", "universal-login", "jwt-login", "renew", "token"]
    check  = ["introspection"]
    public = ["well-known"]
  }
}

module "google_access" {
  source = "../../modules/google-access"

  project_id     = module.gcp.project
  database       = module.gcp.database
  signing_key    = module.gcp.signing_key
  managed_keys   = module.gcp.managed_keys
  encryption_key = module.gcp.encryption_key

  aws = {
    account_id = module.aws.account_id
    partition  = module.aws.partition
    role_names = module.aws.role_names
  }
  azure = {
    tenant_id = module.azure.tenant_id
    resource  = module.azure.google_resource
    apps      = module.azure.apps
  }
}
