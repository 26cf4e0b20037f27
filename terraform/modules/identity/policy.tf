# How long the tokens of each method live, how often they may be used, and from where.

locals {
  policies = {
    for id, identity in var.identities : id => {
      for field, method in {
        gcpAuth          = identity.gcp_auth
        azureAuth        = identity.azure_auth
        kubernetesAuth   = identity.kubernetes_auth
        awsAuth          = identity.aws_auth
        oidcAuth         = identity.oidc_auth
        jwtAuth          = identity.jwt_auth
        spiffeAuth       = identity.spiffe_auth
        jwtBearerAuth    = identity.jwt_bearer_auth
        clientKeyAuth    = identity.client_key_auth
        clientSecretAuth = identity.client_secret_auth
        } : field => {
        numbers = {
          # Thirty days, or less where sessions are shorter.
          accessTokenTTL          = method.access_token_ttl != null ? method.access_token_ttl : method.access_token_max_ttl == 0 ? 2592000 : min(method.access_token_max_ttl, 2592000)
          accessTokenMaxTTL       = method.access_token_max_ttl
          accessTokenNumUsesLimit = method.access_token_num_uses_limit
        }
        lists = { accessTokenTrustedIps = method.access_token_trusted_ips }
      } if method != null
    }
  }

  policy_faults = {
    for id, policies in local.policies : id => flatten([
      for field, policy in policies : [
        for fault, fine in {
          "${field}: access_token_ttl and access_token_max_ttl must be whole seconds from 0 to 315360000" = alltrue([for ttl in [policy.numbers.accessTokenTTL, policy.numbers.accessTokenMaxTTL] : ttl == floor(ttl) && ttl >= 0 && ttl <= 315360000])
          "${field}: access_token_ttl must not be longer than access_token_max_ttl"                       = policy.numbers.accessTokenMaxTTL == 0 || policy.numbers.accessTokenTTL <= policy.numbers.accessTokenMaxTTL
          "${field}: access_token_num_uses_limit must be a whole number, 0 for no limit"                  = policy.numbers.accessTokenNumUsesLimit == floor(policy.numbers.accessTokenNumUsesLimit) && policy.numbers.accessTokenNumUsesLimit >= 0
          "${field}: access_token_trusted_ips must not be empty"                                          = length(policy.lists.accessTokenTrustedIps) > 0
          "${field}: access_token_trusted_ips must have at most 50 entries"                               = length(policy.lists.accessTokenTrustedIps) <= 50
          # In the one form that each of them has, so that nothing is left to how a program reads it.
          "${field}: access_token_trusted_ips must be addresses and CIDR blocks in their shortest form, with no bits set beyond the prefix" = alltrue([
            for ip in policy.lists.accessTokenTrustedIps : try(strcontains(ip, "/") ? cidrsubnet(ip, 0, 0) == ip : cidrhost("${ip}/${strcontains(ip, ":") ? 128 : 32}", 0) == ip, false)
          ])
        } : fault if !fine
      ]
    ])
  }
}
