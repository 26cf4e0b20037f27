"""Google's library exchanges Sallyport's token for access to Google Cloud."""

import json
import tempfile
import unittest

import requests
from google.auth import exceptions, identity_pool
from google.auth.transport.requests import Request

from stage import ISSUER, STAGE

GCP = STAGE["gcp"]


class GoogleAuthTest(unittest.TestCase):
    def credentials(self, audience, account):
        issued = requests.post(
            ISSUER + "/v1/token",
            data={
                "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
                "client_id": "kubernetes",
                "assertion": STAGE["kubernetes"]["token"],
                "audience": GCP["poolAudience"],
            },
        )
        issued.raise_for_status()
        file = tempfile.NamedTemporaryFile("w", suffix=".jwt")
        file.write(issued.json()["access_token"])
        file.flush()
        self.addCleanup(file.close)
        return identity_pool.Credentials.from_info(
            {
                "type": "external_account",
                "audience": audience,
                "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
                "token_url": GCP["sts"],
                "credential_source": {"file": file.name},
                "service_account_impersonation_url": f"{GCP['impersonation']}/v1/projects/-/serviceAccounts/{account}:generateAccessToken",
            },
            scopes=["https://www.googleapis.com/auth/cloud-platform"],
        )

    def test_impersonates_a_service_account(self):
        credentials = self.credentials(GCP["poolAudience"], GCP["account"])
        credentials.refresh(Request())
        self.assertTrue(credentials.token)
        self.assertFalse(credentials.expired)

    def test_is_refused_another_service_account(self):
        with self.assertRaises(exceptions.RefreshError):
            self.credentials(GCP["poolAudience"], "other@shop.iam.gserviceaccount.com").refresh(Request())

    def test_is_refused_for_another_pool(self):
        other = GCP["poolAudience"].replace("/workloads/", "/partners/")
        with self.assertRaises(exceptions.OAuthError):
            self.credentials(other, GCP["account"]).refresh(Request())


if __name__ == "__main__":
    unittest.main()
