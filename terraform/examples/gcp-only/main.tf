# Sallyport on Google Cloud alone: an issuer, and identities of workloads on Google Cloud.

provider "google" {
  project = var.project_id
  region  = var.region
}

module "sallyport" {
  source = "../../modules/gcp"

  project_id   = var.project_id
  region       = var.region
  host         = var.host
  archives_dir = var.archives_dir
  dns_zone     = var.dns_zone
  alert_emails = var.alert_emails

  signing_keys    = var.signing_keys
  managed_keys    = { from_kms = var.move_from_kms }
  key_versions    = var.key_versions
  signing_version = var.signing_version

  # The fastest start (docs/performance.md).
  store_reader = "firestore-rest"

  # One instance stays warm where workloads wait for it.
  min_instances = { gcp-login = 1 }
}

module "identities" {
  source = "../../modules/identity"

  project_id = module.sallyport.project
  database   = module.sallyport.database

  identities = merge(
    {
      for id, workload in var.workloads : id => {
        projects = workload.projects
        gcp_auth = {
          type                     = "gce"
          allowed_service_accounts = [workload.service_account]
          access_token_ttl         = 3600
          access_token_max_ttl     = 86400
        }
      }
    },
    {
      for id, account in { admin = var.admin_service_account } : id => {
        name                     = "The first admin"
        role                     = "admin"
        gcp_auth = {
          type                     = "gce"
          allowed_service_accounts = [account]
          access_token_ttl         = 600
          access_token_max_ttl     = 3600
        }
      } if account != null
    },
  )
}
