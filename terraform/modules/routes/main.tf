# The route table: which function answers which path. One file for Terraform and the code; a test of the build reads both.
locals {
  functions = jsondecode(file("${path.module}/routes.json"))
}
