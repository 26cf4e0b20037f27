data "google_project" "this" {
  project_id = var.project_id
}

module "routes" {
  source = "../routes"
}

locals {
  routes   = var.routes == null ? module.routes.functions : var.routes
  issuer   = var.issuer == null ? "https://${var.host}" : var.issuer
  location = var.firestore_location == null ? var.region : var.firestore_location
  store    = "${var.store_reader}:${var.project_id}/${google_firestore_database.this.name}"

  # Paths that two functions would answer, a template standing for whatever fits it, and paths that stand twice.
  contested_paths = distinct(flatten([
    for name, function in local.routes : [
      for i, path in function.paths : [
        for other, rival in local.routes : [
          for j, theirs in rival.paths : "${path} (${name}) and ${theirs} (${other})"
          if(name < other || name == other && i < j) && length(split("/", path)) == length(split("/", theirs)) && alltrue([
            for at, segment in split("/", path) : segment == split("/", theirs)[at] || anytrue([
              for either in [segment, split("/", theirs)[at]] : startswith(either, "{")
            ])
          ])
        ]
      ]
    ]
  ]))

  # Published keys are not secret, and never change but with the configuration.
  published = [for name, function in local.routes : name if !function.signs && !function.unseals && function.store == "none"]
}
