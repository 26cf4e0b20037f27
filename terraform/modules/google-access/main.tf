# Which functions on other clouds there are, and what each needs.

module "routes" {
  source = "../routes"
}

locals {
  choice  = coalesce(var.signing_keys, var.managed_keys == null ? "kms" : "managed")
  managed = local.choice == "managed"
  kms     = local.choice == "kms" || try(var.managed_keys.from_kms, false)

  # The key function has no public route, and so is not in the table.
  functions = merge({ for name, function in module.routes.functions : name => { signs = function.signs, unseals = function.unseals, store = function.store, keys = "read" } }, {
    keys = { signs = false, unseals = false, store = "none", keys = "write" }
  })

  principals = "//iam.googleapis.com/${google_iam_workload_identity_pool.functions.name}"

  # What neither signs nor opens secrets nor has a store needs nothing of Google's, and is not let in; managed keys all functions read.
  admitted = toset([for name, function in local.functions : name if function.signs || function.unseals || function.store != "none" || local.managed])

  aws_roles = var.aws == null ? {} : {
    for name, role in var.aws.role_names : name => "arn:${var.aws.partition}:sts::${var.aws.account_id}:assumed-role/${role}"
    if contains(local.admitted, name)
  }
  azure_apps = var.azure == null ? {} : {
    for name, app in var.azure.apps : name => app
    if length(setintersection(app.functions, local.admitted)) > 0
  }

  # One for each role and each identity: who it is, and which functions it runs.
  callers = merge(
    { for name, role in local.aws_roles : "aws/${name}" => {
      member    = "principalSet:${local.principals}/attribute.aws_role/${role}"
      functions = [name]
    } },
    { for name, app in local.azure_apps : "azure/${name}" => {
      member    = "principal:${local.principals}/subject/${app.principal_id}"
      functions = app.functions
    } },
  )

  signers = { for name, caller in local.callers : name => caller.member if anytrue([for function in caller.functions : local.functions[function].signs]) }
  sealers = { for name, caller in local.callers : name => caller.member if anytrue([for function in caller.functions : local.functions[function].unseals]) }
  writers = { for name, caller in local.callers : name => caller.member if anytrue([for function in caller.functions : local.functions[function].store == "write"]) }

  key_readers = { for name, caller in local.callers : name => caller.member if local.managed && anytrue([for function in caller.functions : local.functions[function].keys == "read"]) }
  key_writers = { for name, caller in local.callers : name => caller.member if local.managed && anytrue([for function in caller.functions : local.functions[function].keys == "write"]) }
}
