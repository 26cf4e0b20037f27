resource "google_firestore_database" "this" {
  project                           = var.project_id
  name                              = var.database
  location_id                       = local.location
  type                              = "FIRESTORE_NATIVE"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = var.deletion_protection ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  # Where the protection is off, a destroy means it.
  deletion_policy = var.deletion_protection ? "ABANDON" : "DELETE"

  depends_on = [google_project_service.api]
}

# Managed signing keys, and nothing else: anyone who can write here can publish a key and forge tokens. No backup is made, since
# an old one would bring back keys that were removed.
resource "google_firestore_database" "keys" {
  count = local.managed ? 1 : 0

  project                           = var.project_id
  name                              = "${var.database}-keys"
  location_id                       = local.location
  type                              = "FIRESTORE_NATIVE"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_ENABLED"
  delete_protection_state           = var.deletion_protection ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = var.deletion_protection ? "ABANDON" : "DELETE"

  depends_on = [google_project_service.api]
}

resource "google_firestore_backup_schedule" "daily" {
  project   = var.project_id
  database  = google_firestore_database.this.name
  retention = "${var.backup_retention_days.daily * 86400}s"

  daily_recurrence {}
}

resource "google_firestore_backup_schedule" "weekly" {
  project   = var.project_id
  database  = google_firestore_database.this.name
  retention = "${var.backup_retention_days.weekly * 86400}s"

  weekly_recurrence {
    day = "SUNDAY"
  }
}

# What FirestoreTokenStore writes has a time in expireAt. Firestore deletes up to a day later, so the code looks at the time
# itself. An index would do nothing but make all writes queue for the same place, since these times rise.
resource "google_firestore_field" "expiry" {
  for_each = toset(["sessions", "assertions", "revocations"])

  project    = var.project_id
  database   = google_firestore_database.this.name
  collection = each.value
  field      = "expireAt"

  ttl_config {}

  index_config {}
}

# No composite index: identities are listed by name and then by id, and found by one element of lookups, which the indexes
# that Firestore makes by itself serve.
