variable "name" {
  description = "Prefix of all resource names."
  type        = string
  default     = "sallyport"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,14}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 16 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "resource_group_name" {
  description = "Existing resource group for all resources."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]$", var.resource_group_name))
    error_message = "resource_group_name must be the name of a resource group, not its id."
  }
}

variable "location" {
  description = "Region, as in az functionapp list-flexconsumption-locations."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]+$", var.location))
    error_message = "location must be a region's short name, such as westeurope."
  }
}

variable "apps" {
  description = "Function apps by name, each with the functions of the route table that it serves; its other functions are disabled. An app has one identity, so each of its functions has the rights of all of them. null: one app with all functions."
  type        = map(set(string))
  default     = null

  validation {
    condition     = var.apps == null ? true : length(var.apps) > 0 && alltrue([for name in keys(var.apps) : can(regex("^[a-z][a-z0-9-]{0,14}[a-z0-9]$", name))])
    error_message = "apps must have at least one app; names are 2 to 16 lower-case letters, digits and hyphens."
  }

  validation {
    condition     = var.apps == null ? true : alltrue([for functions in values(var.apps) : length(functions) > 0 && length(setsubtract(functions, keys(module.routes.functions))) == 0])
    error_message = "Each of apps must serve at least one function, and only such as are in the route table."
  }

  validation {
    condition     = var.apps == null ? true : length(flatten([for functions in values(var.apps) : tolist(functions)])) == length(distinct(flatten([for functions in values(var.apps) : tolist(functions)])))
    error_message = "No function may be served by two of apps: a path has one owner."
  }

  validation {
    condition     = var.apps == null ? true : length(var.apps) == 1 || var.front_door != null
    error_message = "Several apps need front_door: clients call one host."
  }
}

variable "java_version" {
  description = "Java of the apps."
  type        = string
  default     = "21"
  nullable    = false

  validation {
    condition     = contains(["17", "21"], var.java_version)
    error_message = "java_version must be 17 or 21."
  }
}

variable "java_tool_options" {
  description = "JVM options; empty for none. An instance that Azure started in advance may run without them."
  type        = string
  default     = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
  nullable    = false

  validation {
    condition     = var.java_tool_options == "" || can(regex("^-[!-~ ]*$", var.java_tool_options))
    error_message = "java_tool_options must be empty, or options on one line that begin with a hyphen."
  }
}

variable "instances" {
  description = "For each app: memory of an instance in MB, maximum instances, instances that always run (they cost even without requests), and concurrent requests per instance (null: Azure decides by memory)."
  type = object({
    memory_mb    = optional(number, 2048)
    maximum      = optional(number, 40)
    always_ready = optional(number, 0)
    concurrency  = optional(number)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains([512, 2048, 4096], var.instances.memory_mb)
    error_message = "instances.memory_mb must be 512, 2048 or 4096."
  }

  validation {
    condition     = var.instances.maximum >= 40 && var.instances.maximum <= 1000 && floor(var.instances.maximum) == var.instances.maximum
    error_message = "instances.maximum must be a whole number from 40 to 1000."
  }

  validation {
    condition     = var.instances.always_ready >= 0 && var.instances.always_ready <= var.instances.maximum && floor(var.instances.always_ready) == var.instances.always_ready
    error_message = "instances.always_ready must be a whole number from 0 to the maximum."
  }

  validation {
    condition     = var.instances.concurrency == null ? true : var.instances.concurrency >= 1 && var.instances.concurrency <= 1000 && floor(var.instances.concurrency) == var.instances.concurrency
    error_message = "instances.concurrency must be a whole number from 1 to 1000."
  }
}

variable "archives_dir" {
  description = "Folder that holds sallyport-azure.zip, as a release does."
  type        = string
  nullable    = false

  validation {
    condition     = fileexists("${var.archives_dir}/sallyport-azure.zip")
    error_message = "archives_dir must hold sallyport-azure.zip; build it with mvn package, or unpack a release."
  }
}

variable "issuer" {
  description = "SALLYPORT_ISSUER: the https address of the issuer, without a path; the same on every cloud that shares a store."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^https://[a-z0-9.-]+(:[0-9]{1,5})?$", var.issuer))
    error_message = "issuer must be an https address in lower case without a path or a slash at its end."
  }
}

