# Who may log in, and for what. The admin API shows these identities and refuses to change them; you can create others there or with
# the command line.

module "identity" {
  source = "../../modules/identity"

  project_id = module.gcp.project
  database   = module.gcp.database

  identities = {
    # On Google Cloud. Its token for the pool below becomes a service account's.
    reports = {
      name     = "Nightly reports"
      gcp_auth = { type = "gce", allowed_service_accounts = ["reports@${var.project_id}.iam.gserviceaccount.com"], access_token_ttl = 900 }
      grants   = { (module.federation.audience) = {} }
    }

    # On Azure: every workload with a managed identity in this resource group.
    billing = {
      name = "Billing"
      azure_auth = {
        tenant_id         = var.azure.tenant_id
        allowed_resources = ["/subscriptions/${var.azure.subscription_id}/resourceGroups/billing"]
        access_token_ttl  = 900
      }
      grants = { orders-api = { scopes = ["read"], default_scopes = ["read"] } }
    }

    # The resource server that billing gets tokens for. It introspects them, with its own tokens.
    orders = {
      name      = "Orders API"
      audiences = { orders-api = { scopes = ["read", "write"] } }
      jwt_bearer_auth = {
        trusted_issuers = [{
          issuer   = "https://token.actions.githubusercontent.com"
          subject  = "repo:shop/orders:ref:refs/heads/main"
          audience = module.gcp.issuer
        }]
        access_token_ttl = 900
      }
    }
  }
}

resource "google_service_account" "warehouse_reader" {
  project      = var.project_id
  account_id   = "warehouse-reader"
  display_name = "Reads the warehouse, for reports"
}

# Onward: a Sallyport token of reports, exchanged at Google's STS, may impersonate that account.
module "federation" {
  source = "../../modules/federation"

  project_id       = module.gcp.project
  issuer           = module.gcp.issuer
  service_accounts = { reports = ["${google_service_account.warehouse_reader.account_id}@${var.project_id}.iam.gserviceaccount.com"] }
}
