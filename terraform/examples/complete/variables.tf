variable "project_id" {
  description = "Google Cloud project of the database, the keys and the issuer."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be a project's id, not its number."
  }
}

variable "region" {
  description = "Google Cloud region."
  type        = string
  default     = "europe-west1"

  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]{1,2}$", var.region))
    error_message = "region must be a region of Google Cloud, such as europe-west1."
  }
}

variable "host" {
  description = "The issuer's host, on Google Cloud: https:// and this is iss in every token, wherever it was issued."
  type        = string

  validation {
    condition     = can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]{2,63}$", var.host))
    error_message = "host must be a host name in lower case, such as login.example.com."
  }
}

variable "dns_zone" {
  description = "Cloud DNS zone for the issuer's records; null: you create the records in the output dns_records."
  type        = string
  default     = null

  validation {
    condition     = var.dns_zone == null ? true : can(regex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$", var.dns_zone))
    error_message = "dns_zone must be the name of a zone in Cloud DNS."
  }
}

variable "archives_dir" {
  description = "Folder with the packages of a release."
  type        = string
  default     = "../../../dist/target/release"

  validation {
    condition     = fileexists("${var.archives_dir}/sallyport-azure.zip")
    error_message = "archives_dir must hold the packages: mvn -B -Prelease package makes them in dist/target/release."
  }
}

variable "aws" {
  description = "On AWS: the region, the host that clients there call, its certificate in ACM, and its zone in Route 53 (null: you create the record)."
  type = object({
    region          = string
    domain_name     = string
    certificate_arn = string
    route53_zone_id = optional(string)
  })

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.aws.region)) && strcontains(var.aws.certificate_arn, ":acm:${var.aws.region}:")
    error_message = "aws.region must be a region of AWS, and the certificate be in it."
  }

  validation {
    condition     = var.aws.domain_name != var.host
    error_message = "aws.domain_name must be another host than the issuer's: a name leads to one cloud."
  }
}

variable "azure" {
  description = "On Azure: subscription, tenant, resource group, region, and the host that clients there call, with its zone in Azure DNS (null: you create the records)."
  type = object({
    subscription_id     = string
    tenant_id           = string
    resource_group_name = string
    location            = string
    domain_name         = string
    dns_zone            = optional(object({ name = string, resource_group_name = string }))
  })

  validation {
    condition     = alltrue([for id in [var.azure.subscription_id, var.azure.tenant_id] : can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", id))])
    error_message = "azure.subscription_id and azure.tenant_id must be GUIDs in lower case."
  }

  validation {
    condition     = var.azure.domain_name != var.host && var.azure.domain_name != var.aws.domain_name
    error_message = "azure.domain_name must be another host than the issuer's and than that on AWS: a name leads to one cloud."
  }
}

variable "store_reader" {
  description = "How the functions on all clouds access Firestore: firestore, or firestore-rest, which starts faster."
  type        = string
  default     = "firestore-rest"

  validation {
    condition     = contains(["firestore", "firestore-rest"], var.store_reader)
    error_message = "store_reader must be firestore or firestore-rest."
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
  description = "Which of key_versions signs, on all clouds at once."
  type        = string
  default     = "first"

  validation {
    condition     = contains(var.key_versions == null ? ["first"] : keys(var.key_versions), var.signing_version)
    error_message = "signing_version must be one of key_versions."
  }
}
