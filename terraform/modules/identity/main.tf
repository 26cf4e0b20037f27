# One document for each identity, as Sallyport writes it itself: the same fields and, beside them, the same lookup keys.
resource "google_firestore_document" "identity" {
  for_each = var.identities

  project     = var.project_id
  database    = var.database
  collection  = "identities"
  document_id = each.key
  fields      = jsonencode(local.documents[each.key])

  lifecycle {
    precondition {
      condition     = length(local.faults[each.key]) == 0
      error_message = "Identity ${each.key}: ${join("; ", local.faults[each.key])}."
    }
  }
}

locals {
  faults = {
    for id, _ in var.identities : id => concat(
      local.identity_faults[id],
      local.client_faults[id],
      local.policy_faults[id],
      try(local.gcp_faults[id], []),
      try(local.azure_faults[id], []),
      try(local.kubernetes_faults[id], []),
      try(local.aws_faults[id], []),
      local.bound_issuer_faults[id],
      try(local.oidc_faults[id], []),
      try(local.jwt_faults[id], []),
      try(local.spiffe_faults[id], []),
      try(local.jwt_bearer_faults[id], []),
      try(local.client_key_faults[id], []),
      try(local.client_secret_faults[id], []),
    )
  }
}