variable "signing_keys" {
  description = "SALLYPORT_SIGNING_KEYS: managed: and the Cloud KMS key that encrypts managed keys, or a JWK set with one current key. With Cloud KMS key versions the set holds no secret; private keys in it are in the apps' settings and in the state. null: from signing_keys_vault."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = (var.signing_keys == null) != (var.signing_keys_vault == null)
    error_message = "Set exactly one of signing_keys and signing_keys_vault."
  }

  validation {
    condition     = !startswith(coalesce(var.signing_keys, "-"), "managed:") || can(regex("^managed:projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.signing_keys))
    error_message = "signing_keys must name a Cloud KMS key without a version: managed:projects/…/locations/…/keyRings/…/cryptoKeys/…"
  }

  validation {
    condition     = !startswith(coalesce(var.signing_keys, "-"), "managed:") || try(var.signing_keys != replace(var.encryption_key, "gcpkms:", "managed:"), true)
    error_message = "signing_keys must name a key that encrypts nothing else: encryption_key names the same."
  }

  validation {
    condition     = var.signing_keys == null || startswith(coalesce(var.signing_keys, "-"), "managed:") || can([for key in jsondecode(var.signing_keys).keys : key.kty]) && try(length(jsondecode(var.signing_keys).keys) > 0, false)
    error_message = "signing_keys must be managed: and a key, or a JWK set with at least one key."
  }

  validation {
    condition     = var.signing_keys == null || startswith(coalesce(var.signing_keys, "-"), "managed:") || length([for key in try(jsondecode(var.signing_keys).keys, []) : key if try(key.state, "current") == "current" && (can(key.kms) || can(key.d))]) == 1
    error_message = "signing_keys must have exactly one current key, with a Cloud KMS key version (kms) or a private part."
  }
}

variable "signing_keys_vault" {
  description = "A version of a secret in Key Vault that holds the private JWK set: id of the vault (with role-based access), name and version of the secret, and public_keys, what sallyport keys public prints for it. Apps read it by reference; it is neither in their settings nor in the state. null: from signing_keys."
  type        = object({ vault_id = string, secret = string, version = string, public_keys = string })
  default     = null

  validation {
    condition     = var.signing_keys_vault == null ? true : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.KeyVault/vaults/[a-z0-9-]{3,24}$", var.signing_keys_vault.vault_id)) && can(regex("^[A-Za-z0-9-]{1,127}$", var.signing_keys_vault.secret)) && can(regex("^[0-9a-f]{32}$", var.signing_keys_vault.version))
    error_message = "signing_keys_vault must have the id of a vault, the name of a secret, and the id of a version: without one, apps would change keys at different times."
  }

  validation {
    condition     = var.signing_keys_vault == null ? true : try(length(jsondecode(var.signing_keys_vault.public_keys).keys) > 0, false) && alltrue([for key in try(jsondecode(var.signing_keys_vault.public_keys).keys, []) : can(key.kty) && length(setintersection(keys(key), ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])) == 0])
    error_message = "signing_keys_vault.public_keys must be a JWK set of public keys, at least one, and no private part."
  }
}

variable "managed_keys" {
  description = "Options of managed keys, for signing_keys = \"managed:…\": database (PROJECT/DATABASE; null: firestore_database and -keys), rotation_days, earlier_keys (JWK set of public keys from before the keys were managed, published and accepted beside them)."
  type = object({
    database      = optional(string)
    rotation_days = optional(number, 7)
    earlier_keys  = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.managed_keys.database == null ? true : can(regex("^[a-z0-9][a-z0-9.:-]{0,62}/[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.managed_keys.database)) && var.managed_keys.database != var.firestore_database
    error_message = "managed_keys.database must be PROJECT/DATABASE, and hold nothing else: functions can write firestore_database, and so could forge tokens."
  }

  validation {
    condition     = var.managed_keys.rotation_days == floor(var.managed_keys.rotation_days) && var.managed_keys.rotation_days >= 1 && var.managed_keys.rotation_days <= 90
    error_message = "managed_keys.rotation_days must be a whole number from 1 to 90."
  }

  validation {
    condition     = var.managed_keys.earlier_keys == null ? true : try(length(jsondecode(var.managed_keys.earlier_keys).keys) > 0, false) && alltrue([for key in try(jsondecode(var.managed_keys.earlier_keys).keys, []) : can(key.kty) && length(setintersection(keys(key), ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])) == 0])
    error_message = "managed_keys.earlier_keys must be a JWK set of public keys, at least one, and no private part."
  }
}

variable "encryption_key" {
  description = "SALLYPORT_ENCRYPTION_KEY of the apps that decrypt stored secrets: gcpkms:projects/…/cryptoKeys/…, or 32 bytes in base64, which are then in the apps' settings and in the state. null if no secret is stored."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = var.encryption_key == null ? true : can(regex("^(gcpkms:projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+|[A-Za-z0-9+/]{43}=)$", var.encryption_key))
    error_message = "encryption_key must be gcpkms:projects/…/locations/…/keyRings/…/cryptoKeys/…, or 32 bytes in base64."
  }
}

variable "firestore_database" {
  description = "The Firestore database that holds the identities, as PROJECT/DATABASE."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9][a-z0-9.:-]{0,62}/(\\(default\\)|[a-z0-9][a-z0-9-]{0,62})$", var.firestore_database))
    error_message = "firestore_database must be PROJECT/DATABASE."
  }
}

