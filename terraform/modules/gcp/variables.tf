variable "project_id" {
  description = "Project for all resources."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be a project's id (not its number or name): 6 to 30 of a-z 0-9 -, beginning with a letter."
  }
}

variable "region" {
  description = "Region of the functions, of the keys and, unless firestore_location says otherwise, of the database."
  type        = string

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.region))
    error_message = "region must be a region such as europe-west1."
  }
}

variable "name" {
  description = "Prefix of all resource names."
  type        = string
  default     = "sallyport"

  validation {
    # A service account's id has 30 characters at most, and the longest function name 16.
    condition     = can(regex("^[a-z][a-z0-9-]{1,11}[a-z0-9]$", var.name))
    error_message = "name must be 3 to 13 of a-z 0-9 -, beginning with a letter and not ending with a hyphen."
  }
}

variable "host" {
  description = "Host name that clients use; its DNS records must point to the output addresses."
  type        = string

  validation {
    condition     = length(var.host) <= 253 && can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.host))
    error_message = "host must be a full host name in lower case, such as login.example.com."
  }
}

variable "issuer" {
  description = "The claim iss, byte for byte; null: https:// and the host."
  type        = string
  default     = null

  validation {
    condition     = var.issuer == null || can(regex("^https://[a-z0-9.-]+(:[1-9][0-9]{0,4})?$", var.issuer))
    error_message = "issuer must be an https address without a path and without a slash at the end."
  }
}

variable "archives_dir" {
  description = "Folder with the packages of a build, <archive>-gcp.zip for each archive of the route table: dist/target/release."
  type        = string

  validation {
    condition     = alltrue([for archive in local.archive_names : fileexists("${var.archives_dir}/${archive}-gcp.zip")])
    error_message = "archives_dir lacks ${join(", ", [for archive in local.archive_names : "${archive}-gcp.zip" if !fileexists("${var.archives_dir}/${archive}-gcp.zip")])}."
  }
}

variable "routes" {
  description = "Route table by function name that replaces the shared one (modules/routes); empty: the shared one. Fields: archive, class, signs, unseals, store (none, read or write), paths."
  type = map(object({
    archive = string
    class   = string
    signs   = bool
    unseals = bool
    store   = string
    paths   = list(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for name, _ in var.routes : can(regex("^[a-z][a-z0-9-]{0,14}[a-z0-9]$", name))])
    error_message = "A function's name must be 2 to 16 of a-z 0-9 -, beginning with a letter and not ending with a hyphen."
  }

  validation {
    condition     = length(setintersection(keys(var.routes), ["keys", "keys-scheduler"])) == 0 && alltrue([for function in var.routes : function.archive != "fn-keys"])
    error_message = "The key function has no public route: routes must not name keys, keys-scheduler or the archive fn-keys."
  }

  validation {
    condition     = alltrue([for function in var.routes : contains(["none", "read", "write"], function.store)])
    error_message = "store must be none, read or write."
  }

  validation {
    condition     = alltrue([for function in var.routes : can(regex("^[A-Za-z0-9._-]+$", function.archive)) && can(regex("^[A-Za-z_$][A-Za-z0-9_.$]*$", function.class))])
    error_message = "archive must be a file's base name and class the name of a Java class."
  }

  validation {
    condition     = alltrue(flatten([for function in var.routes : [for path in function.paths : can(regex("^(/([A-Za-z0-9._-]+|\\{[A-Za-z][A-Za-z0-9_]*\\}))+$", path))]]))
    error_message = "A path must begin with a slash, not end with one, and have segments of A-Z a-z 0-9 . _ - or {name}."
  }

  validation {
    condition     = alltrue([for function in var.routes : length(function.paths) > 0])
    error_message = "Each function needs a path."
  }

  validation {
    condition     = length(var.routes) == 0 || length([for function in var.routes : function if alltrue([for path in function.paths : startswith(path, "/.well-known/")]) && !function.signs && !function.unseals && function.store == "none"]) == 1
    error_message = "Exactly one function must answer for /.well-known/ paths alone, and neither sign nor unseal nor use the store."
  }
}

variable "firestore_location" {
  description = "Location of the database, which you can never change: a region, nam5 or eur3; null: the region."
  type        = string
  default     = null

  validation {
    condition     = var.firestore_location == null || can(regex("^([a-z]+-[a-z]+[0-9]{1,2}|nam5|nam7|eur3)$", var.firestore_location))
    error_message = "firestore_location must be a region such as europe-west1, or a multi-region such as eur3."
  }
}

variable "database" {
  description = "Name of the Firestore database; with managed keys, that of their database is this and -keys."
  type        = string
  default     = "sallyport"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,61}[a-z0-9]$", var.database))
    error_message = "database must be 4 to 63 of a-z 0-9 -, beginning with a letter: a separate database, not (default)."
  }

  validation {
    condition     = !local.managed || length(var.database) <= 58
    error_message = "database must have 58 characters at most with managed keys, whose database is called after it."
  }
}

