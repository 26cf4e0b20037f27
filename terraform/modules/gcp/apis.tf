locals {
  apis = toset(concat([
    "artifactregistry.googleapis.com",
    "certificatemanager.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudfunctions.googleapis.com",
    "cloudkms.googleapis.com",
    "compute.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "run.googleapis.com",
    "storage.googleapis.com",
    ],
    var.dns_zone == null ? [] : ["dns.googleapis.com"],
    local.managed ? ["cloudscheduler.googleapis.com"] : [],
    local.choice == "secret" ? ["secretmanager.googleapis.com"] : [],
  ))
}

resource "google_project_service" "api" {
  for_each = var.enable_apis ? local.apis : toset([])

  project            = var.project_id
  service            = each.value
  disable_on_destroy = false
}
