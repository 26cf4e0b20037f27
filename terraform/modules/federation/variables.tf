variable "project_id" {
  description = "Project of the workload identity pool."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be a project's id: 6 to 30 of a-z 0-9 -, beginning with a letter."
  }
}

variable "issuer" {
  description = "Sallyport's issuer, byte for byte as in SALLYPORT_ISSUER. Google fetches its discovery document and keys."
  type        = string

  validation {
    condition     = can(regex("^https://[a-z0-9.-]+(:[1-9][0-9]{0,4})?$", var.issuer))
    error_message = "issuer must be an https address without a path and without a slash at the end."
  }
}

variable "pool" {
  description = "Id of the workload identity pool. A deleted id stays reserved for 30 days."
  type        = string
  default     = "sallyport"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}[a-z0-9]$", var.pool)) && !startswith(var.pool, "gcp-")
    error_message = "pool must be 4 to 32 of a-z 0-9 -, beginning with a letter and not with gcp-."
  }
}

variable "provider_id" {
  description = "Id of the pool's provider."
  type        = string
  default     = "sallyport"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}[a-z0-9]$", var.provider_id)) && !startswith(var.provider_id, "gcp-")
    error_message = "provider_id must be 4 to 32 of a-z 0-9 -, beginning with a letter and not with gcp-."
  }
}

variable "service_accounts" {
  description = "By identity id: e-mail addresses of the service accounts that the identity may impersonate. An identity with an empty list may only enter the pool, and you can grant it roles directly (output principals). No other identity can enter."
  type        = map(set(string))

  validation {
    condition     = length(var.service_accounts) > 0
    error_message = "service_accounts must name an identity: otherwise no one could enter the pool."
  }

  validation {
    # Quotes and backslashes would end the condition's text; a subject of more than 127 bytes is none that Google takes.
    condition     = alltrue([for identity, _ in var.service_accounts : can(regex("^[A-Za-z0-9][A-Za-z0-9._:-]{0,126}$", identity))])
    error_message = "service_accounts must be by identity ids: 1 to 127 of A-Z a-z 0-9 . _ : -, starting with a letter or digit."
  }

  validation {
    condition     = alltrue(flatten([for accounts in var.service_accounts : [for account in accounts : can(regex("^[a-z0-9-]+@([a-z0-9-]+\\.iam|developer)\\.gserviceaccount\\.com$", account))]]))
    error_message = "service_accounts must hold e-mail addresses of service accounts."
  }
}
