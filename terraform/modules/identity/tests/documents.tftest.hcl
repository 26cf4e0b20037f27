# Every field, written as Sallyport writes it. documents.json is read by a test of the code as well (TerraformIdentitiesTest),
# which asserts that Sallyport understands these documents and would write them itself, lookup keys included.

mock_provider "google" {}

variables {
  project_id = "shop-123"
  identities = {
    plain = {}

    "payments:eu" = {
      name                  = "Payments"
      role                  = "viewer"
      projects              = { shop = ["reader", "writer"], "empty" = [] }
      disabled              = true
      not_before            = 1772366400
      method_not_before     = { gcp-iam = 1772366401, client-secret = 1772366402 }
      metadata              = { team = "identity", note = "" }
      has_delete_protection = true
      alias                 = "payments"
      audiences             = { orders-api = { scopes = ["write", "read"] }, "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/x" = {} }
      grants = {
        bare                                      = {}
        "https://ledger.example.com/v1?tenant=eu" = { scopes = ["read", "post"], default_scopes = ["read"], token_type = "JWT", access_token_ttl = 86400 }
      }
      gcp_auth = {
        type                        = "gce"
        allowed_service_accounts    = ["payments@shop-123.iam.gserviceaccount.com", "123-compute@developer.gserviceaccount.com"]
        allowed_service_account_ids = ["103254117850239431021"]
        allowed_projects            = ["shop-123"]
        allowed_zones               = ["europe-west1-b", "europe-west1-c"]
        access_token_ttl            = 600
        access_token_max_ttl        = 0
        access_token_num_uses_limit = 1000
        access_token_trusted_ips    = ["10.0.0.0/8", "192.0.2.7", "2001:db8::/32"]
      }
      azure_auth = {
        tenant_id                     = "72F988BF-86f1-41af-91ab-2d7cd011db47"
        allowed_service_principal_ids = ["0B1F6471-1bf0-4dda-aec3-cb9272f09590"]
        allowed_resources             = ["/subscriptions/0B1F6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/Prod", "/subscriptions/0b1f6471-1bf0-4dda-aec3-cb9272f09590/resourceGroups/prod/providers/Microsoft.Compute/virtualMachines/vm1"]
        access_token_max_ttl          = 3600
      }
      kubernetes_auth = {
        kubernetes_host             = "https://API.cluster.example.com:6443"
        ca_cert                     = <<-PEM
          -----BEGIN CERTIFICATE-----
          MIIBfDCCASGgAwIBAgIUHbHTUkhhBxwcaBuhVXtDcX+BcxwwCgYIKoZIzj0EAwIw
          EjEQMA4GA1UEAwwHY2x1c3RlcjAgFw0yNjExMjYwMjA3MzJaGA8yMTI2MTEwMjAy
          MDczMlowEjEQMA4GA1UEAwwHY2x1c3RlcjBZMBMGByqGSM49AgEGCCqGSM49AwEH
          A0IABO6CAAs83iB4LK+vOA/06kSmYgJ0EW8nqNa32dveRqgacwUn0jYNy8rSuG5+
          nS0paErdHne/ceEg73arzjjORP2jUzBRMB0GA1UdDgQWBBT+I3Azy8JgZnO0NgaS
          7NF3vKqdaDAfBgNVHSMEGDAWgBT+I3Azy8JgZnO0NgaS7NF3vKqdaDAPBgNVHRMB
          Af8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDPCzK1tj9gqV/JoVlCQPDajXpe
          wuaeSOyUnO/OkruUSwIhALOkAWvCvVI+w1M5CA2EK3BukC5zhbsJrVRY/ponF83k
          -----END CERTIFICATE-----
          PEM
        token_reviewer_jwt_sealed   = "kms2.CiQAexample_of_sealed-text"
        allowed_namespaces          = ["payments", "team-*"]
        allowed_names               = ["*"]
        allowed_service_account_ids = ["0a8a3c29-4ae3-4b8f-8e27-1c0e1a9f0a11"]
        allowed_pod_names           = ["worker-*"]
        allowed_nodes               = ["pool-1-a", "pool-2-*"]
        allowed_audience            = "sallyport"
        access_token_max_ttl        = 5184000
      }
      aws_auth = {
        allowed_principal_arns = ["arn:aws:iam::123456789012:role/team/payments-*", "arn:aws:sts::123456789012:assumed-role/payments/i-1", "arn:aws:iam::123456789012:user/alice"]
        allowed_account_ids    = ["123456789012"]
        sts_endpoint           = "https://sts.eu-west-1.amazonaws.com"
        single_use             = false
        require_server_id      = true
        access_token_max_ttl   = 3600
      }
      jwt_bearer_auth = {
        trusted_issuers = [
          {
            issuer   = "https://token.actions.githubusercontent.com"
            subject  = "repo:shop/orders:ref:refs/heads/main"
            audience = "https://login.example.com"
          },
          {
            issuer     = "https://issuer.example.com/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            subject    = "ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss"
            audience   = "sallyport"
            algorithm  = "ES256"
            jwks_uri   = "https://keys.example.com/jwks.json"
            ca_cert    = <<-PEM
            -----BEGIN CERTIFICATE-----
            MIIBfDCCASGgAwIBAgIUHbHTUkhhBxwcaBuhVXtDcX+BcxwwCgYIKoZIzj0EAwIw
            EjEQMA4GA1UEAwwHY2x1c3RlcjAgFw0yNjExMjYwMjA3MzJaGA8yMTI2MTEwMjAy
            MDczMlowEjEQMA4GA1UEAwwHY2x1c3RlcjBZMBMGByqGSM49AgEGCCqGSM49AwEH
            A0IABO6CAAs83iB4LK+vOA/06kSmYgJ0EW8nqNa32dveRqgacwUn0jYNy8rSuG5+
            nS0paErdHne/ceEg73arzjjORP2jUzBRMB0GA1UdDgQWBBT+I3Azy8JgZnO0NgaS
            7NF3vKqdaDAfBgNVHSMEGDAWgBT+I3Azy8JgZnO0NgaS7NF3vKqdaDAPBgNVHRMB
            Af8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDPCzK1tj9gqV/JoVlCQPDajXpe
            wuaeSOyUnO/OkruUSwIhALOkAWvCvVI+w1M5CA2EK3BukC5zhbsJrVRY/ponF83k
            -----END CERTIFICATE-----
            PEM
            claims     = { repository_owner_id = "42", ref = "refs/tags/*" }
            single_use = true
          },
          {
            issuer    = "spiffe://trust.example.com"
            subject   = "spiffe://trust.example.com/ns/*/sa/orders"
            audience  = "sallyport"
            algorithm = "ES256"
            jwks      = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"NCIVLtfYZhQx9YChUkrmaExCY897nIqTFehDXtUa3n0\",\"y\":\"3Pd-FQcER_1Ti5dmJfmbiTe7eE5x4Ta7o9VszrR1vC8\",\"kid\":\"one\"}]}"
          },
        ]
      }
      client_key_auth = { jwks = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"NCIVLtfYZhQx9YChUkrmaExCY897nIqTFehDXtUa3n0\",\"y\":\"3Pd-FQcER_1Ti5dmJfmbiTe7eE5x4Ta7o9VszrR1vC8\",\"kid\":\"one\"}]}", algorithm = "ES256", single_use = true }
      client_secret_auth = {
        secrets = [
          { id = "2026-05", sha256 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", created_at = 1772366400 },
          { id = "2026-11", sha256 = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210" },
        ]
      }
    }

    signer = {
      gcp_auth   = { type = "iam", allowed_service_accounts = ["*"], require_expiry = true, single_use = true }
      azure_auth = { tenant_id = "72f988bf-86f1-41af-91ab-2d7cd011db47", cloud = "china", resource = "api://sallyport", allowed_service_principal_ids = ["*"] }
      aws_auth   = { allowed_principal_arns = ["*"] }
      kubernetes_auth = {
        token_review_mode  = "jwks"
        jwks_issuer        = "https://oidc.example.com/id/AB12"
        ca_cert            = <<-PEM
          -----BEGIN CERTIFICATE-----
          MIIBfDCCASGgAwIBAgIUHbHTUkhhBxwcaBuhVXtDcX+BcxwwCgYIKoZIzj0EAwIw
          EjEQMA4GA1UEAwwHY2x1c3RlcjAgFw0yNjExMjYwMjA3MzJaGA8yMTI2MTEwMjAy
          MDczMlowEjEQMA4GA1UEAwwHY2x1c3RlcjBZMBMGByqGSM49AgEGCCqGSM49AwEH
          A0IABO6CAAs83iB4LK+vOA/06kSmYgJ0EW8nqNa32dveRqgacwUn0jYNy8rSuG5+
          nS0paErdHne/ceEg73arzjjORP2jUzBRMB0GA1UdDgQWBBT+I3Azy8JgZnO0NgaS
          7NF3vKqdaDAfBgNVHSMEGDAWgBT+I3Azy8JgZnO0NgaS7NF3vKqdaDAPBgNVHRMB
          Af8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDPCzK1tj9gqV/JoVlCQPDajXpe
          wuaeSOyUnO/OkruUSwIhALOkAWvCvVI+w1M5CA2EK3BukC5zhbsJrVRY/ponF83k
          -----END CERTIFICATE-----
          PEM
        allowed_namespaces = ["orders", "payments"]
        allowed_names      = ["default", "worker"]
        allowed_audience   = "sallyport"
      }
    }

    offline = {
      kubernetes_auth = {
        token_review_mode  = "jwks"
        jwks_issuer        = "kubernetes/serviceaccount"
        jwks_keys          = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"NCIVLtfYZhQx9YChUkrmaExCY897nIqTFehDXtUa3n0\",\"y\":\"3Pd-FQcER_1Ti5dmJfmbiTe7eE5x4Ta7o9VszrR1vC8\",\"kid\":\"one\"}]}"
        jwks_algorithm     = "ES256"
        allowed_namespaces = ["orders"]
        allowed_audience   = "sallyport"
      }
    }

    inside = {
      kubernetes_auth = {
        token_review_mode  = "jwks"
        jwks_issuer        = "https://api.cluster.example.com:443"
        jwks_uri           = "https://192.0.2.7:6443/openid/v1/jwks"
        allowed_namespaces = ["orders"]
        allowed_names      = ["worker"]
        allowed_audience   = "sallyport"
      }
    }

    job = {
      oidc_auth = {
        oidc_discovery_url     = "https://ci.example.com"
        bound_issuer           = "https://ci.example.com"
        bound_audiences        = ["https://login.example.com", "sallyport"]
        bound_subject          = "job:*"
        bound_claims           = { "team.name" = "shop, ops" }
        bound_claims_all       = { "/groups" = ["dev", "a*"] }
        claim_metadata_mapping = { repository = "repository" }
        access_token_ttl       = 600
      }
      jwt_auth = {
        public_keys     = ["-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEMKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D7gS2XpJFbZiItSs3m9+9Ue6GnvHw/GW2ZZaVtszggXIw==\n-----END PUBLIC KEY-----"]
        bound_issuer    = "https://keys.example.com"
        bound_audiences = ["sallyport"]
        bound_subject   = "job"
      }
      spiffe_auth = {
        trust_domain       = "prod.example.com"
        allowed_spiffe_ids = ["spiffe://prod.example.com/ns/shop/**", "spiffe://prod.example.com/ci/deploy"]
        allowed_audiences  = ["sallyport"]
        endpoint_url       = "https://spire.prod.example.com/bundle"
      }
    }

    workload = {
      jwt_auth = {
        jwks_url        = "https://keys.example.com/jwks"
        algorithm       = "ES384"
        bound_issuer    = "https://keys.example.com"
        bound_audiences = ["sallyport"]
        bound_claims    = { kind = "deploy" }
      }
      spiffe_auth = {
        trust_domain       = "prod.example.com"
        allowed_spiffe_ids = ["spiffe://prod.example.com/ci/deploy"]
        allowed_audiences  = ["sallyport"]
        bundle             = "{\"keys\":[{\"use\":\"jwt-svid\",\"kty\":\"EC\",\"kid\":\"1\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\",\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}]}"
      }
      jwt_bearer_auth = {
        trusted_issuers = [{ issuer = "https://ci.example.com", subject = "*", audience = "sallyport", algorithm = "PS384", claims_all = { "/team/roles" = ["dev", "ops"] } }]
      }
    }

    slash = {
      kubernetes_auth = { kubernetes_host = "https://api.cluster.example.com/", allowed_namespaces = ["shop"], allowed_names = ["worker"] }
    }

    gateway = {
      kubernetes_auth = { token_review_mode = "gateway", gateway_id = "gw-1", allowed_namespaces = ["shop"], allowed_names = ["worker"] }
    }
  }
}

run "documents" {
  command = plan

  assert {
    condition     = { for id, document in google_firestore_document.identity : id => jsondecode(document.fields) } == jsondecode(file("tests/documents.json"))
    error_message = "The documents are those that Sallyport would write."
  }
  assert {
    condition     = alltrue([for id, document in google_firestore_document.identity : document.collection == "identities" && document.document_id == id && document.project == "shop-123" && document.database == "sallyport"])
    error_message = "Each under its id in the collection that Sallyport reads."
  }
}

run "the_owner" {
  command = plan

  variables {
    managed_by = "the platform team's Terraform"
    database   = "trial"
    identities = { plain = {} }
  }

  assert {
    condition     = jsondecode(google_firestore_document.identity["plain"].fields).managedBy.stringValue == "the platform team's Terraform" && google_firestore_document.identity["plain"].database == "trial"
    error_message = "The admin API is told who owns the document, so that it answers 409."
  }
  assert {
    condition     = jsonencode([output.ids, output.lookups]) == jsonencode([["plain"], { plain = [] }])
    error_message = "What was written."
  }
}
