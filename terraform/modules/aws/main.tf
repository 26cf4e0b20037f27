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
  signing_keys   = var.signing_keys_secret == null ? var.signing_keys : data.aws_secretsmanager_secret_version.signing[0].secret_string
  managed        = nonsensitive(startswith(local.signing_keys, "managed:"))
  public_keys = nonsensitive(local.managed ? "managed" : jsonencode({
    keys = [for key in try(jsondecode(local.signing_keys).keys, []) : { for member, value in key : member => value if contains(local.public_members, member) }]
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
  managed_variables = !local.managed ? {} : merge(
    {
      SALLYPORT_KEY_DATABASE      = "${var.store_reader}:${coalesce(var.managed_keys.database, "${var.firestore_database}-keys")}"
      SALLYPORT_KEY_ROTATION_DAYS = tostring(var.managed_keys.rotation_days)
      SALLYPORT_GOOGLE_AUDIENCE   = var.google_audience
    },
    var.managed_keys.earlier_keys == null ? {} : { SALLYPORT_EARLIER_KEYS = var.managed_keys.earlier_keys },
  )
  signing_variables   = { SALLYPORT_SIGNING_KEYS = local.signing_keys }
  public_variables    = { SALLYPORT_PUBLIC_KEYS = local.public_keys }
  unsealing_variables = var.encryption_key == null ? {} : { SALLYPORT_ENCRYPTION_KEY = var.encryption_key }

  # A function that signs nothing never sees more than public keys.
  variables = {
    for name, function in local.functions : name => merge(
      local.common_variables,
      function.store == "none" ? {} : local.store_variables,
      local.managed_variables,
      function.signs ? local.signing_variables : local.public_variables,
      function.unseals ? local.unsealing_variables : {},
    )
  }
}

data "aws_secretsmanager_secret_version" "signing" {
  count = var.signing_keys_secret == null ? 0 : 1

  secret_id  = var.signing_keys_secret.arn
  version_id = var.signing_keys_secret.version_id

  lifecycle {
    postcondition {
      condition     = length([for key in try(jsondecode(self.secret_string).keys, []) : key if try(key.state, "current") == "current" && (can(key.kms) || can(key.d))]) == 1
      error_message = "The secret must be a JWK set with exactly one current key, with a Cloud KMS key version (kms) or a private part."
    }
  }
}
