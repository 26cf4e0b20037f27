output "ids" {
  description = "Ids of the identities that were written."
  value       = [for document in google_firestore_document.identity : document.document_id]
}

output "lookups" {
  description = "The keys, besides its id, by which each identity is found."
  value       = local.lookups
}