variable "deletion_protection" {
  description = "Whether Firestore refuses to delete the database."
  type        = bool
  default     = true
}

variable "backup_retention_days" {
  description = "Retention of the daily and weekly backups, in days."
  type = object({
    daily  = optional(number, 14)
    weekly = optional(number, 98)
  })
  default = {}

  validation {
    condition     = alltrue([for days in [var.backup_retention_days.daily, var.backup_retention_days.weekly] : days == floor(days) && days >= 1 && days <= 98])
    error_message = "backup_retention_days must be whole days from 1 to 98: Firestore keeps a backup for 14 weeks at most."
  }
}

variable "signing_keys" {
  description = "Where the signing keys come from: managed (Sallyport makes and rotates them), kms (a key of Cloud KMS signs each token) or secret (a version of a secret in Secret Manager). null: kms if key_versions is set, otherwise managed."
  type        = string
  default     = null

  validation {
    condition     = var.signing_keys == null ? true : contains(["managed", "kms", "secret"], var.signing_keys)
    error_message = "signing_keys must be managed, kms or secret."
  }
}

variable "managed_keys" {
  description = "Managed keys: rotation_days, algorithm of new keys (ES256 or RS256), schedule on which the key function is called (cron, UTC), and the step of a move from_kms: publish (managed keys are published, and Cloud KMS still signs), then sign (managed keys sign, and key_versions stay published); null: no move."
  type = object({
    rotation_days = optional(number, 7)
    algorithm     = optional(string, "ES256")
    schedule      = optional(string, "17 * * * *")
    from_kms      = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = jsonencode(var.managed_keys) == jsonencode({ rotation_days = 7, algorithm = "ES256", schedule = "17 * * * *", from_kms = null }) || coalesce(var.signing_keys, "unset") == "managed" || var.signing_keys == null && var.key_versions == null
    error_message = "managed_keys needs signing_keys = \"managed\", also where key_versions is set."
  }

  validation {
    condition     = var.key_versions == null || coalesce(var.signing_keys, "kms") == "kms" || coalesce(var.signing_keys, "unset") == "managed" && var.managed_keys.from_kms != null
    error_message = "key_versions needs signing_keys = \"kms\", or \"managed\" with managed_keys.from_kms: otherwise its keys would no longer be published."
  }

  validation {
    condition     = var.managed_keys.rotation_days == floor(var.managed_keys.rotation_days) && var.managed_keys.rotation_days >= 1 && var.managed_keys.rotation_days <= 90
    error_message = "managed_keys.rotation_days must be a whole number from 1 to 90."
  }

  validation {
    condition     = contains(["ES256", "RS256"], var.managed_keys.algorithm)
    error_message = "managed_keys.algorithm must be ES256 or RS256."
  }

  validation {
    # The alert counts the calls of 24 hours.
    condition     = can(regex("^([0-9]|[1-5][0-9]) \\*(/([1-9]|1[0-2]))? \\* \\* \\*$", var.managed_keys.schedule))
    error_message = "managed_keys.schedule must call the key function every 12 hours or more often: MINUTE HOURS * * *, such as 17 * * * * or 17 */6 * * *."
  }

  validation {
    condition     = var.managed_keys.from_kms == null ? true : contains(["publish", "sign"], var.managed_keys.from_kms)
    error_message = "managed_keys.from_kms must be publish or sign."
  }
}

variable "signing_secret" {
  description = "For signing_keys = \"secret\": name and version of an existing secret of the project that holds the private JWK set, and public_keys, what sallyport keys public prints for it."
  type = object({
    name        = string
    version     = string
    public_keys = string
  })
  default = null

  validation {
    condition     = (var.signing_secret != null) == (var.signing_keys == "secret")
    error_message = "signing_secret must be set if, and only if, signing_keys is secret."
  }

  validation {
    condition     = var.signing_secret == null ? true : can(regex("^[A-Za-z0-9_-]{1,255}$", var.signing_secret.name)) && can(regex("^[1-9][0-9]*$", var.signing_secret.version))
    error_message = "signing_secret must have the id of a secret, and a version's number: with latest, instances would change keys at different times."
  }

  validation {
    condition     = var.signing_secret == null ? true : try(length(jsondecode(var.signing_secret.public_keys).keys) > 0, false) && alltrue([for key in try(jsondecode(var.signing_secret.public_keys).keys, []) : can(key.kty) && length(setintersection(keys(key), ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])) == 0])
    error_message = "signing_secret.public_keys must be a JWK set of public keys, at least one, and no private part."
  }
}

