terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.50, < 7.0"
    }
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.100"
    }
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.79"
    }
    azuread = {
      source  = "hashicorp/azuread"
      version = "~> 3.7"
    }
  }

  # With keys in Cloud KMS, the state holds no secret, but says who may do what: restrict who can read and write it.
  # backend "gcs" { bucket = "…" }
}

provider "google" {
  project = var.project_id
  region  = var.region
}

provider "aws" {
  region = var.aws.region
}

provider "azurerm" {
  subscription_id     = var.azure.subscription_id
  storage_use_azuread = true # the accounts of storage have no keys
  features {}
}

provider "azuread" {
  tenant_id = var.azure.tenant_id
}
