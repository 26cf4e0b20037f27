data "google_project" "this" {
  project_id = var.project_id
}

# A separate pool, so that a grant to a whole pool reaches no other principals.
resource "google_iam_workload_identity_pool" "this" {
  project                   = var.project_id
  workload_identity_pool_id = var.pool
  display_name              = "Sallyport"
  description               = "Workloads that ${var.issuer} vouches for"
}

resource "google_iam_workload_identity_pool_provider" "this" {
  project                            = var.project_id
  workload_identity_pool_id          = google_iam_workload_identity_pool.this.workload_identity_pool_id
  workload_identity_pool_provider_id = var.provider_id
  display_name                       = "Sallyport"

  # Nothing that a workload could choose for itself: sub is the identity's id.
  attribute_mapping = {
    "google.subject"   = "assertion.sub"
    "attribute.client" = "assertion.client_id"
  }
  attribute_condition = "assertion.sub in [${join(", ", [for identity, _ in var.service_accounts : "'${identity}'"])}]"

  # No audience is named: the provider's own name is then the only one, and a token for any other audience is refused.
  oidc {
    issuer_uri = var.issuer
  }
}

locals {
  audience   = "//iam.googleapis.com/projects/${data.google_project.this.number}/locations/global/workloadIdentityPools/${var.pool}/providers/${var.provider_id}"
  principals = { for identity, _ in var.service_accounts : identity => "principal://iam.googleapis.com/projects/${data.google_project.this.number}/locations/global/workloadIdentityPools/${var.pool}/subject/${identity}" }

  grants = merge([
    for identity, accounts in var.service_accounts : { for account in accounts : "${identity} as ${account}" => { identity = identity, account = account } }
  ]...)
}

resource "google_service_account_iam_member" "impersonation" {
  for_each = local.grants

  service_account_id = "projects/-/serviceAccounts/${each.value.account}"
  role               = "roles/iam.workloadIdentityUser"
  member             = local.principals[each.value.identity]

  # IAM accepts a grant to a principal whose pool does not exist yet, but then a typo goes unnoticed.
  depends_on = [google_iam_workload_identity_pool_provider.this]
}
