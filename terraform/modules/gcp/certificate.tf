# A certificate that Google renews. A DNS record authorizes it, so it exists before the host's records point here.

resource "google_certificate_manager_dns_authorization" "this" {
  project = var.project_id
  name    = var.name
  domain  = var.host
  labels  = var.labels

  depends_on = [google_project_service.api]
}

resource "google_certificate_manager_certificate" "this" {
  project = var.project_id
  name    = var.name
  labels  = var.labels

  managed {
    domains            = [var.host]
    dns_authorizations = [google_certificate_manager_dns_authorization.this.id]
  }
}

resource "google_certificate_manager_certificate_map" "this" {
  project = var.project_id
  name    = var.name
  labels  = var.labels

  depends_on = [google_project_service.api]
}

resource "google_certificate_manager_certificate_map_entry" "this" {
  project      = var.project_id
  name         = var.name
  map          = google_certificate_manager_certificate_map.this.name
  hostname     = var.host
  certificates = [google_certificate_manager_certificate.this.id]
  labels       = var.labels
}

locals {
  authorization = google_certificate_manager_dns_authorization.this.dns_resource_record[0]
  dns_records = merge(
    { authorization = { name = local.authorization.name, type = local.authorization.type, data = local.authorization.data } },
    { for type, address in google_compute_global_address.this : type => { name = "${var.host}.", type = type, data = address.address } },
  )
}

resource "google_dns_record_set" "this" {
  for_each = { for name, record in local.dns_records : name => record if var.dns_zone != null }

  project      = var.project_id
  managed_zone = var.dns_zone
  name         = each.value.name
  type         = each.value.type
  ttl          = 300
  rrdatas      = [each.value.data]
}
