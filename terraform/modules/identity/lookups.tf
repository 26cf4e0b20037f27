# By what an identity is found other than by its id: io.sallyport.identity.Lookup, and who says which. Keep the two alike; a
# test reads the same documents with both.

locals {
  lookup_values = {
    for id, identity in var.identities : id => concat(
      [for alias in [identity.alias] : { kind = "alias", value = alias } if alias != null],
      [for audience, _ in identity.audiences : { kind = "audience", value = audience }],
      try(local.azure_lookups[id], []),
      try(local.kubernetes_lookups[id], []),
      local.bound_issuer_lookups[id],
      try(local.spiffe_lookups[id], []),
      try(local.jwt_bearer_lookups[id], []),
    )
  }

  lookups = {
    for id, lookups in local.lookup_values : id => sort(distinct([
      for lookup in lookups : "${lookup.kind}:${length(lookup.value) <= 300 ? lookup.value : "sha256:${sha256(lookup.value)}"}"
    ]))
  }
}
