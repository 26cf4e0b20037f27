variable "name" {
  description = "Prefix of all resource names, including the roles that Google Cloud recognizes; at most 20 characters, since a role session's name counts against Google's limit of 127 bytes."
  type        = string
  default     = "sallyport"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,18}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 20 lower-case letters, digits and hyphens, and begin with a letter."
  }
}

variable "functions" {
  description = "Which functions of the route table to deploy; null: all of them."
  type        = set(string)
  default     = null

  validation {
    condition     = var.functions == null ? true : length(var.functions) > 0 && length(setsubtract(var.functions, keys(module.routes.functions))) == 0
    error_message = "functions must name at least one function, and only such as are in the route table."
  }
}

variable "archives_dir" {
  description = "Folder that holds ARCHIVE-aws.zip for every archive of the route table, as a release does."
  type        = string
  nullable    = false

  validation {
    condition     = alltrue([for function in module.routes.functions : fileexists("${var.archives_dir}/${function.archive}-aws.zip")])
    error_message = "archives_dir must hold ARCHIVE-aws.zip for every archive of the route table; build them with mvn package, or unpack a release."
  }
}

variable "archives_bucket" {
  description = "Existing S3 bucket through which archives are uploaded; required for archives above 50 MB. null: direct upload."
  type        = string
  default     = null

  validation {
    condition     = var.archives_bucket == null ? true : can(regex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.archives_bucket))
    error_message = "archives_bucket must be the name of a bucket."
  }
}

variable "java_runtime" {
  description = "Lambda's Java runtime; one that SnapStart supports."
  type        = string
  default     = "java21"
  nullable    = false

  validation {
    condition     = contains(["java17", "java21"], var.java_runtime)
    error_message = "java_runtime must be java17 or java21."
  }
}

variable "architecture" {
  description = "Processor: arm64, or x86_64 in regions without arm64."
  type        = string
  default     = "arm64"
  nullable    = false

  validation {
    condition     = contains(["arm64", "x86_64"], var.architecture)
    error_message = "architecture must be arm64 or x86_64."
  }
}

variable "snap_start" {
  description = "Start instances from a snapshot of a published version."
  type        = bool
  default     = true
  nullable    = false
}

variable "java_tool_options" {
  description = "JVM options; empty for none."
  type        = string
  default     = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"
  nullable    = false

  validation {
    condition     = var.java_tool_options == "" || can(regex("^-[!-~ ]*$", var.java_tool_options))
    error_message = "java_tool_options must be empty, or options on one line that begin with a hyphen."
  }
}

variable "memory_mb" {
  description = "Memory of an instance in MB; its share of a processor grows with it, to one full processor at 1769."
  type        = number
  default     = 1024
  nullable    = false

  validation {
    condition     = var.memory_mb >= 256 && var.memory_mb <= 10240 && floor(var.memory_mb) == var.memory_mb
    error_message = "memory_mb must be a whole number from 256 to 10240."
  }
}

variable "timeout_seconds" {
  description = "Time limit of a request, in seconds; API Gateway waits at most 30 s."
  type        = number
  default     = 25
  nullable    = false

  validation {
    condition     = var.timeout_seconds >= 5 && var.timeout_seconds <= 29 && floor(var.timeout_seconds) == var.timeout_seconds
    error_message = "timeout_seconds must be a whole number from 5 to 29."
  }
}

variable "reserved_concurrency" {
  description = "Instances reserved for a function, by function name; also its maximum. Other functions share the account's instances."
  type        = map(number)
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.reserved_concurrency), keys(module.routes.functions))) == 0 && alltrue([for number in values(var.reserved_concurrency) : number >= 1 && floor(number) == number])
    error_message = "reserved_concurrency must map functions of the route table to whole numbers from 1."
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
  description = "SALLYPORT_SIGNING_KEYS: managed: and the Cloud KMS key that encrypts managed keys, or a JWK set with one current key. With Cloud KMS key versions the set holds no secret; private keys in it are in the functions' configuration and in the state. null: from signing_keys_secret."
  type        = string
  default     = null
  sensitive   = true

  validation {
    condition     = (var.signing_keys == null) != (var.signing_keys_secret == null)
    error_message = "Set exactly one of signing_keys and signing_keys_secret."
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

  validation {
    condition     = length(coalesce(var.signing_keys, "-")) <= 3000
    error_message = "signing_keys must be 3000 characters at most: Lambda takes 4 KB of variables in all."
  }
}

variable "signing_keys_secret" {
  description = "A version of a secret in Secrets Manager that holds the private JWK set. Terraform reads it: the keys are then in the functions' configuration and in the state. null: from signing_keys."
  type        = object({ arn = string, version_id = string })
  default     = null

  validation {
    condition     = var.signing_keys_secret == null ? true : can(regex("^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$", var.signing_keys_secret.arn)) && can(regex("^[A-Za-z0-9-]{32,64}$", var.signing_keys_secret.version_id))
    error_message = "signing_keys_secret must have the ARN of a secret and the id of a version, not a stage such as AWSCURRENT: functions would change keys whenever something else is applied."
  }
}

