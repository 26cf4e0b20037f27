variable "keys" {
  description = "Keys on P-256 by a name of your choice: the public part as PEM (SubjectPublicKeyInfo), the key version of Cloud KMS that signs, and the state: next, current or retired."
  type = map(object({
    pem   = string
    kms   = string
    state = string
  }))

  validation {
    # The prefix of the DER of every key on P-256, and 64 bytes more.
    condition     = alltrue([for key in var.keys : can(regex("^-----BEGIN PUBLIC KEY-----MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{86}==-----END PUBLIC KEY-----$", replace(key.pem, "/[\\r\\n]/", "")))])
    error_message = "Each pem must be the public part of an EC key on P-256."
  }

  validation {
    condition     = alltrue([for key in var.keys : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+/cryptoKeyVersions/[1-9][0-9]*$", key.kms))])
    error_message = "Each kms must be the name of a key version: projects/…/cryptoKeyVersions/N."
  }

  validation {
    condition     = alltrue([for key in var.keys : contains(["next", "current", "retired"], key.state)]) && length([for key in var.keys : key if key.state == "current"]) == 1
    error_message = "Each state must be next, current or retired, and exactly one current."
  }
}
