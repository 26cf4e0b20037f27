output "account_id" {
  description = "The account, for google-access."
  value       = data.aws_caller_identity.current.account_id
}

output "partition" {
  description = "The account's partition (aws, aws-us-gov, aws-cn), for google-access."
  value       = data.aws_partition.current.partition
}

output "role_names" {
  description = "The role of each function, by function name, for google-access; keys is that of the key function."
  value       = merge({ for name, role in aws_iam_role.function : name => role.name }, { for role in aws_iam_role.keys : "keys" => role.name })
}

output "url" {
  description = "The address that clients call."
  value       = "https://${aws_apigatewayv2_domain_name.this.domain_name}"
}

output "domain_target" {
  description = "Target for domain_name if you do not set route53_zone_id: use a CNAME, or an alias with the zone id."
  value = {
    name    = aws_apigatewayv2_domain_name.this.domain_name_configuration[0].target_domain_name
    zone_id = aws_apigatewayv2_domain_name.this.domain_name_configuration[0].hosted_zone_id
  }
}

output "api_id" {
  description = "The HTTP API."
  value       = aws_apigatewayv2_api.this.id
}

output "function_names" {
  description = "The Lambda functions, by function name."
  value       = local.names
}

output "versions" {
  description = "The version that each alias points to, by function name, for a rollback."
  value       = { for name, alias in aws_lambda_alias.live : name => alias.function_version }
}

output "log_groups" {
  description = "The log groups by function name; the access log's group is access."
  value       = merge({ for name, group in aws_cloudwatch_log_group.function : name => group.name }, { access = aws_cloudwatch_log_group.access.name })
}
