terraform {
  required_version = ">= 1.9"

  required_providers {
    infisical = {
      source  = "infisical/infisical"
      version = "~> 0.19.24"
    }
  }

  # The state holds the reviewer token of Kubernetes identities: restrict who can read it.
  # backend "gcs" { bucket = "…" }
}
