# awsAuth. ARNs are compared with their account, and * stands for any text only within the name of a role.

locals {
  aws_partition = "arn:aws(-[a-z]{2,8}){0,2}"
  aws_role_name = "[A-Za-z0-9_+=,.@*-]{1,64}"
  aws_name      = "[A-Za-z0-9_+=,.@-]{1,128}"
  aws_principals = [
    "^${local.aws_partition}:iam::[0-9]{12}:role/([!-)+-.0-~]+/)*${local.aws_role_name}$",
    "^${local.aws_partition}:sts::[0-9]{12}:assumed-role/${local.aws_role_name}/(\\*|[A-Za-z0-9_+=,.@-]{1,64})$",
    "^${local.aws_partition}:iam::[0-9]{12}:user/([!-)+-.0-~]+/)*${local.aws_name}$",
    "^${local.aws_partition}:iam::[0-9]{12}:root$",
    "^${local.aws_partition}:sts::[0-9]{12}:federated-user/${local.aws_name}$",
  ]
  # The pattern of stsEndpoint in aws-auth.schema.json: io.sallyport.method.aws.StsHosts.
  aws_sts_endpoint = "^https://sts(\\.amazonaws\\.com|\\.(af-south-1|ap-(east-[12]|northeast-[1-3]|south-[12]|southeast-[1-7])|ca-(central|west)-1|eu-(central-[12]|north-1|south-[12]|west-[1-3])|il-central-1|me-(central|south)-1|mx-central-1|sa-east-1|us-(east|west)-[12]|us-gov-(east|west)-1)\\.amazonaws\\.com|-fips\\.us-(east|west)-[12]\\.amazonaws\\.com|\\.cn-north(west)?-1\\.amazonaws\\.com\\.cn|\\.eusc-de-east-1\\.amazonaws\\.eu)/?$"

  aws_auth = {
    for id, identity in var.identities : id => {
      texts = { stsEndpoint = identity.aws_auth.sts_endpoint }
      flags = {
        singleUse       = identity.aws_auth.single_use
        requireServerId = identity.aws_auth.require_server_id
      }
      lists = {
        allowedPrincipalArns = identity.aws_auth.allowed_principal_arns
        allowedAccountIds    = identity.aws_auth.allowed_account_ids
      }
      values = {}
    } if identity.aws_auth != null
  }

  aws_faults = {
    for id, auth in local.aws_auth : id => [
      for fault, fine in {
        "aws_auth: sts_endpoint must be https:// and a host of AWS STS"                                                                                                                 = can(regex(local.aws_sts_endpoint, auth.texts.stsEndpoint))
        "aws_auth: allowed_principal_arns must be ARNs of roles, users, federated users or root, with the account's number and * only within the name of a role, each once, or * alone" = join(",", auth.lists.allowedPrincipalArns) == "*" || alltrue([for arn in auth.lists.allowedPrincipalArns : !strcontains(arn, "**") && anytrue([for form in local.aws_principals : can(regex(form, arn))])]) && length(distinct(auth.lists.allowedPrincipalArns)) == length(auth.lists.allowedPrincipalArns)
        "aws_auth: allowed_account_ids must be account numbers of 12 digits, each once, or * alone"                                                                                     = join(",", auth.lists.allowedAccountIds) == "*" || alltrue([for account in auth.lists.allowedAccountIds : can(regex("^[0-9]{12}$", account))]) && length(distinct(auth.lists.allowedAccountIds)) == length(auth.lists.allowedAccountIds)
        "aws_auth would admit every customer of AWS; set allowed_principal_arns or allowed_account_ids, or [\"*\"]"                                                                     = length(concat(auth.lists.allowedPrincipalArns, auth.lists.allowedAccountIds)) > 0
      } : fault if !fine
    ]
  }
}
