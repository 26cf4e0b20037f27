# Documents in Firestore's own form (REST API v1, "Value"): numbers as texts, and an empty list or object without its member,
# which is how Firestore gives them back.

locals {
  # The auth methods as texts, numbers, flags, lists of texts, and values that are in Firestore's form already.
  methods = {
    gcpAuth          = local.gcp_auth
    azureAuth        = local.azure_auth
    kubernetesAuth   = local.kubernetes_auth
    awsAuth          = local.aws_auth
    oidcAuth         = local.oidc_auth
    jwtAuth          = local.jwt_auth
    spiffeAuth       = local.spiffe_auth
    jwtBearerAuth    = local.jwt_bearer_auth
    clientKeyAuth    = local.client_key_auth
    clientSecretAuth = local.client_secret_auth
  }

  encoded_methods = {
    for id, _ in var.identities : id => {
      for field, all in local.methods : field => {
        mapValue = {
          fields = merge(
            { for name, text in all[id].texts : name => { stringValue = text } if text != null },
            { for name, flag in all[id].flags : name => { booleanValue = flag } },
            { for name, list in merge(all[id].lists, local.policies[id][field].lists) : name => { arrayValue = { for values, texts in { values = list } : values => [for text in texts : { stringValue = text }] if length(texts) > 0 } } },
            { for name, number in local.policies[id][field].numbers : name => { integerValue = format("%.0f", number) } },
            all[id].values,
          )
        }
      } if contains(keys(all), id)
    }
  }

  documents = {
    for id, identity in var.identities : id => merge(
      {
        name                = { stringValue = coalesce(identity.name, id) }
        role                = { stringValue = identity.role }
        disabled            = { booleanValue = identity.disabled }
        notBefore           = { integerValue = format("%.0f", identity.not_before) }
        hasDeleteProtection = { booleanValue = identity.has_delete_protection }
        managedBy           = { stringValue = var.managed_by }
        projects = {
          mapValue = {
            for fields, projects in { fields = identity.projects } : fields => {
              for project, roles in projects : project => { arrayValue = { for values, texts in { values = roles } : values => [for role in texts : { stringValue = role }] if length(texts) > 0 } }
            } if length(projects) > 0
          }
        }
        metadata = {
          arrayValue = {
            for values, metadata in { values = identity.metadata } : values => [
              for key, value in metadata : { mapValue = { fields = { key = { stringValue = key }, value = { stringValue = value } } } }
            ] if length(metadata) > 0
          }
        }
        audiences = local.audiences[id]
        grants    = local.grants[id]
        lookups   = { arrayValue = { for values, keys in { values = local.lookups[id] } : values => [for key in keys : { stringValue = key }] if length(keys) > 0 } }
      },
      { for field, alias in { alias = identity.alias } : field => { stringValue = alias } if alias != null },
      {
        for field, marks in { methodNotBefore = identity.method_not_before } : field => {
          mapValue                            = { fields = { for method, mark in marks : method => { integerValue = format("%.0f", mark) } } }
        } if length(marks) > 0
      },
      local.encoded_methods[id],
    )
  }
}
