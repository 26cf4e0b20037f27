# clientKeyAuth and clientSecretAuth

locals {
  client_key_auth = {
    for id, identity in var.identities : id => {
      texts  = { jwks = identity.client_key_auth.jwks, algorithm = identity.client_key_auth.algorithm }
      flags  = { singleUse = identity.client_key_auth.single_use }
      lists  = {}
      values = {}
    } if identity.client_key_auth != null
  }

  client_key_faults = {
    for id, auth in local.client_key_auth : id => [
      for fault, fine in {
        "client_key_auth: jwks must be a JWK set of public keys"                 = try(length(jsondecode(auth.texts.jwks).keys) > 0 && length(auth.texts.jwks) <= 65536 && alltrue([for key in jsondecode(auth.texts.jwks).keys : !can(key.d) && !can(key.k)]), false)
        "client_key_auth: algorithm must be RS256, PS256, PS384, ES256 or ES384" = contains(["RS256", "PS256", "PS384", "ES256", "ES384"], auth.texts.algorithm)
      } : fault if !fine
    ]
  }

  client_secret_auth = {
    for id, identity in var.identities : id => {
      texts = {}
      flags = {}
      lists = {}
      values = {
        secrets = {
          arrayValue = {
            values = [
              for secret in identity.client_secret_auth.secrets : {
                mapValue = { fields = { id = { stringValue = secret.id }, sha256 = { stringValue = secret.sha256 }, createdAt = { integerValue = format("%.0f", secret.created_at) } } }
              }
            ]
          }
        }
      }
    } if identity.client_secret_auth != null
  }

  client_secret_faults = {
    for id, identity in var.identities : id => [
      for fault, fine in {
        "client_secret_auth: secrets must have one or two entries of different ids"                                = contains([1, 2], length(identity.client_secret_auth.secrets)) && length(distinct(identity.client_secret_auth.secrets[*].id)) == length(identity.client_secret_auth.secrets)
        "client_secret_auth: id of a secret must be 1 to 64 of A-Z a-z 0-9 . _ -"                                  = alltrue([for secret in identity.client_secret_auth.secrets : can(regex("^[A-Za-z0-9._-]{1,64}$", secret.id))])
        "client_secret_auth: sha256 of a secret must be 64 hex digits, as sallyport client new-secret prints them" = alltrue([for secret in identity.client_secret_auth.secrets : can(regex("^[0-9a-f]{64}$", secret.sha256))])
        "client_secret_auth: created_at of a secret must be whole seconds since 1970"                              = alltrue([for secret in identity.client_secret_auth.secrets : secret.created_at == floor(secret.created_at) && secret.created_at >= 0 && secret.created_at <= local.latest])
      } : fault if !fine
    ] if identity.client_secret_auth != null
  }
}
