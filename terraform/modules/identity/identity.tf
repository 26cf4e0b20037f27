# What every identity has.

locals {
  latest = 253402300799 # the end of the year 9999

  session_methods = ["gcp-id-token", "gcp-iam", "azure", "kubernetes", "aws", "jwt-bearer", "private-key-jwt", "client-secret"]

  identity_faults = {
    for id, identity in var.identities : id => [
      for fault, fine in {
        # Characters are counted in UTF-16, as Java does: 255 of them are 680 characters of base64, 1024 are 2732. Of bytes, 768 are 1024, 1536 are 2048.
        "name must have 1 to 255 characters and at most 768 bytes as JSON, and not be blank"                 = identity.name == null || try(trimspace(identity.name) != "" && length(textencodebase64(identity.name, "UTF-16LE")) <= 680 && length(base64encode(jsonencode(identity.name))) <= 1024, false)
        "role must be a word, such as admin or viewer"                                                       = can(regex("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", identity.role))
        "projects must have names, and roles that are not blank"                                             = alltrue([for project, roles in identity.projects : trimspace(project) != "" && alltrue([for role in roles : trimspace(role) != ""])])
        "projects must have at most 1536 bytes as JSON"                                                      = length(base64encode(jsonencode(identity.projects))) <= 2048
        "not_before must be whole seconds since 1970"                                                        = identity.not_before == floor(identity.not_before) && identity.not_before >= 0 && identity.not_before <= local.latest
        "method_not_before must be whole seconds since 1970, by one of ${join(", ", local.session_methods)}" = alltrue([for method, mark in identity.method_not_before : contains(local.session_methods, method) && mark == floor(mark) && mark >= 0 && mark <= local.latest])
        "metadata must have 100 entries at most, with keys of 1 to 1024 characters and values of 1024"       = length(identity.metadata) <= 100 && alltrue([for key, value in identity.metadata : trimspace(key) != "" && length(textencodebase64(key, "UTF-16LE")) <= 2732 && length(textencodebase64(value, "UTF-16LE")) <= 2732])
      } : fault if !fine
    ]
  }
}
