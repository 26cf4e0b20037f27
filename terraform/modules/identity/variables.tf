variable "project_id" {
  description = "Project of the Firestore database."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be a project's id: 6 to 30 of a-z 0-9 -, beginning with a letter."
  }
}

variable "database" {
  description = "Name of the Firestore database."
  type        = string
  default     = "sallyport"

  validation {
    condition     = can(regex("^([a-z][a-z0-9-]{2,61}[a-z0-9]|\\(default\\))$", var.database))
    error_message = "database must be the name of a database, 4 to 63 of a-z 0-9 -, or (default)."
  }
}

variable "managed_by" {
  description = "Who the admin API says owns these identities, when it refuses to change them."
  type        = string
  default     = "terraform"

  validation {
    condition     = trimspace(var.managed_by) != ""
    error_message = "managed_by must not be empty: the admin API would let these identities be changed."
  }
}

variable "identities" {
  description = "Identities by id. The fields are those of docs/reference/identity.md; null or omitted fields have the defaults given there. All errors of an identity are reported together."
  type = map(object({
    name                  = optional(string)
    role                  = optional(string, "no-access")
    projects              = optional(map(list(string)), {})
    disabled              = optional(bool, false)
    not_before            = optional(number, 0)
    method_not_before     = optional(map(number), {})
    metadata              = optional(map(string), {})
    has_delete_protection = optional(bool, false)

    alias = optional(string)
    audiences = optional(map(object({
      scopes = optional(list(string), [])
    })), {})
    grants = optional(map(object({
      scopes           = optional(list(string), [])
      default_scopes   = optional(list(string), [])
      token_type       = optional(string, "at+jwt")
      access_token_ttl = optional(number, 3600)
    })), {})

    gcp_auth = optional(object({
      type                        = string
      allowed_service_accounts    = optional(list(string), [])
      allowed_service_account_ids = optional(list(string), [])
      allowed_projects            = optional(list(string), [])
      allowed_zones               = optional(list(string), [])
      require_expiry              = optional(bool, false)
      single_use                  = optional(bool, false)
      access_token_ttl            = optional(number)
      access_token_max_ttl        = optional(number, 2592000)
      access_token_num_uses_limit = optional(number, 0)
      access_token_trusted_ips    = optional(list(string), ["0.0.0.0/0", "::/0"])
    }))

    azure_auth = optional(object({
      tenant_id                     = string
      cloud                         = optional(string, "public")
      resource                      = optional(string)
      allowed_service_principal_ids = optional(list(string), [])
      allowed_resources             = optional(list(string), [])
      access_token_ttl              = optional(number)
      access_token_max_ttl          = optional(number, 2592000)
      access_token_num_uses_limit   = optional(number, 0)
      access_token_trusted_ips      = optional(list(string), ["0.0.0.0/0", "::/0"])
    }))

    kubernetes_auth = optional(object({
      token_review_mode           = optional(string, "api")
      kubernetes_host             = optional(string)
      ca_cert                     = optional(string)
      token_reviewer_jwt_sealed   = optional(string)
      gateway_id                  = optional(string)
      jwks_issuer                 = optional(string)
      jwks_uri                    = optional(string)
      jwks_keys                   = optional(string)
      jwks_algorithm              = optional(string)
      allowed_namespaces          = optional(list(string), [])
      allowed_names               = optional(list(string), [])
      allowed_service_account_ids = optional(list(string), [])
      allowed_pod_names           = optional(list(string), [])
      allowed_nodes               = optional(list(string), [])
      allowed_audience            = optional(string)
      access_token_ttl            = optional(number)
      access_token_max_ttl        = optional(number, 2592000)
      access_token_num_uses_limit = optional(number, 0)
      access_token_trusted_ips    = optional(list(string), ["0.0.0.0/0", "::/0"])
    }))

    aws_auth = optional(object({
      allowed_principal_arns      = optional(list(string), [])
      allowed_account_ids         = optional(list(string), [])
      sts_endpoint                = optional(string, "https://sts.amazonaws.com/")
      single_use                  = optional(bool, true)
      require_server_id           = optional(bool, false)
      access_token_ttl            = optional(number)
      access_token_max_ttl        = optional(number, 2592000)
      access_token_num_uses_limit = optional(number, 0)
      access_token_trusted_ips    = optional(list(string), ["0.0.0.0/0", "::/0"])
    }))

    oidc_auth = optional(object({
      oidc_discovery_url          = string
      ca_cert                     = optional(string)
      algorithm                   = optional(string, "RS256")
      bound_issuer                = string
      bound_audiences             = list(string)
      bound_subject               = optional(string, "")
      bound_claims                = optional(map(string), {})
      bound_claims_all            = optional(map(list(string)), {})
      claim_metadata_mapping      = optional(map(string), {})
      access_token_ttl            = optional(number)
      access_token_max_ttl        = optional(number, 2592000)
      access_token_num_uses_limit = optional(number, 0)
      access_token_trusted_ips    = optional(list(string), ["0.0.0.0/0", "::/0"])
    }))

    jwt_auth = optional(object({
      jwks_url                    = optional(string)
      jwks_ca_cert                = optional(string)
      public_keys                 = optional(list(string), [])
      algorithm                   = optional(string)
      bound_issuer                = string
      bound_audiences             = list(string)
      bound_subject               = optional(string, "")
      bound_claims                = optional(map(string), {})
      bound_claims_all            = optional(map(list(string)), {})
      claim_metadata_mapping      = optional(map(string), {})
      access_token_ttl            = optional(number)
      access_token_max_ttl        = optional(number, 2592000)
      access_token_num_uses_limit = optional(number, 0)
      access_token_trusted_ips    = optional(list(string), ["0.0.0.0/0", "::/0"])
    }))

    spiffe_auth = optional(object({
      trust_domain                = string
      allowed_spiffe_ids          = list(string)
      allowed_audiences           = list(string)
      bundle                      = optional(string)
      endpoint_url                = optional(string)
      ca_cert                     = optional(string)
      refresh_hint_seconds        = optional(number, 3600)
      access_token_ttl            = optional(number)
      access_token_max_ttl        = optional(number, 2592000)
      access_token_num_uses_limit = optional(number, 0)
      access_token_trusted_ips    = optional(list(string), ["0.0.0.0/0", "::/0"])
    }))

    jwt_bearer_auth = optional(object({
      trusted_issuers = list(object({
        issuer     = string
        subject    = string
        audience   = string
        algorithm  = optional(string, "RS256")
        jwks       = optional(string)
        jwks_uri   = optional(string)
        ca_cert    = optional(string)
        claims     = optional(map(string), {})
        claims_all = optional(map(list(string)), {})
        single_use = optional(bool, false)
      }))
      access_token_ttl            = optional(number)
      access_token_max_ttl        = optional(number, 2592000)
      access_token_num_uses_limit = optional(number, 0)
      access_token_trusted_ips    = optional(list(string), ["0.0.0.0/0", "::/0"])
    }))

    client_key_auth = optional(object({
      jwks                        = string
      algorithm                   = optional(string, "RS256")
      single_use                  = optional(bool, true)
      access_token_ttl            = optional(number)
      access_token_max_ttl        = optional(number, 2592000)
      access_token_num_uses_limit = optional(number, 0)
      access_token_trusted_ips    = optional(list(string), ["0.0.0.0/0", "::/0"])
    }))

    client_secret_auth = optional(object({
      secrets = list(object({
        id             = string
        sha256         = string
        created_at     = optional(number, 0)
        description    = optional(string, "")
        num_uses_limit = optional(number, 0)
        ttl            = optional(number, 0)
      }))
      client_secret_trusted_ips   = optional(list(string), ["0.0.0.0/0", "::/0"])
      access_token_period         = optional(number, 0)
      access_token_ttl            = optional(number)
      access_token_max_ttl        = optional(number, 2592000)
      access_token_num_uses_limit = optional(number, 0)
      access_token_trusted_ips    = optional(list(string), ["0.0.0.0/0", "::/0"])
    }))
  }))

  validation {
    condition     = alltrue([for id, _ in var.identities : can(regex("^[A-Za-z0-9][A-Za-z0-9._:-]{0,126}$", id)) && !startswith(id, "system:")])
    error_message = "An identity's id must be 1 to 127 of the characters A-Z a-z 0-9 . _ : -, starting with a letter or digit and not with system:."
  }
}
