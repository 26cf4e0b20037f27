variable "project_id" {
  description = "Project for all resources."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be a project's id: 6 to 30 of a-z 0-9 -, beginning with a letter."
  }
}

variable "region" {
  description = "Region of all regional resources."
  type        = string
  default     = "europe-west1"

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.region))
    error_message = "region must be a region such as europe-west1."
  }
}

variable "host" {
  description = "Host name that clients use."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9-]+\\.)+[a-z][a-z0-9-]*$", var.host))
    error_message = "host must be a full host name in lower case, such as login.example.com."
  }
}

variable "archives_dir" {
  description = "Folder with the packages of a build."
  type        = string
  default     = "../../../dist/target/release"

  validation {
    condition     = fileexists("${var.archives_dir}/fn-token-gcp.zip")
    error_message = "archives_dir has no packages: build them with mvn -Prelease package."
  }
}

variable "dns_zone" {
  description = "Name of a public Cloud DNS zone of the project for the host's records; null: you create the records in the output dns_records."
  type        = string
  default     = null

  validation {
    condition     = var.dns_zone == null || can(regex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.dns_zone))
    error_message = "dns_zone must be the name of a zone in Cloud DNS, such as example-com."
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

variable "admin_service_account" {
  description = "E-mail address of the service account whose workloads are Sallyport's first admin; null: none, and only Terraform and the command line manage identities."
  type        = string
  default     = null

  validation {
    condition     = var.admin_service_account == null || can(regex("^[a-z0-9-]+@([a-z0-9-]+\\.iam|developer)\\.gserviceaccount\\.com$", var.admin_service_account))
    error_message = "admin_service_account must be the e-mail address of a service account."
  }
}

variable "workloads" {
  description = "Workloads on Google Cloud by identity id: whose service account they run as, and their roles by project."
  type = map(object({
    service_account = string
    projects        = optional(map(list(string)), {})
  }))
  default = {}

  validation {
    condition     = !contains(keys(var.workloads), "admin")
    error_message = "The identity admin is that of admin_service_account."
  }
}

variable "signing_keys" {
  description = "managed or kms, as in the module gcp; null: kms if key_versions is set, otherwise managed."
  type        = string
  default     = null

  validation {
    condition     = var.signing_keys == null ? true : contains(["managed", "kms"], var.signing_keys)
    error_message = "signing_keys must be managed or kms."
  }
}

variable "move_from_kms" {
  description = "The step of a move from Cloud KMS to managed keys: publish, then sign; null: no move."
  type        = string
  default     = null

  validation {
    condition     = var.move_from_kms == null ? true : contains(["publish", "sign"], var.move_from_kms)
    error_message = "move_from_kms must be publish or sign."
  }
}

variable "key_versions" {
  description = "Versions of the signing key of Cloud KMS by name, as in the module gcp; null: one, called first, where Cloud KMS signs."
  type        = map(object({ state = optional(string, "published") }))
  default     = null

  validation {
    condition     = var.key_versions == null ? true : length(var.key_versions) > 0
    error_message = "key_versions must have a version."
  }
}

variable "signing_version" {
  description = "Which of key_versions signs."
  type        = string
  default     = "first"

  validation {
    condition     = contains(var.key_versions == null ? ["first"] : keys(var.key_versions), var.signing_version)
    error_message = "signing_version must be one of key_versions."
  }
}