variable "managed_keys" {
  description = "Options of managed keys, for signing_keys = \"managed:…\": database (PROJECT/DATABASE; null: firestore_database and -keys), rotation_days, earlier_keys (JWK set of public keys from before the keys were managed, published and accepted beside them). key_function: deploy the key function here, with algorithm of new keys (ES256 or RS256) and schedule; false: it runs on Google Cloud, or a timer runs sallyport keys rotate --due."
  type = object({
    database      = optional(string)
    rotation_days = optional(number, 7)
    earlier_keys  = optional(string)
    key_function  = optional(bool, false)
    algorithm     = optional(string, "ES256")
    schedule      = optional(string, "rate(1 hour)")
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

  validation {
    condition     = contains(["ES256", "RS256"], var.managed_keys.algorithm)
    error_message = "managed_keys.algorithm must be ES256 or RS256."
  }

  validation {
    # The alarm counts the calls of a day.
    condition     = can(regex("^rate\\((1 hour|([2-9]|1[0-2]) hours)\\)$", var.managed_keys.schedule))
    error_message = "managed_keys.schedule must be rate(1 hour) to rate(12 hours)."
  }

  validation {
    condition     = !var.managed_keys.key_function || startswith(coalesce(nonsensitive(var.signing_keys), "-"), "managed:")
    error_message = "managed_keys.key_function needs signing_keys = \"managed:…\"."
  }

  validation {
    condition     = !var.managed_keys.key_function || fileexists("${var.archives_dir}/fn-keys-aws.zip")
    error_message = "archives_dir must hold fn-keys-aws.zip for managed_keys.key_function."
  }
}

variable "encryption_key" {
  description = "SALLYPORT_ENCRYPTION_KEY of the functions that decrypt stored secrets: gcpkms:projects/…/cryptoKeys/…, or 32 bytes in base64, which are then in the functions' configuration and in the state. null if no secret is stored."
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
  description = "SALLYPORT_GOOGLE_AUDIENCE: the workload identity pool provider that admits this account's roles (output aws_audience of google-access)."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^//iam\\.googleapis\\.com/projects/[0-9]+/locations/global/workloadIdentityPools/[a-z0-9-]{4,32}/providers/[a-z0-9-]{4,32}$", var.google_audience))
    error_message = "google_audience must be //iam.googleapis.com/projects/NUMBER/locations/global/workloadIdentityPools/POOL/providers/PROVIDER, with the project's number."
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

variable "domain_name" {
  description = "The only host that clients can call, since the API's default address is disabled."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.domain_name))
    error_message = "domain_name must be a host name in lower case, such as login.example.com."
  }
}

variable "certificate_arn" {
  description = "ACM certificate of domain_name, issued in the region of the API."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/.+$", var.certificate_arn))
    error_message = "certificate_arn must be the ARN of an ACM certificate."
  }
}

variable "route53_zone_id" {
  description = "Existing Route 53 zone for a record that points domain_name to the API; null: you create the record from the output domain_target."
  type        = string
  default     = null

  validation {
    condition     = var.route53_zone_id == null ? true : can(regex("^Z[A-Z0-9]{5,31}$", var.route53_zone_id))
    error_message = "route53_zone_id must be a hosted zone's id, such as Z0123456789ABCDEFGHIJ."
  }
}

variable "throttle" {
  description = "Requests per second (rate) and at once (burst) for all routes together; further requests get 429."
  type        = object({ rate = number, burst = number })
  default     = { rate = 200, burst = 400 }
  nullable    = false

  validation {
    condition     = var.throttle.rate >= 1 && var.throttle.burst >= 1 && floor(var.throttle.burst) == var.throttle.burst
    error_message = "throttle.rate and throttle.burst must be 1 or more, and burst whole: 0 admits nothing."
  }
}

variable "route_throttles" {
  description = "rate and burst of single routes, by path as in the route table; the others share throttle."
  type        = map(object({ rate = number, burst = number }))
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.route_throttles), flatten([for function in module.routes.functions : function.paths]))) == 0
    error_message = "route_throttles must name paths of the route table, character by character."
  }

  validation {
    condition     = alltrue([for limit in values(var.route_throttles) : limit.rate >= 1 && limit.burst >= 1 && floor(limit.burst) == limit.burst])
    error_message = "rate and burst of route_throttles must be 1 or more, and burst whole: 0 admits nothing."
  }
}

variable "log_retention_days" {
  description = "Retention of the functions' logs and the access log, in days."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days must be one that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653."
  }
}

variable "log_kms_key_arn" {
  description = "AWS KMS key that encrypts the logs; null: CloudWatch's key."
  type        = string
  default     = null

  validation {
    condition     = var.log_kms_key_arn == null ? true : can(regex("^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/.+$", var.log_kms_key_arn))
    error_message = "log_kms_key_arn must be the ARN of a KMS key, not of an alias."
  }
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of the functions' roles; null: none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^arn:aws[a-z-]*:iam::([0-9]{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "permissions_boundary_arn must be the ARN of an IAM policy."
  }
}

variable "alarms" {
  description = "Alarms over five minutes: recipients (ARNs of SNS topics), and the thresholds of the API's 5xx responses, of a function's throttled calls, and of the 95th percentile of a function's duration in ms. null: none."
  type = object({
    topic_arns      = list(string)
    server_errors   = optional(number, 5)
    throttles       = optional(number, 1)
    duration_p95_ms = optional(number, 3000)
  })
  default = null

  validation {
    condition     = var.alarms == null ? true : length(var.alarms.topic_arns) > 0 && alltrue([for arn in var.alarms.topic_arns : can(regex("^arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:.+$", arn))])
    error_message = "alarms.topic_arns must be ARNs of SNS topics, at least one."
  }

  validation {
    condition     = var.alarms == null ? true : var.alarms.server_errors >= 1 && var.alarms.throttles >= 1 && var.alarms.duration_p95_ms >= 1
    error_message = "server_errors, throttles and duration_p95_ms of alarms must be 1 or more."
  }
}

variable "tags" {
  description = "Tags for all resources that support them."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key in keys(var.tags) : !startswith(lower(key), "aws:")])
    error_message = "tags must not begin with aws:, which belongs to AWS."
  }
}
