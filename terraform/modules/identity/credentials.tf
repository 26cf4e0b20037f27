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
      lists = { for name, blocks in { clientSecretTrustedIps = identity.client_secret_auth.client_secret_trusted_ips } : name => blocks if toset(blocks) != toset(["0.0.0.0/0", "::/0"]) }
      values = merge({ for name, seconds in { accessTokenPeriod = identity.client_secret_auth.access_token_period } : name => { integerValue = format("%.0f", seconds) } if seconds != 0 }, {
        secrets = {
          arrayValue = {
            values = [
              for secret in identity.client_secret_auth.secrets : {
                mapValue = {
                  fields = merge(
                    { id = { stringValue = secret.id }, sha256 = { stringValue = secret.sha256 }, createdAt = { integerValue = format("%.0f", secret.created_at) } },
                    { for name, text in { description = secret.description } : name => { stringValue = text } if text != "" },
                    { for name, number in { numUsesLimit = secret.num_uses_limit, ttl = secret.ttl } : name => { integerValue = format("%.0f", number) } if number != 0 },
                  )
                }
              }
            ]
          }
        }
      })
    } if identity.client_secret_auth != null
  }

  client_secret_faults = {
    for id, identity in var.identities : id => [
      for fault, fine in {
        "client_secret_auth: secrets must have 1 to 20 entries of different ids"                                   = length(identity.client_secret_auth.secrets) >= 1 && length(identity.client_secret_auth.secrets) <= 20 && length(distinct(identity.client_secret_auth.secrets[*].id)) == length(identity.client_secret_auth.secrets)
        "client_secret_auth: description of a secret must have at most 255 characters"                             = alltrue([for secret in identity.client_secret_auth.secrets : length(secret.description) <= 255])
        "client_secret_auth: num_uses_limit of a secret must be a whole number from 0 to 1000000000"               = alltrue([for secret in identity.client_secret_auth.secrets : secret.num_uses_limit == floor(secret.num_uses_limit) && secret.num_uses_limit >= 0 && secret.num_uses_limit <= 1000000000])
        "client_secret_auth: ttl of a secret must be whole seconds from 0 to 315360000, and needs created_at"      = alltrue([for secret in identity.client_secret_auth.secrets : secret.ttl == floor(secret.ttl) && secret.ttl >= 0 && secret.ttl <= 315360000 && (secret.ttl == 0 || secret.created_at > 0)])
        "client_secret_auth: access_token_period must be whole seconds from 0 to 7776000"                          = identity.client_secret_auth.access_token_period == floor(identity.client_secret_auth.access_token_period) && identity.client_secret_auth.access_token_period >= 0 && identity.client_secret_auth.access_token_period <= 7776000
        "client_secret_auth: client_secret_trusted_ips must have 1 to 50 IPv4 or IPv6 addresses or CIDR blocks"    = length(identity.client_secret_auth.client_secret_trusted_ips) >= 1 && length(identity.client_secret_auth.client_secret_trusted_ips) <= 50 && alltrue([for block in identity.client_secret_auth.client_secret_trusted_ips : can(cidrhost(strcontains(block, "/") ? block : "${block}/${strcontains(block, ":") ? 128 : 32}", 0))])
        "client_secret_auth: id of a secret must be 1 to 64 of A-Z a-z 0-9 . _ -"                                  = alltrue([for secret in identity.client_secret_auth.secrets : can(regex("^[A-Za-z0-9._-]{1,64}$", secret.id))])
        "client_secret_auth: sha256 of a secret must be 64 hex digits, as sallyport client new-secret prints them" = alltrue([for secret in identity.client_secret_auth.secrets : can(regex("^[0-9a-f]{64}$", secret.sha256))])
        "client_secret_auth: created_at of a secret must be whole seconds since 1970"                              = alltrue([for secret in identity.client_secret_auth.secrets : secret.created_at == floor(secret.created_at) && secret.created_at >= 0 && secret.created_at <= local.latest])
      } : fault if !fine
    ] if identity.client_secret_auth != null
  }
}
