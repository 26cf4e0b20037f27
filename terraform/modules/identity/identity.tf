# What every identity has.

locals {
  latest = 253402300799 # the end of the year 9999

  session_methods = ["gcp-id-token", "gcp-iam", "azure", "kubernetes", "jwt-bearer", "private-key-jwt", "client-secret"]

  identity_faults = {
    for id, identity in var.identities : id => [
      for fault, fine in {
        "name must not be blank"                                                                             = identity.name == null || try(trimspace(identity.name), "") != ""
        "role must be a word, such as admin or viewer"                                                       = can(regex("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", identity.role))
        "projects must have names, and roles that are not blank"                                             = alltrue([for project, roles in identity.projects : trimspace(project) != "" && alltrue([for role in roles : trimspace(role) != ""])])
        "not_before must be whole seconds since 1970"                                                        = identity.not_before == floor(identity.not_before) && identity.not_before >= 0 && identity.not_before <= local.latest
        "method_not_before must be whole seconds since 1970, by one of ${join(", ", local.session_methods)}" = alltrue([for method, mark in identity.method_not_before : contains(local.session_methods, method) && mark == floor(mark) && mark >= 0 && mark <= local.latest])
        "metadata must have 100 entries at most, with keys of 1 to 1024 characters and values of 1024"       = length(identity.metadata) <= 100 && alltrue([for key, value in identity.metadata : trimspace(key) != "" && length(key) <= 1024 && length(value) <= 1024])
      } : fault if !fine
    ]
  }
}
