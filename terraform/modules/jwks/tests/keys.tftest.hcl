# Two keys made by OpenSSL; what is expected was taken from their DER by another program.

variables {
  keys = {
    "2026-01" = {
      pem   = <<-PEM
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENCIVLtfYZhQx9YChUkrmaExCY897
        nIqTFehDXtUa3n3c934VBwRH/VOLl2Yl+ZuJN7t4TnHhNruj1WzOtHW8Lw==
        -----END PUBLIC KEY-----
      PEM
      kms   = "projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/1"
      state = "retired"
    }
    "2026-07" = {
      pem   = <<-PEM
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEOOlFU9LHM0fBP5o5FzybxvcHl3Ay
        WOI5KX0i/E0qiF22eVtJ0YrtdwBNz18ZJ4w7oC0wSLBdepjsBVDb0dLEzQ==
        -----END PUBLIC KEY-----
      PEM
      kms   = "projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens/cryptoKeyVersions/2"
      state = "current"
    }
  }
}

run "key_sets" {
  command = plan

  assert {
    condition = jsondecode(output.public_keys) == { keys = [
      { kty = "EC", crv = "P-256", alg = "ES256", state = "retired", x = "NCIVLtfYZhQx9YChUkrmaExCY897nIqTFehDXtUa3n0", y = "3Pd-FQcER_1Ti5dmJfmbiTe7eE5x4Ta7o9VszrR1vC8" },
      { kty = "EC", crv = "P-256", alg = "ES256", state = "current", x = "OOlFU9LHM0fBP5o5FzybxvcHl3AyWOI5KX0i_E0qiF0", y = "tnlbSdGK7XcATc9fGSeMO6AtMEiwXXqY7AVQ29HSxM0" },
    ] }
    error_message = "The coordinates are those of the keys."
  }
  assert {
    condition     = [for key in jsondecode(output.signing_keys).keys : key.kms] == [var.keys["2026-01"].kms, var.keys["2026-07"].kms] && [for key in jsondecode(output.signing_keys).keys : { for member, value in key : member => value if member != "kms" }] == jsondecode(output.public_keys).keys
    error_message = "Who signs knows the key versions beside."
  }
}

run "refuses_another_curve" {
  command = plan

  variables {
    keys = { first = {
      pem   = <<-PEM
        -----BEGIN PUBLIC KEY-----
        MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAETPsCNJ539mvCCkHYG3NBYaMTExhqiMct
        b4Jy2n/JJmU8x0Y1zQtLbSb7kkpT4QlzZH5nOCeHX0JOq1/5WSPDwoS5ePEE9YK0
        3aW+58LVuoNHZMn4UEf6CeRK9lyWauQX
        -----END PUBLIC KEY-----
      PEM
      kms   = var.keys["2026-01"].kms
      state = "current"
    } }
  }

  expect_failures = [var.keys]
}

run "refuses_a_key_without_a_version" {
  command = plan

  variables {
    keys = { first = { pem = var.keys["2026-01"].pem, kms = "projects/shop-123/locations/europe-west1/keyRings/sallyport/cryptoKeys/tokens", state = "current" } }
  }

  expect_failures = [var.keys]
}

run "refuses_an_unknown_state" {
  command = plan

  variables {
    keys = merge(var.keys, { "2026-01" = merge(var.keys["2026-01"], { state = "old" }) })
  }

  expect_failures = [var.keys]
}

run "refuses_two_that_sign" {
  command = plan

  variables {
    keys = merge(var.keys, { "2026-01" = merge(var.keys["2026-01"], { state = "current" }) })
  }

  expect_failures = [var.keys]
}

run "refuses_none_that_signs" {
  command = plan

  variables {
    keys = merge(var.keys, { "2026-07" = merge(var.keys["2026-07"], { state = "next" }) })
  }

  expect_failures = [var.keys]
}
