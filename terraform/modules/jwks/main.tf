# A public key as a JWK (RFC 7518 §6.2.1). Its DER (RFC 5480 §2) has 27 bytes that are the same for every key on P-256, and then
# x and y of 32 bytes each. So the base64 of it has 36 characters that are always the same, and 86 more for x and y. Since 32
# bytes are no whole number of characters, these are taken apart into bits, and each half is filled up to 43 characters.
locals {
  base64    = split("", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
  base64url = split("", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

  points = {
    for name, key in var.keys : name => join("", [
      for character in split("", substr(replace(key.pem, "/-----[A-Z ]+-----|\\s/", ""), 36, 86)) : format("%06b", index(local.base64, character))
    ])
  }
  coordinates = {
    for name, bits in local.points : name => {
      for axis, start in { x = 0, y = 256 } : axis => join("", [
        for i in range(43) : local.base64url[parseint(substr("${substr(bits, start, 256)}00", i * 6, 6), 2)]
      ])
    }
  }

  # In the order of the names, so that nothing changes but with them.
  public = [
    for name, key in var.keys : {
      kty   = "EC"
      crv   = "P-256"
      x     = local.coordinates[name].x
      y     = local.coordinates[name].y
      alg   = "ES256"
      state = key.state
    }
  ]
  signing = [for i, key in values(var.keys) : merge(local.public[i], { kms = key.kms })]
}
