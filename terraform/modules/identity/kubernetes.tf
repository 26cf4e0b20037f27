# kubernetesAuth. Each mode has its own fields, and Sallyport refuses a document with those of another mode.

locals {
  # https://host[:port] without user, query and fragment, as IssuerUrl wants it.
  issuer_url = "^https://[a-z0-9.-]{1,253}(:[1-9][0-9]{0,4})?(/\\.?[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*/?$"
  pem        = "^(-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----\\s*)+$"
  glob       = "^[a-z0-9.*-]{1,253}$"

  # The port 443 of an https address, which may be written or not: identities are found by their issuer without it.
  default_port = "/^(https:\\/\\/[^\\/]+):443(\\/.*)?$/"

  kubernetes_auth = {
    for id, identity in var.identities : id => {
      texts = {
        tokenReviewMode        = identity.kubernetes_auth.token_review_mode
        kubernetesHost         = try("${trimsuffix(replace(lower(identity.kubernetes_auth.kubernetes_host), "/^https:\\/\\//", ""), "/")}${can(regex(":[0-9]+/?$", identity.kubernetes_auth.kubernetes_host)) ? "" : ":443"}", null)
        caCert                 = try("${trimspace(identity.kubernetes_auth.ca_cert)}\n", null)
        tokenReviewerJwtSealed = identity.kubernetes_auth.token_reviewer_jwt_sealed
        gatewayId              = identity.kubernetes_auth.gateway_id
        jwksIssuer             = identity.kubernetes_auth.jwks_issuer
        jwksUri                = identity.kubernetes_auth.jwks_uri
        jwksKeys               = identity.kubernetes_auth.jwks_keys
        jwksAlgorithm          = identity.kubernetes_auth.token_review_mode == "jwks" ? coalesce(identity.kubernetes_auth.jwks_algorithm, "RS256") : identity.kubernetes_auth.jwks_algorithm
        allowedAudience        = identity.kubernetes_auth.allowed_audience
      }
      flags = {}
      # Earlier versions of Sallyport know no pods and nodes: what is not set is not written.
      lists = merge({
        allowedNamespaces        = identity.kubernetes_auth.allowed_namespaces
        allowedNames             = identity.kubernetes_auth.allowed_names
        allowedServiceAccountIds = identity.kubernetes_auth.allowed_service_account_ids
        }, {
        for name, list in { allowedPodNames = identity.kubernetes_auth.allowed_pod_names, allowedNodes = identity.kubernetes_auth.allowed_nodes } : name => list if length(list) > 0
      })
      values = {}
    } if identity.kubernetes_auth != null
  }

  # By namespace and name where both are exact and the issuer is known, 100 at most.
  kubernetes_lookups = {
    for id, auth in local.kubernetes_auth : id => [
      for pair in setproduct(auth.lists.allowedNamespaces, auth.lists.allowedNames) : {
        kind = "subject", value = "${replace(auth.texts.jwksIssuer, local.default_port, "$1$2")} system:serviceaccount:${pair[0]}:${pair[1]}"
      }
      if auth.texts.jwksIssuer != null && !strcontains(join("", concat(auth.lists.allowedNamespaces, auth.lists.allowedNames)), "*") && length(distinct(auth.lists.allowedNamespaces)) * length(distinct(auth.lists.allowedNames)) <= 100
    ]
  }

  kubernetes_foreign = {
    api     = ["gatewayId", "jwksIssuer", "jwksUri", "jwksKeys", "jwksAlgorithm"]
    gateway = ["kubernetesHost", "caCert", "tokenReviewerJwtSealed", "jwksIssuer", "jwksUri", "jwksKeys", "jwksAlgorithm"]
    jwks    = ["kubernetesHost", "tokenReviewerJwtSealed", "gatewayId"]
  }

  # Names constrain nothing alone: a tenant of a shared cluster may give any name to an account in its own namespace.
  kubernetes_faults = {
    for id, auth in local.kubernetes_auth : id => [
      for fault, fine in {
        "kubernetes_auth: token_review_mode must be api, gateway or jwks"                                                        = contains(keys(local.kubernetes_foreign), auth.texts.tokenReviewMode)
        "kubernetes_auth has fields of another token_review_mode"                                                                = alltrue([for field in lookup(local.kubernetes_foreign, auth.texts.tokenReviewMode, []) : auth.texts[field] == null]) && !(auth.texts.jwksKeys != null && auth.texts.caCert != null)
        "kubernetes_auth: kubernetes_host must be a host, host:port or https://host:port"                                        = auth.texts.tokenReviewMode == "api" ? can(regex("^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*|\\[[0-9a-f:.]{2,45}\\]):[1-9][0-9]{0,4}$", auth.texts.kubernetesHost)) : true
        "kubernetes_auth: ca_cert must be certificates in PEM, and nothing else"                                                 = auth.texts.caCert == null || can(regex(local.pem, auth.texts.caCert))
        "kubernetes_auth: token_reviewer_jwt_sealed must be encrypted for the host: it begins with v2. or kms2."                 = auth.texts.tokenReviewerJwtSealed == null || can(regex("^(v2|kms2)\\.[A-Za-z0-9_-]{16,}$", auth.texts.tokenReviewerJwtSealed))
        "kubernetes_auth: gateway_id is required for token_review_mode gateway"                                                  = auth.texts.tokenReviewMode != "gateway" || try(trimspace(auth.texts.gatewayId), "") != ""
        "kubernetes_auth: jwks_uri must be an https address, without user, query and fragment"                                   = auth.texts.jwksUri == null || can(regex(local.issuer_url, auth.texts.jwksUri))
        "kubernetes_auth needs jwks_keys or jwks_uri, not both"                                                                  = auth.texts.jwksKeys == null || auth.texts.jwksUri == null
        "kubernetes_auth: jwks_issuer must be an https address, or, beside jwks_keys or jwks_uri, any text"                      = auth.texts.tokenReviewMode != "jwks" || (auth.texts.jwksKeys == null && auth.texts.jwksUri == null ? can(regex(local.issuer_url, auth.texts.jwksIssuer)) : can(regex("^[!-~]{1,255}$", auth.texts.jwksIssuer)))
        "kubernetes_auth: jwks_keys must be a JWK set of public keys"                                                            = auth.texts.jwksKeys == null || try(length(jsondecode(auth.texts.jwksKeys).keys) > 0 && length(auth.texts.jwksKeys) <= 65536 && alltrue([for key in jsondecode(auth.texts.jwksKeys).keys : !can(key.d) && !can(key.k)]), false)
        "kubernetes_auth: jwks_algorithm must be RS256 or ES256"                                                                 = auth.texts.jwksAlgorithm == null || contains(["RS256", "ES256"], coalesce(auth.texts.jwksAlgorithm, "-"))
        "kubernetes_auth: allowed_audience is required for token_review_mode jwks: a token for another service would do"         = auth.texts.tokenReviewMode != "jwks" || try(trimspace(auth.texts.allowedAudience), "") != ""
        "kubernetes_auth: namespaces, names, pod names and nodes must consist of a-z 0-9 . - and single stars; * stands alone"   = alltrue([for list in [for name, list in auth.lists : list if name != "allowedServiceAccountIds"] : alltrue([for name in list : can(regex(local.glob, name)) && !strcontains(name, "**") && (name != "*" || length(list) == 1)])])
        "kubernetes_auth: allowed_service_account_ids must be UIDs, or * alone"                                                  = auth.lists.allowedServiceAccountIds == tolist(["*"]) || alltrue([for uid in auth.lists.allowedServiceAccountIds : can(regex("^[A-Za-z0-9-]{1,64}$", uid))])
        "kubernetes_auth would admit every namespace; set allowed_namespaces or allowed_service_account_ids, or [\"*\"] for any" = length(concat(auth.lists.allowedNamespaces, auth.lists.allowedServiceAccountIds)) > 0
      } : fault if !fine
    ]
  }
}
