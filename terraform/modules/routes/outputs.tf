output "functions" {
  description = "By function name: archive (base name of its package), class (entry class), signs (whether it issues tokens and so needs the signing key), unseals (whether it decrypts stored secrets and so needs the encryption key), store (none or write) and paths (path templates; a segment in braces stands for any one segment)."
  value       = local.functions
}