variable "key_versions" {
  description = "Versions of the signing key in Cloud KMS, by a name of your choice. state: published (in the key set), retired (still in the key set, but can never sign again) or disabled (not in the key set, and disabled in Cloud KMS). null: one version, first, where Cloud KMS signs."
  type = map(object({
    state = optional(string, "published")
  }))
  default = null

  validation {
    condition     = alltrue([for version in coalesce(var.key_versions, {}) : contains(["published", "retired", "disabled"], version.state)])
    error_message = "The state of a key version must be published, retired or disabled."
  }

  validation {
    condition     = alltrue([for name, _ in coalesce(var.key_versions, {}) : can(regex("^[a-z0-9][a-z0-9._-]{0,62}$", name))])
    error_message = "The name of a key version must be 1 to 63 of a-z 0-9 . _ -."
  }
}

variable "signing_version" {
  description = "Which of key_versions signs. Unless it is the first one, publish it at least 10 minutes before."
  type        = string
  default     = "first"

  validation {
    condition     = !local.kms || try(local.key_versions[var.signing_version].state, "") == "published"
    error_message = "signing_version must name one of key_versions whose state is published."
  }
}

variable "key_protection_level" {
  description = "SOFTWARE or HSM. You cannot change it for an existing key."
  type        = string
  default     = "SOFTWARE"

  validation {
    condition     = contains(["SOFTWARE", "HSM"], var.key_protection_level)
    error_message = "key_protection_level must be SOFTWARE or HSM."
  }
}

variable "runtime" {
  description = "Java runtime of the functions."
  type        = string
  default     = "java21"

  validation {
    condition     = contains(["java17", "java21", "java25"], var.runtime)
    error_message = "runtime must be java17, java21 or java25."
  }
}

variable "java_tool_options" {
  description = "Options of the JVM."
  type        = string
  default     = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"

  validation {
    condition     = can(regex("^(-[!-~]+( -[!-~]+)*)?$", var.java_tool_options))
    error_message = "java_tool_options must be options that begin with a hyphen, with one space between any two."
  }
}

