locals {
  published_versions = { for name, version in var.key_versions : name => version if version.state != "disabled" }
}

data "google_kms_crypto_key_version" "signing" {
  for_each = local.published_versions

  crypto_key = google_kms_crypto_key.signing.id
  version    = tonumber(element(split("/", google_kms_crypto_key_version.signing[each.key].name), -1))

  lifecycle {
    postcondition {
      condition     = can(regex(local.p256, replace(self.public_key[0].pem, "/-----[A-Z ]+-----|\\s/", "")))
      error_message = "The public key of ${self.id} is no EC key on P-256."
    }
  }
}

# A public key as a JWK (RFC 7518 §6.2.1). Its DER (RFC 5480 §2) has 27 bytes that are the same for every key on P-256, and then
# x and y of 32 bytes each. So its base64 begins with 36 characters that are always the same, and 86 more hold x and y. Since 32
# bytes are no whole number of characters, these are taken apart into bits, and each half is padded to 43 characters.
locals {
  p256   = "^MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==$"
  base64 = split("", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  url    = split("", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

  der = { for name, key in data.google_kms_crypto_key_version.signing : name => replace(key.public_key[0].pem, "/-----[A-Z ]+-----|\\s/", "") }
  point = {
    for name, der in local.der : name => join("", [for character in split("", substr(der, 36, 86)) : format("%06b", index(local.base64, character))])
  }
  coordinates = {
    for name, bits in local.point : name => {
      for axis, start in { x = 0, y = 256 } : axis => join("", [
        for i in range(43) : local.url[parseint(substr("${substr(bits, start, 256)}00", i * 6, 6), 2)]
      ])
    }
  }

  # In the order of the names, so that nothing changes but with them.
  public_jwks = [
    for name, key in local.coordinates : {
      kty = "EC"
      crv = "P-256"
      x   = key.x
      y   = key.y
      alg = "ES256"
      state = (
        name == var.signing_version ? "current" :
        var.key_versions[name].state == "retired" ? "retired" : "next"
      )
    }
  ]
  signing_jwks = [
    for i, name in keys(local.coordinates) : merge(local.public_jwks[i], { kms = google_kms_crypto_key_version.signing[name].name })
  ]

  public_keys  = jsonencode({ keys = local.public_jwks })
  signing_keys = jsonencode({ keys = local.signing_jwks })
}
