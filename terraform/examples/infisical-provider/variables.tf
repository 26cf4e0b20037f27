variable "issuer" {
  description = "Sallyport's issuer, without a slash at the end."
  type        = string

  validation {
    condition     = can(regex("^https?://[^/]+$", var.issuer))
    error_message = "issuer must be an address such as https://login.example.com."
  }
}

variable "gcp" {
  description = "Workloads on Google Cloud, by name."
  type        = map(object({ service_account = string }))
  default     = {}
}

variable "azure" {
  description = "Managed identities of Azure, by name; GUIDs in lower case."
  type        = map(object({ tenant_id = string, object_id = string }))
  default     = {}

  validation {
    condition     = alltrue([for one in var.azure : one.tenant_id == lower(one.tenant_id) && one.object_id == lower(one.object_id)])
    error_message = "GUIDs must be in lower case, since Sallyport shows them so."
  }
}

variable "aws" {
  description = "Roles of AWS, by name."
  type        = map(object({ role_arn = string }))
  default     = {}
}

variable "kubernetes" {
  description = "Service accounts of Kubernetes, by name."
  type = map(object({
    host            = string
    ca_certificate  = string
    namespace       = string
    service_account = string
  }))
  default = {}
}

variable "token_reviewer_jwts" {
  description = "The token that reviews the tokens of each Kubernetes workload."
  type        = map(string)
  default     = {}
  sensitive   = true
}

variable "oidc" {
  description = "Workloads of an OpenID provider such as a CI service, by name."
  type = map(object({
    issuer  = string
    subject = string
    claims  = optional(map(string), {})
  }))
  default = {}
}

variable "access_token_ttl" {
  description = "Lifetime of an access token, in seconds. Not 0, which the provider does not send."
  type        = number
  default     = 3600

  validation {
    condition     = var.access_token_ttl > 0
    error_message = "access_token_ttl must be positive."
  }
}

variable "access_token_max_ttl" {
  description = "Lifetime of a session with all its renewals, in seconds. Not 0, which the provider does not send."
  type        = number
  default     = 86400

  validation {
    condition     = var.access_token_max_ttl >= var.access_token_ttl
    error_message = "access_token_max_ttl must not be less than access_token_ttl."
  }
}