variable "scaling" {
  description = "How each function scales: minimum and maximum instances, concurrent requests per instance, memory, CPUs, and the time limit of a request in seconds."
  type = object({
    min_instances   = optional(number, 0)
    max_instances   = optional(number, 20)
    concurrency     = optional(number, 40)
    memory          = optional(string, "512Mi")
    cpu             = optional(string, "1")
    timeout_seconds = optional(number, 60)
  })
  default = {}

  validation {
    condition     = alltrue([for n in [var.scaling.min_instances, var.scaling.max_instances] : n == floor(n)]) && var.scaling.min_instances >= 0 && var.scaling.max_instances >= 1 && var.scaling.min_instances <= var.scaling.max_instances && var.scaling.max_instances <= 1000
    error_message = "min_instances must be from 0 to max_instances, and max_instances from 1 to 1000."
  }

  validation {
    condition     = var.scaling.concurrency == floor(var.scaling.concurrency) && var.scaling.concurrency >= 1 && var.scaling.concurrency <= 1000
    error_message = "concurrency must be from 1 to 1000."
  }

  validation {
    # Less than a whole CPU serves one request at a time (Cloud Run functions, "Configure concurrency").
    condition     = contains(["1", "2", "4", "8"], var.scaling.cpu) && can(regex("^([1-9][0-9]{2,4}Mi|[1-9][0-9]?Gi)$", var.scaling.memory))
    error_message = "cpu must be 1, 2, 4 or 8, and memory an amount such as 512Mi or 1Gi."
  }

  validation {
    # The longest way is a review by a cluster (10 s), a key fetch (10 s), two store calls (10 s) and a signature (10 s).
    condition     = var.scaling.timeout_seconds == floor(var.scaling.timeout_seconds) && var.scaling.timeout_seconds >= 45 && var.scaling.timeout_seconds <= 3600
    error_message = "timeout_seconds must be from 45 to 3600."
  }
}

variable "min_instances" {
  description = "Minimum instances by function name; others use scaling."
  type        = map(number)
  default     = {}

  validation {
    condition     = alltrue([for name, _ in var.min_instances : contains(keys(local.routes), name)])
    error_message = "min_instances must name functions of the route table."
  }

  validation {
    condition     = alltrue([for instances in values(var.min_instances) : instances == floor(instances) && instances >= 0 && instances <= var.scaling.max_instances])
    error_message = "min_instances must be from 0 to scaling.max_instances."
  }
}

variable "store_reader" {
  description = "How the functions reach Firestore: firestore (Google's client library) or firestore-rest (the same documents over REST)."
  type        = string
  default     = "firestore"

  validation {
    condition     = contains(["firestore", "firestore-rest"], var.store_reader)
    error_message = "store_reader must be firestore or firestore-rest."
  }
}

variable "identity_cache_seconds" {
  description = "How long an instance may cache an identity, in seconds."
  type        = number
  default     = 5

  validation {
    condition     = var.identity_cache_seconds == floor(var.identity_cache_seconds) && var.identity_cache_seconds >= 0 && var.identity_cache_seconds <= 60
    error_message = "identity_cache_seconds must be from 0 to 60."
  }
}

variable "forwarded_hops" {
  description = "How many addresses at the end of X-Forwarded-For your proxies append: 2 for the load balancer, one more for each proxy in front of it. If it is too high, callers can forge their address."
  type        = number
  # The load balancer appends the client's address and its own (Google Cloud, "External Application Load Balancer overview",
  # X-Forwarded-For header); behind it, Cloud Run appends none.
  default = 2

  validation {
    condition     = var.forwarded_hops == floor(var.forwarded_hops) && var.forwarded_hops >= 2 && var.forwarded_hops <= 10
    error_message = "forwarded_hops must be from 2 to 10."
  }
}

variable "allow_private_hosts" {
  description = "Whether Kubernetes hosts and trusted issuers may have private addresses; needs vpc_connector to reach them."
  type        = bool
  default     = false

  validation {
    condition     = !var.allow_private_hosts || var.vpc_connector != null
    error_message = "allow_private_hosts needs vpc_connector."
  }
}

