# Whatever is wrong with a variable is told before anything is made.

mock_provider "google" {}

variables {
  project_id       = "shop-123"
  issuer           = "https://login.example.com"
  service_accounts = { reports = [] }
}

run "refuses_a_project_number" {
  command = plan

  variables {
    project_id = "123456789012"
  }

  expect_failures = [var.project_id]
}

run "refuses_an_issuer_with_a_slash" {
  command = plan

  variables {
    issuer = "https://login.example.com/"
  }

  expect_failures = [var.issuer]
}

run "refuses_an_issuer_without_tls" {
  command = plan

  variables {
    issuer = "http://login.example.com"
  }

  expect_failures = [var.issuer]
}

run "refuses_a_pool_of_googles" {
  command = plan

  variables {
    pool = "gcp-workloads"
  }

  expect_failures = [var.pool]
}

run "refuses_a_short_pool" {
  command = plan

  variables {
    pool = "abc"
  }

  expect_failures = [var.pool]
}

run "refuses_a_provider_of_googles" {
  command = plan

  variables {
    provider_id = "gcp-sallyport"
  }

  expect_failures = [var.provider_id]
}

run "refuses_a_provider_in_capitals" {
  command = plan

  variables {
    provider_id = "Sallyport"
  }

  expect_failures = [var.provider_id]
}

run "refuses_a_pool_for_no_one" {
  command = plan

  variables {
    service_accounts = {}
  }

  expect_failures = [var.service_accounts]
}

run "refuses_an_identity_that_ends_the_condition" {
  command = plan

  variables {
    service_accounts = { "a'] || true || assertion.sub in ['b" = [] }
  }

  expect_failures = [var.service_accounts]
}

run "refuses_an_account_by_its_name" {
  command = plan

  variables {
    service_accounts = { reports = ["warehouse-reader"] }
  }

  expect_failures = [var.service_accounts]
}

run "refuses_a_persons_account" {
  command = plan

  variables {
    service_accounts = { reports = ["someone@example.com"] }
  }

  expect_failures = [var.service_accounts]
}
