output "ids" {
  description = "Ids of the identities that were written."
  value       = [for document in google_firestore_document.identity : document.document_id]
}

output "lookups" {
  description = "By what each identity is found other than by its id."
  value       = local.lookups
}
