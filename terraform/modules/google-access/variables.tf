variable "project_id" {
  description = "The project that holds the database and the keys, and gets the pool."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be a project's id, not its number."
  }
}

variable "pool_id" {
  description = "Id of the workload identity pool. Google keeps the id of a deleted pool for 30 days."
  type        = string
  default     = "sallyport-functions"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9-]{4,32}$", var.pool_id)) && !startswith(var.pool_id, "gcp-")
    error_message = "pool_id must be 4 to 32 lower-case letters, digits and hyphens, and not begin with gcp-."
  }
}

variable "aws" {
  description = "The functions on AWS: their account, its partition, and their roles by function name (outputs account_id, partition and role_names of the module aws). null: there are none."
  type = object({
    account_id = string
    partition  = optional(string, "aws")
    role_names = map(string)
  })
  default = null

  validation {
    condition     = var.aws == null ? true : can(regex("^[0-9]{12}$", var.aws.account_id))
    error_message = "aws.account_id must have twelve digits."
  }

  validation {
    condition     = var.aws == null ? true : contains(["aws", "aws-us-gov", "aws-cn"], var.aws.partition)
    error_message = "aws.partition must be aws, aws-us-gov or aws-cn."
  }

  validation {
    condition     = var.aws == null ? true : length(var.aws.role_names) > 0 && length(setsubtract(keys(var.aws.role_names), concat(keys(module.routes.functions), ["keys"]))) == 0
    error_message = "aws.role_names must be for functions of the route table, or keys for the key function, at least one."
  }

  validation {
    condition     = var.aws == null ? true : !contains(keys(var.aws.role_names), "keys") || var.managed_keys != null
    error_message = "aws.role_names has a key function, which needs managed_keys."
  }

  validation {
    condition     = var.aws == null ? true : alltrue([for name in values(var.aws.role_names) : can(regex("^[A-Za-z0-9+=,.@_-]{1,64}$", name))]) && length(distinct(values(var.aws.role_names))) == length(var.aws.role_names)
    error_message = "aws.role_names must be names of roles, not ARNs, and each function must have a separate role."
  }
}

variable "azure" {
  description = "The function apps on Azure: their tenant, the application id URI that their tokens are asked for, and each app's identity (object id) with the functions that it serves (outputs tenant_id, google_resource and apps of the module azure). null: there are none."
  type = object({
    tenant_id = string
    resource  = string
    apps      = map(object({ principal_id = string, functions = set(string) }))
  })
  default = null

  validation {
    condition     = var.azure == null ? true : can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.azure.tenant_id))
    error_message = "azure.tenant_id must be a GUID in lower case, as it stands in tokens."
  }

  validation {
    condition     = var.azure == null ? true : can(regex("^(api|https)://[^'\\s]+$", var.azure.resource))
    error_message = "azure.resource must be an application id URI, api://… or https://…"
  }

  validation {
    condition     = var.azure == null ? true : length(var.azure.apps) > 0 && alltrue([for app in values(var.azure.apps) : can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", app.principal_id))])
    error_message = "azure.apps must have the object id of each app's identity, a GUID in lower case; at least one app."
  }

  validation {
    condition     = var.azure == null ? true : alltrue([for app in values(var.azure.apps) : length(setsubtract(app.functions, keys(module.routes.functions))) == 0])
    error_message = "azure.apps must name functions of the route table."
  }
}

variable "database" {
  description = "The Firestore database that holds the identities; the only one that the functions reach."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(\\(default\\)|[a-z][a-z0-9-]{2,61}[a-z0-9])$", var.database))
    error_message = "database must be the name of a Firestore database."
  }
}

variable "signing_keys" {
  description = "Where the signing keys come from: managed, kms or secret (the functions have private keys, and need none of Google's). null: managed if managed_keys is set, otherwise kms."
  type        = string
  default     = null

  validation {
    condition     = var.signing_keys == null ? true : contains(["managed", "kms", "secret"], var.signing_keys)
    error_message = "signing_keys must be managed, kms or secret."
  }

  validation {
    condition     = var.signing_keys == null ? true : (var.signing_keys == "managed") == (var.managed_keys != null)
    error_message = "signing_keys must be managed if, and only if, managed_keys is set."
  }
}

variable "signing_key" {
  description = "Cloud KMS key that signs access tokens: projects/…/cryptoKeys/… Needed where Cloud KMS signs, or signed until a move to managed keys."
  type        = string
  default     = null

  validation {
    condition     = var.signing_key == null ? !local.kms : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.signing_key))
    error_message = "signing_key must be projects/…/locations/…/keyRings/…/cryptoKeys/…, without a version."
  }
}

variable "managed_keys" {
  description = "Managed signing keys (output managed_keys of the module gcp): the Cloud KMS key that encrypts them and nothing else, their Firestore database, and whether signing_key signs, or signed until a move (from_kms). null: the keys are not managed."
  type = object({
    encryption_key = string
    database       = string
    from_kms       = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.managed_keys == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.managed_keys.encryption_key))
    error_message = "managed_keys.encryption_key must be projects/…/locations/…/keyRings/…/cryptoKeys/…, without a version."
  }

  validation {
    condition     = var.managed_keys == null ? true : can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.managed_keys.database))
    error_message = "managed_keys.database must be the name of a Firestore database, not (default)."
  }

  validation {
    condition     = var.managed_keys == null ? true : var.managed_keys.database != var.database
    error_message = "managed_keys.database must hold nothing else: functions can write the database of the identities, and so could forge tokens."
  }

  validation {
    condition     = var.managed_keys == null ? true : var.managed_keys.encryption_key != var.encryption_key
    error_message = "managed_keys.encryption_key must encrypt nothing else: more functions may use the key of the stored secrets."
  }
}

variable "encryption_key" {
  description = "Cloud KMS key that seals stored secrets: projects/…/cryptoKeys/…"
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.encryption_key))
    error_message = "encryption_key must be projects/…/locations/…/keyRings/…/cryptoKeys/…, without a version."
  }
}

variable "enable_apis" {
  description = "Whether the module enables the required APIs; they stay enabled after a destroy."
  type        = bool
  default     = true
  nullable    = false
}
