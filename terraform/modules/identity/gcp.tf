# gcpAuth

locals {
  gcp_auth = {
    for id, identity in var.identities : id => {
      texts = { type = identity.gcp_auth.type }
      flags = { requireExpiry = identity.gcp_auth.require_expiry, singleUse = identity.gcp_auth.single_use }
      lists = {
        allowedServiceAccounts   = identity.gcp_auth.allowed_service_accounts
        allowedServiceAccountIds = identity.gcp_auth.allowed_service_account_ids
        allowedProjects          = identity.gcp_auth.allowed_projects
        allowedZones             = identity.gcp_auth.allowed_zones
      }
      values = {}
    } if identity.gcp_auth != null
  }

  # Zones constrain nothing alone: every customer of Google may have instances in them.
  gcp_faults = {
    for id, auth in local.gcp_auth : id => [
      for fault, fine in {
        "gcp_auth: type must be gce or iam"                                                                                            = contains(["gce", "iam"], auth.texts.type)
        "gcp_auth: allowed_service_accounts must be e-mail addresses, or * alone"                                                      = auth.lists.allowedServiceAccounts == tolist(["*"]) || alltrue([for account in auth.lists.allowedServiceAccounts : can(regex("^[^@\\s,*]+@[^@\\s,*]+$", account))])
        "gcp_auth: allowed_service_account_ids must be unique ids of digits, or * alone"                                               = auth.lists.allowedServiceAccountIds == tolist(["*"]) || alltrue([for account in auth.lists.allowedServiceAccountIds : can(regex("^[0-9]{1,30}$", account))])
        "gcp_auth: allowed_projects must be ids of projects, or * alone"                                                               = auth.lists.allowedProjects == tolist(["*"]) || alltrue([for project in auth.lists.allowedProjects : can(regex("^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$", project))])
        "gcp_auth: allowed_zones must be zones such as europe-west1-b, or * alone"                                                     = auth.lists.allowedZones == tolist(["*"]) || alltrue([for zone in auth.lists.allowedZones : can(regex("^[a-z]+-[a-z]+[0-9]{1,2}-[a-z]$", zone))])
        "gcp_auth would admit any customer of Google Cloud; set allowed_service_accounts or allowed_projects, or [\"*\"] for any"      = length(concat(auth.lists.allowedServiceAccounts, auth.lists.allowedServiceAccountIds, auth.lists.allowedProjects)) > 0
        "gcp_auth: allowed_projects, allowed_zones and allowed_service_account_ids do not apply to type iam: a JWT does not tell them" = auth.texts.type != "iam" || length(concat(auth.lists.allowedProjects, auth.lists.allowedZones, auth.lists.allowedServiceAccountIds)) == 0
        "gcp_auth: require_expiry and single_use apply to type iam only"                                                               = auth.texts.type != "gce" || !(auth.flags.requireExpiry || auth.flags.singleUse)
      } : fault if !fine
    ]
  }
}
