# jwtBearerAuth

locals {
  claim_pattern = "^[ -~]{1,1000}$"

  # Public issuers that give JWTs to unrelated organizations, each with what fixes the organization: any of the sets, of which every
  # pattern must be found in the rule for that claim. The same table as in the code, as a test of the code asserts (SharedIssuersTest).
  shared_issuers = jsondecode(file("${path.module}/shared_issuers.json"))

  jwt_bearer_auth = {
    for id, identity in var.identities : id => {
      texts = {}
      flags = {}
      lists = {}
      values = {
        trustedIssuers = {
          arrayValue = {
            values = [
              for issuer in identity.jwt_bearer_auth.trusted_issuers : {
                mapValue = {
                  fields = merge(
                    {
                      for name, text in {
                        issuer    = issuer.issuer
                        subject   = issuer.subject
                        audience  = issuer.audience
                        algorithm = issuer.algorithm
                        jwks      = issuer.jwks
                        jwksUri   = issuer.jwks_uri
                        caCert    = try("${trimspace(issuer.ca_cert)}\n", null)
                      } : name => { stringValue = text } if text != null
                    },
                    {
                      claims = {
                        mapValue = {
                          for fields, claims in {
                            fields = merge(
                              { for name, pattern in issuer.claims : name => { stringValue = pattern } },
                              { for name, patterns in issuer.claims_all : name => { mapValue = { fields = { all = { arrayValue = { values = [for pattern in patterns : { stringValue = pattern }] } } } } } },
                            )
                          } : fields => claims if length(claims) > 0
                        }
                      }
                      singleUse = { booleanValue = issuer.single_use }
                    },
                  )
                }
              }
            ]
          }
        }
      }
    } if identity.jwt_bearer_auth != null
  }

  # By the subject where it is exact, else by the issuer alone.
  jwt_bearer_lookups = {
    for id, identity in var.identities : id => [
      for issuer in identity.jwt_bearer_auth.trusted_issuers : {
        kind  = strcontains(issuer.subject, "*") ? "issuer" : "subject"
        value = strcontains(issuer.subject, "*") ? replace(issuer.issuer, local.default_port, "$1$2") : "${replace(issuer.issuer, local.default_port, "$1$2")} ${issuer.subject}"
      }
    ] if identity.jwt_bearer_auth != null
  }

  jwt_bearer_faults = {
    for id, identity in var.identities : id => distinct(concat(
      [for number in [length(identity.jwt_bearer_auth.trusted_issuers)] : "jwt_bearer_auth: trusted_issuers must have 1 to 20 entries" if number < 1 || number > 20],
      flatten([
        for issuer in identity.jwt_bearer_auth.trusted_issuers : [
          for fault, fine in {
            "jwt_bearer_auth: issuer must be an https address, or, beside jwks or jwks_uri, any text of 255 characters at most"                 = issuer.jwks == null && issuer.jwks_uri == null ? can(regex(local.issuer_url, issuer.issuer)) : can(regex("^[!-~]{1,255}$", issuer.issuer))
            "jwt_bearer_auth: audience must be a text of 1 to 255 characters: without it, a JWT for another service would do"                   = can(regex("^[!-~]([ -~]{0,253}[!-~])?$", issuer.audience))
            "jwt_bearer_auth: subject and claims must be printable ASCII, with single stars for any text"                                       = alltrue([for pattern in concat([issuer.subject], values(issuer.claims), flatten(values(issuer.claims_all))) : can(regex(local.claim_pattern, pattern)) && !strcontains(pattern, "**")]) && issuer.subject == trimspace(issuer.subject)
            "jwt_bearer_auth would admit everybody to whom the issuer gives a token; set subject, or claims beside subject *"                   = issuer.subject != "*" || anytrue([for pattern in concat(values(issuer.claims), flatten(values(issuer.claims_all))) : pattern != "*"])
            "jwt_bearer_auth: this issuer serves unrelated organizations; fix the owner (README.md, \"Shared issuers\")"                        = alltrue([for owner in try([local.shared_issuers[trimsuffix(issuer.issuer, "/")]], []) : anytrue([for rules in owner : alltrue([for claim, rule in rules : claim == "sub" ? can(regex(rule, issuer.subject)) : try(can(regex(rule, issuer.claims[claim])), false) || try(anytrue([for pattern in issuer.claims_all[claim] : can(regex(rule, pattern))]), false)])])])
            "jwt_bearer_auth: a claim must be in claims or claims_all, with 1 to 20 patterns; a name that begins with / must be a JSON Pointer" = length(setintersection(keys(issuer.claims), keys(issuer.claims_all))) == 0 && alltrue([for patterns in values(issuer.claims_all) : length(patterns) > 0 && length(patterns) <= 20]) && alltrue([for name in concat(keys(issuer.claims), keys(issuer.claims_all)) : !startswith(name, "/") || can(regex("^(/([^/~]|~[01])+){1,16}$", name))])
            "jwt_bearer_auth: algorithm must be RS256, PS256, PS384, ES256 or ES384"                                                            = contains(["RS256", "PS256", "PS384", "ES256", "ES384"], issuer.algorithm)
            "jwt_bearer_auth: beside jwks, neither jwks_uri nor ca_cert has a meaning"                                                          = issuer.jwks == null || issuer.jwks_uri == null && issuer.ca_cert == null
            "jwt_bearer_auth: jwks must be a JWK set of public keys"                                                                            = issuer.jwks == null || try(length(jsondecode(issuer.jwks).keys) > 0 && length(issuer.jwks) <= 65536 && alltrue([for key in jsondecode(issuer.jwks).keys : !can(key.d) && !can(key.k)]), false)
            "jwt_bearer_auth: jwks_uri must be an https address"                                                                                = issuer.jwks_uri == null || can(regex(local.issuer_url, issuer.jwks_uri))
            "jwt_bearer_auth: ca_cert must be certificates in PEM, and nothing else"                                                            = issuer.ca_cert == null || can(regex(local.pem, issuer.ca_cert))
          } : fault if !fine
        ]
      ]),
    )) if identity.jwt_bearer_auth != null
  }
}
