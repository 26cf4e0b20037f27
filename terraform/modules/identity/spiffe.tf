# spiffeAuth

locals {
  spiffe_segment = "([*]{2}|[A-Za-z0-9._*-]+)"

  spiffe_auth = {
    for id, identity in var.identities : id => {
      texts = { trustDomain = identity.spiffe_auth.trust_domain }
      flags = {}
      lists = {
        allowedSpiffeIds = identity.spiffe_auth.allowed_spiffe_ids
        allowedAudiences = identity.spiffe_auth.allowed_audiences
      }
      values = {
        trustBundleDistribution = {
          mapValue = {
            fields = merge(
              { for name, text in { bundle = identity.spiffe_auth.bundle, endpointUrl = identity.spiffe_auth.endpoint_url } : name => { stringValue = text } if text != null },
              { profile = { stringValue = identity.spiffe_auth.bundle != null ? "static" : "https_web" } },
              {
                for name, value in {
                  caCert             = { stringValue = try("${trimspace(identity.spiffe_auth.ca_cert)}\n", "") }
                  refreshHintSeconds = { integerValue = format("%.0f", identity.spiffe_auth.refresh_hint_seconds) }
                } : name => value if identity.spiffe_auth.bundle == null
              },
            )
          }
        }
      }
    } if identity.spiffe_auth != null
  }

  # By the SPIFFE ID where it is exact, else by the trust domain.
  spiffe_lookups = {
    for id, auth in local.spiffe_auth : id => [
      for pattern in auth.lists.allowedSpiffeIds : {
        kind  = strcontains(pattern, "*") ? "issuer" : "subject"
        value = strcontains(pattern, "*") ? "spiffe://${auth.texts.trustDomain}" : "spiffe://${auth.texts.trustDomain} ${pattern}"
      }
    ]
  }

  spiffe_faults = {
    for id, identity in var.identities : id => [
      for fault, fine in {
        "spiffe_auth: trust_domain must be of a-z 0-9 . _ -, without spiffe://"                                                 = can(regex("^[a-z0-9._-]{1,255}$", identity.spiffe_auth.trust_domain))
        "spiffe_auth: allowed_spiffe_ids must be 1 to 50 SPIFFE IDs of the trust domain, or patterns; spiffe://NAME/** for any" = length(identity.spiffe_auth.allowed_spiffe_ids) > 0 && length(identity.spiffe_auth.allowed_spiffe_ids) <= 50 && alltrue([for pattern in identity.spiffe_auth.allowed_spiffe_ids : startswith(pattern, "spiffe://${identity.spiffe_auth.trust_domain}/") && can(regex("^spiffe://[a-z0-9._-]{1,255}(/${local.spiffe_segment})+$", pattern)) && !anytrue([for segment in slice(split("/", pattern), 3, length(split("/", pattern))) : contains([".", ".."], segment) || segment != "**" && strcontains(segment, "**")])])
        "spiffe_auth: allowed_audiences must have 1 to 50 audiences, and not *"                                                 = length(identity.spiffe_auth.allowed_audiences) > 0 && length(identity.spiffe_auth.allowed_audiences) <= 50 && alltrue([for audience in identity.spiffe_auth.allowed_audiences : can(regex("^[!-~]([ -~]{0,253}[!-~])?$", audience)) && audience != "*"])
        "spiffe_auth needs bundle or endpoint_url, not both, and ca_cert only beside the second"                                = (identity.spiffe_auth.bundle != null) != (identity.spiffe_auth.endpoint_url != null) && (identity.spiffe_auth.ca_cert == null || identity.spiffe_auth.endpoint_url != null)
        "spiffe_auth: bundle must be a SPIFFE bundle with a key of use jwt-svid, and without private keys"                      = identity.spiffe_auth.bundle == null || try(length(identity.spiffe_auth.bundle) <= 65536 && anytrue([for key in jsondecode(identity.spiffe_auth.bundle).keys : key.use == "jwt-svid" && key.kid != ""]) && alltrue([for key in jsondecode(identity.spiffe_auth.bundle).keys : !can(key.d) && !can(key.k)]), false)
        "spiffe_auth: endpoint_url must be an https address"                                                                    = identity.spiffe_auth.endpoint_url == null || can(regex(local.issuer_url, identity.spiffe_auth.endpoint_url))
        "spiffe_auth: ca_cert must be certificates in PEM, and nothing else"                                                    = identity.spiffe_auth.ca_cert == null || can(regex(local.pem, "${trimspace(identity.spiffe_auth.ca_cert)}\n"))
        "spiffe_auth: refresh_hint_seconds must be whole seconds from 0 to 2592000"                                             = identity.spiffe_auth.refresh_hint_seconds == floor(identity.spiffe_auth.refresh_hint_seconds) && identity.spiffe_auth.refresh_hint_seconds >= 0 && identity.spiffe_auth.refresh_hint_seconds <= 2592000
      } : fault if !fine
    ] if identity.spiffe_auth != null
  }
}
