mock_provider "google" {
  override_during = plan

  mock_resource "google_certificate_manager_dns_authorization" {
    defaults = { dns_resource_record = [{ name = "_acme-challenge.login.example.com.", type = "CNAME", data = "abc.authorize.certificatemanager.goog." }] }
  }
  mock_resource "google_kms_crypto_key_version" {
    defaults = { name = "projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/1" }
  }
}

override_resource {
  target          = module.sallyport.google_cloudfunctions2_function.keys
  override_during = plan
  values          = { service_config = { uri = "https://sallyport-keys-abc-ew.a.run.app" } }
}

override_module {
  target          = module.sallyport.module.jwks
  override_during = plan
  outputs = {
    signing_keys = "{}"
    public_keys  = "{}"
  }
}

variables {
  project_id            = "shop-123"
  host                  = "login.example.com"
  archives_dir          = "../../modules/gcp/tests/archives"
  admin_service_account = "platform@shop-123.iam.gserviceaccount.com"
  workloads = {
    payments = {
      service_account = "payments@shop-123.iam.gserviceaccount.com"
      projects        = { shop = ["reader"] }
    }
  }
}

run "an_issuer_and_its_identities" {
  command = plan

  assert {
    condition     = output.issuer == "https://login.example.com" && output.store == "firestore-rest:shop-123/sallyport"
    error_message = "Where clients find it, and its store."
  }
  assert {
    condition     = toset(module.identities.ids) == toset(["admin", "payments"])
    error_message = "The admin and the workloads."
  }
}

run "no_admin" {
  command = plan

  variables {
    admin_service_account = null
    workloads             = {}
  }

  assert {
    condition     = length(module.identities.ids) == 0
    error_message = "No other identity exists."
  }
}

run "refuses_a_project_number" {
  command = plan

  variables {
    project_id = "123456789012"
  }

  expect_failures = [var.project_id]
}

run "refuses_a_zone" {
  command = plan

  variables {
    region = "europe-west1-b"
  }

  expect_failures = [var.region]
}

run "refuses_a_host_with_a_scheme" {
  command = plan

  variables {
    host = "https://login.example.com"
  }

  expect_failures = [var.host]
}

run "refuses_a_folder_without_packages" {
  command = plan

  variables {
    archives_dir = "."
  }

  expect_failures = [var.archives_dir]
}

run "refuses_a_domain_for_a_zone" {
  command = plan

  variables {
    dns_zone = "example.com"
  }

  expect_failures = [var.dns_zone]
}

run "refuses_what_is_no_email_address" {
  command = plan

  variables {
    alert_emails = ["operators"]
  }

  expect_failures = [var.alert_emails]
}

run "refuses_a_person_as_admin" {
  command = plan

  variables {
    admin_service_account = "someone@example.com"
  }

  expect_failures = [var.admin_service_account]
}

run "refuses_a_workload_called_admin" {
  command = plan

  variables {
    workloads = { admin = { service_account = "payments@shop-123.iam.gserviceaccount.com" } }
  }

  expect_failures = [var.workloads]
}

run "refuses_an_unknown_source_of_keys" {
  command = plan

  variables {
    signing_keys = "secret"
  }

  expect_failures = [var.signing_keys]
}

run "refuses_an_unknown_step_of_a_move" {
  command = plan

  variables {
    move_from_kms = "both"
  }

  expect_failures = [var.move_from_kms]
}

run "refuses_no_key_version" {
  command = plan

  variables {
    key_versions = {}
  }

  expect_failures = [var.key_versions]
}

run "refuses_to_sign_with_an_unknown_version" {
  command = plan

  variables {
    key_versions    = { first = {} }
    signing_version = "second"
  }

  expect_failures = [var.signing_version]
}

run "cloud_kms" {
  command = plan

  variables {
    key_versions    = { first = {}, second = {} }
    signing_version = "second"
  }

  assert {
    condition     = output.key_scheduler_job == null && output.public_keys == "{}"
    error_message = "Cloud KMS signs, if key_versions is set."
  }
}

run "managed_keys" {
  command = plan

  assert {
    condition     = output.key_scheduler_job == "sallyport-keys" && output.public_keys == "managed"
    error_message = "Otherwise the keys are managed."
  }
}