variable "vpc_connector" {
  description = "Serverless VPC Access connector for private addresses: projects/…/locations/…/connectors/…"
  type        = string
  default     = null

  validation {
    condition     = var.vpc_connector == null || can(regex("^projects/[^/]+/locations/[^/]+/connectors/[^/]+$", var.vpc_connector))
    error_message = "vpc_connector must be of the form projects/PROJECT/locations/REGION/connectors/NAME."
  }
}

variable "dns_zone" {
  description = "Name of a public Cloud DNS zone in the project for the host's records; null: you create the records in the output dns_records."
  type        = string
  default     = null

  validation {
    condition     = var.dns_zone == null || can(regex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.dns_zone))
    error_message = "dns_zone must be the name of a zone in Cloud DNS, such as example-com (not its domain)."
  }
}

variable "tls_profile" {
  description = "Profile of the TLS policy: MODERN, or RESTRICTED for fewer ciphers. Both require TLS 1.2 or later."
  type        = string
  default     = "RESTRICTED"

  validation {
    condition     = contains(["MODERN", "RESTRICTED"], var.tls_profile)
    error_message = "tls_profile must be MODERN or RESTRICTED."
  }
}

variable "throttle" {
  description = "How many requests one address may send in a period in seconds; further requests get 429. Workloads behind one NAT share an address."
  type = object({
    requests = optional(number, 600)
    seconds  = optional(number, 60)
  })
  default = {}

  validation {
    condition     = var.throttle.requests == floor(var.throttle.requests) && var.throttle.requests >= 1 && var.throttle.requests <= 1000000
    error_message = "throttle.requests must be from 1 to 1000000."
  }

  validation {
    condition     = contains([10, 30, 60, 120, 180, 240, 300, 600, 900, 1200, 1800, 2700, 3600], var.throttle.seconds)
    error_message = "throttle.seconds must be an interval that Cloud Armor knows: 10, 30, 60, 120, 180, 240, 300, 600, 900, 1200, 1800, 2700 or 3600."
  }
}

variable "request_log_rate" {
  description = "Share of the requests that the load balancer logs, 0 to 1. The functions' audit log always has every decision."
  type        = number
  default     = 1

  validation {
    condition     = var.request_log_rate >= 0 && var.request_log_rate <= 1
    error_message = "request_log_rate must be from 0 to 1."
  }
}

variable "alert_emails" {
  description = "Recipients of alerts."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for email in var.alert_emails : can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", email))])
    error_message = "alert_emails must be e-mail addresses."
  }
}

variable "alert_channels" {
  description = "Notification channels that exist already: projects/…/notificationChannels/…"
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for channel in var.alert_channels : can(regex("^projects/[^/]+/notificationChannels/[0-9]+$", channel))])
    error_message = "alert_channels must be of the form projects/PROJECT/notificationChannels/NUMBER."
  }
}

variable "alert_thresholds" {
  description = "Thresholds of alerts: responses with status 500 and above in 5 minutes, denials in 5 minutes, and the 95th percentile of the latency in milliseconds over 5 minutes."
  type = object({
    errors     = optional(number, 5)
    denials    = optional(number, 300)
    latency_ms = optional(number, 3000)
  })
  default = {}

  validation {
    condition     = alltrue([for threshold in values(var.alert_thresholds) : threshold >= 0])
    error_message = "alert_thresholds must not be negative."
  }
}

variable "enable_apis" {
  description = "Whether the module enables the required APIs; they stay enabled after a destroy."
  type        = bool
  default     = true
}

variable "labels" {
  description = "Labels for all resources that support them."
  type        = map(string)
  default     = {}

  validation {
    condition     = alltrue([for key, value in var.labels : can(regex("^[a-z][a-z0-9_-]{0,62}$", key)) && can(regex("^[a-z0-9_-]{0,63}$", value))])
    error_message = "labels must have keys and values of a-z 0-9 _ -, keys beginning with a letter."
  }
}