variable "store_reader" {
  description = "How functions access the database: firestore (Google's library) or firestore-rest (the same documents over REST)."
  type        = string
  default     = "firestore"
  nullable    = false

  validation {
    condition     = contains(["firestore", "firestore-rest"], var.store_reader)
    error_message = "store_reader must be firestore or firestore-rest."
  }
}

variable "google_audience" {
  description = "SALLYPORT_GOOGLE_AUDIENCE: the workload identity pool provider that admits the apps' identities (output azure_audience of google-access)."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^//iam\\.googleapis\\.com/projects/[0-9]+/locations/global/workloadIdentityPools/[a-z0-9-]{4,32}/providers/[a-z0-9-]{4,32}$", var.google_audience))
    error_message = "google_audience must be //iam.googleapis.com/projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER, with the project's number."
  }
}

variable "google_resource" {
  description = "SALLYPORT_GOOGLE_AZURE_RESOURCE: application id URI of an existing application of the tenant that requests version 1 tokens. null: the module creates api://TENANT/NAME-google."
  type        = string
  default     = null

  validation {
    condition     = var.google_resource == null ? true : can(regex("^(api|https)://[^'\\s]+$", var.google_resource))
    error_message = "google_resource must be an application id URI, api://… or https://…"
  }
}

variable "identity_cache_seconds" {
  description = "SALLYPORT_IDENTITY_CACHE_SECONDS: how long an instance may cache an identity."
  type        = number
  default     = 5
  nullable    = false

  validation {
    condition     = var.identity_cache_seconds >= 0 && var.identity_cache_seconds <= 60 && floor(var.identity_cache_seconds) == var.identity_cache_seconds
    error_message = "identity_cache_seconds must be a whole number from 0 to 60."
  }
}

variable "allow_private_hosts" {
  description = "SALLYPORT_ALLOW_PRIVATE_HOSTS: whether Kubernetes hosts and trusted issuers may have private addresses."
  type        = bool
  default     = false
  nullable    = false
}

variable "forwarded_hops" {
  description = "SALLYPORT_FORWARDED_HOPS: how many proxies append to X-Forwarded-For. null: 1 for the front end of Azure's apps, 2 with front_door. If it is too high, callers can forge their address."
  type        = number
  default     = null

  validation {
    condition     = var.forwarded_hops == null ? true : contains([1, 2, 3], var.forwarded_hops)
    error_message = "forwarded_hops must be 1, 2 or 3."
  }
}

variable "front_door" {
  description = "One host for all apps through Azure Front Door; the apps then accept requests only from it. Fields: the host name, its zone in Azure DNS (null: you create the records in the output dns_records), and how many requests per minute one address may send. null: clients call the one app at its own host."
  type = object({
    domain_name         = string
    dns_zone            = optional(object({ name = string, resource_group_name = string }))
    requests_per_minute = optional(number, 600)
  })
  default = null

  validation {
    condition     = var.front_door == null ? true : can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.front_door.domain_name))
    error_message = "front_door.domain_name must be a host name in lower case, such as login.example.com."
  }

  validation {
    condition     = try(var.front_door.dns_zone, null) == null ? true : endswith(var.front_door.domain_name, ".${var.front_door.dns_zone.name}")
    error_message = "front_door.dns_zone must be a zone that domain_name is in, and not its apex, which can have no CNAME."
  }

  validation {
    condition     = var.front_door == null ? true : var.front_door.requests_per_minute >= 10 && floor(var.front_door.requests_per_minute) == var.front_door.requests_per_minute
    error_message = "front_door.requests_per_minute must be a whole number from 10."
  }
}

variable "log_retention_days" {
  description = "Retention of logs, in days."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.log_retention_days >= 30 && var.log_retention_days <= 730 && floor(var.log_retention_days) == var.log_retention_days
    error_message = "log_retention_days must be a whole number from 30 to 730."
  }
}

variable "alerts" {
  description = "Alerts over five minutes: recipients (ids of action groups), and the thresholds of 5xx responses and of the 95th percentile of the duration in ms. null: none."
  type = object({
    action_group_ids = list(string)
    server_errors    = optional(number, 5)
    duration_p95_ms  = optional(number, 3000)
  })
  default = null

  validation {
    condition     = var.alerts == null ? true : length(var.alerts.action_group_ids) > 0 && alltrue([for id in var.alerts.action_group_ids : can(regex("(?i)^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\\.Insights/actionGroups/[^/]+$", id))])
    error_message = "alerts.action_group_ids must be ids of action groups, at least one."
  }

  validation {
    condition     = var.alerts == null ? true : var.alerts.server_errors >= 1 && var.alerts.duration_p95_ms >= 1
    error_message = "server_errors and duration_p95_ms of alerts must be 1 or more."
  }
}

variable "tags" {
  description = "Tags for all resources that support them."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = length(var.tags) <= 50
    error_message = "tags can be 50 at most."
  }
}
