resource "google_project_service" "api" {
  for_each = var.enable_apis ? toset(["iam.googleapis.com", "sts.googleapis.com"]) : toset([])

  project            = var.project_id
  service            = each.value
  disable_on_destroy = false
}

resource "google_iam_workload_identity_pool" "functions" {
  project                   = var.project_id
  workload_identity_pool_id = var.pool_id
  display_name              = "Sallyport on other clouds"
  description               = "Only functions of Sallyport on AWS and Azure"

  depends_on = [google_project_service.api]

  lifecycle {
    precondition {
      condition     = var.aws != null || var.azure != null
      error_message = "The pool would admit no one: set aws, azure or both."
    }
  }
}

resource "google_iam_workload_identity_pool_provider" "aws" {
  count = var.aws == null ? 0 : 1

  project                            = var.project_id
  workload_identity_pool_id          = google_iam_workload_identity_pool.functions.workload_identity_pool_id
  workload_identity_pool_provider_id = "aws-lambda"
  display_name                       = "AWS Lambda"

  # A session's ARN names the session as well; the role's is what is left without it.
  attribute_mapping = {
    "google.subject"     = "assertion.arn"
    "attribute.aws_role" = "assertion.arn.contains('assumed-role') ? assertion.arn.extract('{account_arn}assumed-role/') + 'assumed-role/' + assertion.arn.extract('assumed-role/{role_name}/') : assertion.arn"
  }
  attribute_condition = "assertion.account == '${var.aws.account_id}' && attribute.aws_role in [${join(", ", [for role in values(local.aws_roles) : "'${role}'"])}]"

  aws {
    account_id = var.aws.account_id
  }
}

resource "google_iam_workload_identity_pool_provider" "azure" {
  count = var.azure == null ? 0 : 1

  project                            = var.project_id
  workload_identity_pool_id          = google_iam_workload_identity_pool.functions.workload_identity_pool_id
  workload_identity_pool_provider_id = "azure-functions"
  display_name                       = "Azure Functions"

  # Of a managed identity's token, sub is the identity's object id.
  attribute_mapping = {
    "google.subject" = "assertion.sub"
    "attribute.tid"  = "assertion.tid"
  }
  attribute_condition = "assertion.tid == '${var.azure.tenant_id}' && assertion.sub in [${join(", ", [for app in values(local.azure_apps) : "'${app.principal_id}'"])}]"

  # The issuer of version 1 tokens, byte by byte with its slash: the application asks for that version.
  oidc {
    issuer_uri        = "https://sts.windows.net/${var.azure.tenant_id}/"
    allowed_audiences = [var.azure.resource]
  }
}
