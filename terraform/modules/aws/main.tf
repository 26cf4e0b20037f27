# What is deployed, and each function's configuration. The other files are one topic each.

module "routes" {
  source = "../routes"
}

locals {
  functions = { for name, function in module.routes.functions : name => function if var.functions == null ? true : contains(var.functions, name) }

  # Terraform refuses a duplicate key, so no path can have two owners.
  owners = { for route in flatten([for name, function in local.functions : [for path in function.paths : { path = path, name = name }]]) : route.path => route.name }

  names = { for name in keys(local.functions) : name => "${var.name}-${name}" }

  # Without private keys and Sallyport's own members.
  public_members = ["kty", "crv", "x", "y", "n", "e", "alg"]
  public_keys = nonsensitive(jsonencode({
    keys = [for key in jsondecode(var.signing_keys).keys : { for member, value in key : member => value if contains(local.public_members, member) }]
  }))

  common_variables = merge(
    {
      SALLYPORT_ISSUER = var.issuer
      # Lambda reports the caller's address (sourceIp); any caller can forge the header.
      SALLYPORT_FORWARDED_HOPS = "0"
    },
    var.java_tool_options == "" ? {} : { JAVA_TOOL_OPTIONS = var.java_tool_options },
  )
  store_variables = {
    SALLYPORT_STORE                  = "${var.store_reader}:${var.firestore_database}"
    SALLYPORT_GOOGLE_AUDIENCE        = var.google_audience
    SALLYPORT_IDENTITY_CACHE_SECONDS = tostring(var.identity_cache_seconds)
    SALLYPORT_ALLOW_PRIVATE_HOSTS    = tostring(var.allow_private_hosts)
  }
  signing_variables   = { SALLYPORT_SIGNING_KEYS = var.signing_keys }
  public_variables    = { SALLYPORT_PUBLIC_KEYS = local.public_keys }
  unsealing_variables = var.encryption_key == null ? {} : { SALLYPORT_ENCRYPTION_KEY = var.encryption_key }

  # A function that signs nothing never sees more than public keys.
  variables = {
    for name, function in local.functions : name => merge(
      local.common_variables,
      function.store == "none" ? {} : local.store_variables,
      function.signs ? local.signing_variables : local.public_variables,
      function.unseals ? local.unsealing_variables : {},
    )
  }
}
