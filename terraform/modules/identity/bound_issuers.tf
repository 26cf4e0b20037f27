# oidcAuth and jwtAuth: one issuer, and whom it may vouch for.

locals {
  bound_issuers = {
    for id, identity in var.identities : id => {
      for method, auth in { oidc_auth = identity.oidc_auth, jwt_auth = identity.jwt_auth } : method => {
        algorithm                     = auth.algorithm
        issuer                        = auth.bound_issuer
        subject                       = auth.bound_subject
        audiences                     = auth.bound_audiences
        claims                        = auth.bound_claims
        all                           = auth.bound_claims_all
        mapping                       = auth.claim_metadata_mapping
      } if auth != null
    }
  }

  # A path of names between dots, or a JSON Pointer.
  claim_path = "^([^/.][^.]*([.][^.]+){0,15}|(/([^/~]|~[01])+){1,16})$"

  bound_issuer_values = {
    for id, methods in local.bound_issuers : id => {
      for method, auth in methods : method => {
        boundClaims = {
          mapValue = {
            for fields, claims in {
              fields = merge(
                { for name, pattern in auth.claims : name => { stringValue = pattern } },
                { for name, patterns in auth.all : name => { mapValue = { fields = { all = { arrayValue = { values = [for pattern in patterns : { stringValue = pattern }] } } } } } },
              )
            } : fields => claims if length(claims) > 0
          }
        }
        claimMetadataMapping = { mapValue = { for fields, names in { fields = auth.mapping } : fields => { for fact, name in names : fact => { stringValue = name } } if length(names) > 0 } }
      }
    }
  }

  oidc_auth = {
    for id, identity in var.identities : id => {
      texts = {
        oidcDiscoveryUrl = identity.oidc_auth.oidc_discovery_url
        caCert           = try("${trimspace(identity.oidc_auth.ca_cert)}\n", null)
        algorithm        = identity.oidc_auth.algorithm
        boundIssuer      = identity.oidc_auth.bound_issuer
        boundSubject     = identity.oidc_auth.bound_subject
      }
      flags  = {}
      lists  = { boundAudiences = identity.oidc_auth.bound_audiences }
      values = local.bound_issuer_values[id].oidc_auth
    } if identity.oidc_auth != null
  }

  jwt_auth = {
    for id, identity in var.identities : id => {
      texts = {
        configurationType = identity.jwt_auth.jwks_url != null ? "jwks" : "static"
        jwksUrl           = identity.jwt_auth.jwks_url
        jwksCaCert        = try("${trimspace(identity.jwt_auth.jwks_ca_cert)}\n", null)
        algorithm         = identity.jwt_auth.algorithm
        boundIssuer       = identity.jwt_auth.bound_issuer
        boundSubject      = identity.jwt_auth.bound_subject
      }
      flags  = {}
      lists  = merge({ boundAudiences = identity.jwt_auth.bound_audiences }, identity.jwt_auth.jwks_url == null ? { publicKeys = identity.jwt_auth.public_keys } : {})
      values = local.bound_issuer_values[id].jwt_auth
    } if identity.jwt_auth != null
  }

  # By the subject where it is exact, else by the issuer alone.
  bound_issuer_lookups = {
    for id, methods in local.bound_issuers : id => [
      for method, auth in methods : {
        kind  = auth.subject == "" || strcontains(auth.subject, "*") ? "issuer" : "subject"
        value = auth.subject == "" || strcontains(auth.subject, "*") ? replace(auth.issuer, local.default_port, "$1$2") : "${replace(auth.issuer, local.default_port, "$1$2")} ${auth.subject}"
      }
    ]
  }

  bound_issuer_faults = {
    for id, methods in local.bound_issuers : id => flatten([
      for method, auth in methods : [
        for fault, fine in {
          "${method}: bound_issuer must be a text of 255 characters at most"                                                      = can(regex("^[!-~]{1,255}$", auth.issuer))
          "${method}: bound_audiences must have 1 to 20 audiences, and not *: without one, a JWT for another service would do"    = length(auth.audiences) > 0 && length(auth.audiences) <= 20 && alltrue([for audience in auth.audiences : can(regex("^[!-~]([ -~]{0,253}[!-~])?$", audience)) && audience != "*"])
          "${method}: bound_subject and bound_claims must be printable ASCII, with single stars for any text"                     = alltrue([for pattern in concat(auth.subject == "" ? [] : [auth.subject], flatten([for patterns in values(auth.claims) : split(", ", patterns)]), flatten(values(auth.all))) : can(regex(local.claim_pattern, pattern)) && !strcontains(pattern, "**")]) && auth.subject == trimspace(auth.subject)
          "${method}: bound_claims and claim_metadata_mapping must name claims by paths with dots, or by JSON Pointers"           = alltrue([for name in concat(keys(auth.claims), keys(auth.all), values(auth.mapping)) : can(regex(local.claim_path, name)) && length(name) <= 500])
          "${method}: a claim must be in bound_claims or bound_claims_all, with 1 to 20 patterns, and there may be 50"            = length(setintersection(keys(auth.claims), keys(auth.all))) == 0 && alltrue([for patterns in values(auth.all) : length(patterns) > 0 && length(patterns) <= 20]) && length(auth.claims) + length(auth.all) <= 50
          "${method}: claim_metadata_mapping must have at most 20 names of 1 to 100 printable characters"                         = length(auth.mapping) <= 20 && alltrue([for fact in keys(auth.mapping) : can(regex("^[!-~]{1,100}$", fact))])
          "${method} would admit everybody to whom the issuer gives a token; set bound_subject, or bound_claims beside subject *" = !contains(["", "*"], auth.subject) || anytrue(concat([for patterns in values(auth.claims) : !contains(split(", ", patterns), "*")], [for patterns in values(auth.all) : anytrue([for pattern in patterns : pattern != "*"])]))
          "${method}: this issuer serves unrelated organizations; fix the owner (README.md, \"Shared issuers\")"                  = alltrue([for owner in try([local.shared_issuers[trimsuffix(auth.issuer, "/")]], []) : anytrue([for rules in owner : alltrue([for claim, rule in rules : claim == "sub" ? can(regex(rule, auth.subject)) : try(alltrue([for pattern in split(", ", auth.claims[claim]) : can(regex(rule, pattern))]), anytrue([for pattern in auth.all[claim] : can(regex(rule, pattern))]), false)])])])
          "${method}: algorithm must be RS256, PS256, PS384, ES256 or ES384"                                                      = auth.algorithm == null || try(contains(["RS256", "PS256", "PS384", "ES256", "ES384"], auth.algorithm), false)
        } : fault if !fine
      ]
    ])
  }

  oidc_faults = {
    for id, auth in local.oidc_auth : id => [
      for fault, fine in {
        "oidc_auth: oidc_discovery_url must be an https address"           = can(regex(local.issuer_url, auth.texts.oidcDiscoveryUrl))
        "oidc_auth: ca_cert must be certificates in PEM, and nothing else" = auth.texts.caCert == null || can(regex(local.pem, auth.texts.caCert))
      } : fault if !fine
    ]
  }

  jwt_faults = {
    for id, identity in var.identities : id => [
      for fault, fine in {
        "jwt_auth needs jwks_url or public_keys, not both"                            = (identity.jwt_auth.jwks_url != null) != (length(identity.jwt_auth.public_keys) > 0)
        "jwt_auth: jwks_url must be an https address"                                 = identity.jwt_auth.jwks_url == null || can(regex(local.issuer_url, identity.jwt_auth.jwks_url))
        "jwt_auth: jwks_ca_cert must be certificates in PEM, beside jwks_url"         = identity.jwt_auth.jwks_ca_cert == null || identity.jwt_auth.jwks_url != null && can(regex(local.pem, local.jwt_auth[id].texts.jwksCaCert))
        "jwt_auth: public_keys must be up to 20 public keys in PEM, and nothing else" = length(identity.jwt_auth.public_keys) <= 20 && alltrue([for key in identity.jwt_auth.public_keys : can(regex("^\\s*-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\\s]+-----END PUBLIC KEY-----\\s*$", key)) && length(key) <= 8192])
      } : fault if !fine
    ] if identity.jwt_auth != null
  }
}
