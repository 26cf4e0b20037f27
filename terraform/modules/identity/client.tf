# The identity as an OAuth client: how it is called, what it is for others, what it may ask for.

locals {
  name_form  = "^([A-Za-z0-9._:-]{1,255}|([a-z][a-z0-9+.-]{0,19}:)?//[A-Za-z0-9._~:/?#@!$&'()*+,;=%\\[\\]-]{1,250})$"
  scope_form = "^[A-Za-z0-9._:/-]{1,100}$"

  audiences = {
    for id, identity in var.identities : id => {
      arrayValue = {
        for values, audiences in { values = identity.audiences } : values => [
          for name, audience in audiences : {
            mapValue = {
              fields = {
                name   = { stringValue = name }
                scopes = { arrayValue = { for values, scopes in { values = audience.scopes } : values => [for scope in scopes : { stringValue = scope }] if length(scopes) > 0 } }
              }
            }
          }
        ] if length(audiences) > 0
      }
    }
  }

  grants = {
    for id, identity in var.identities : id => {
      arrayValue = {
        for values, grants in { values = identity.grants } : values => [
          for audience, grant in grants : {
            mapValue = {
              fields = {
                audience       = { stringValue = audience }
                scopes         = { arrayValue = { for values, scopes in { values = grant.scopes } : values => [for scope in scopes : { stringValue = scope }] if length(scopes) > 0 } }
                defaultScopes  = { arrayValue = { for values, scopes in { values = grant.default_scopes } : values => [for scope in scopes : { stringValue = scope }] if length(scopes) > 0 } }
                tokenType      = { stringValue = grant.token_type }
                accessTokenTTL = { integerValue = format("%.0f", grant.access_token_ttl) }
              }
            }
          }
        ] if length(grants) > 0
      }
    }
  }

  # Those who have a name, by name: an alias or an id, and an audience.
  called    = transpose({ for id, identity in var.identities : id => distinct(compact([id, identity.alias])) })
  answering = transpose({ for id, identity in var.identities : id => keys(identity.audiences) })

  client_faults = {
    for id, identity in var.identities : id => [
      for fault, fine in {
        "alias must be 1 to 255 of the characters A-Z a-z 0-9 . _ : -, or an address with //"                              = identity.alias == null || can(regex(local.name_form, identity.alias))
        "alias is another identity's alias or id"                                                                          = identity.alias == null || length(try(local.called[identity.alias], [])) <= 1
        "audiences must be names of 1 to 255 of the characters A-Z a-z 0-9 . _ : -, or addresses with //, 1000 at most"    = length(identity.audiences) <= 1000 && alltrue([for name, _ in identity.audiences : length(name) <= 255 && can(regex(local.name_form, name))])
        "audiences has a name that is another identity's"                                                                  = alltrue([for name, _ in identity.audiences : length(local.answering[name]) == 1])
        "grants must be for names of 1 to 255 of the characters A-Z a-z 0-9 . _ : -, or addresses with //, 1000 at most"   = length(identity.grants) <= 1000 && alltrue([for name, _ in identity.grants : length(name) <= 255 && can(regex(local.name_form, name))])
        "scopes must be different ones of 1 to 100 of the characters A-Z a-z 0-9 . _ : / -, 100 at most for each audience" = alltrue([for scopes in concat([for audience in identity.audiences : audience.scopes], [for grant in identity.grants : grant.scopes], [for grant in identity.grants : grant.default_scopes]) : length(scopes) <= 100 && length(distinct(scopes)) == length(scopes) && alltrue([for scope in scopes : can(regex(local.scope_form, scope))])])
        "scopes of a grant must have at most 1024 characters together, with a space between any two"                       = alltrue([for grant in identity.grants : length(join(" ", grant.scopes)) <= 1024])
        "default_scopes of a grant must be among its scopes"                                                               = alltrue([for grant in identity.grants : length(setsubtract(grant.default_scopes, grant.scopes)) == 0])
        "token_type of a grant must be at+jwt or JWT"                                                                      = alltrue([for grant in identity.grants : contains(["at+jwt", "JWT"], grant.token_type)])
        "access_token_ttl of a grant must be whole seconds from 1 to 86400"                                                = alltrue([for grant in identity.grants : grant.access_token_ttl == floor(grant.access_token_ttl) && grant.access_token_ttl >= 1 && grant.access_token_ttl <= 86400])
      } : fault if !fine
    ]
  }
}
