"""Hanzo KMS's fork of Infisical's SDK for Python."""

import unittest

from hanzo_kms import KMSClient, KMSError
from hanzo_kms.kms_requests import APIError

from sdk_logins import SdkLogins
from stage import ISSUER


class HanzoKmsSdkTest(SdkLogins, unittest.TestCase):
    api_error = APIError
    base_error = KMSError

    def setUp(self):
        self.client = KMSClient(host=ISSUER, cache_ttl=None)


if __name__ == "__main__":
    unittest.main()
