data "google_project" "this" {
  project_id = var.project_id
}

module "routes" {
  source = "../routes"
}

locals {
  routes   = length(var.routes) == 0 ? module.routes.functions : var.routes
  issuer   = var.issuer == null ? "https://${var.host}" : var.issuer
  location = var.firestore_location == null ? var.region : var.firestore_location
  store    = "${var.store_reader}:${var.project_id}/${google_firestore_database.this.name}"

  # Pairs of paths that some request would fit both of, a segment in braces standing for any. Two paths of one function may
  # overlap: the function itself decides between them.
  owned_paths = flatten([
    for name, function in local.routes : [
      for path in function.paths : { path = path, owner = name, segments = split("/", replace(path, "/\\{[^}]*\\}/", "*")) }
    ]
  ])
  contested_paths = flatten([
    for i, one in local.owned_paths : [
      for other in slice(local.owned_paths, i + 1, length(local.owned_paths)) : "${one.path} (${one.owner}) and ${other.path} (${other.owner})"
      if(one.owner != other.owner || one.path == other.path) && length(one.segments) == length(other.segments) && alltrue([
        for at, segment in one.segments : segment == "*" || contains(["*", segment], try(other.segments[at], ""))
      ])
    ]
  ])

  # Their responses are public: keys, and where to find them.
  public_functions = [for name, function in local.routes : name if alltrue([for path in function.paths : startswith(path, "/.well-known/")])]
}
