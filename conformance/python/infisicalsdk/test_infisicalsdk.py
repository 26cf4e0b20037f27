"""Infisical's current SDK for Python."""

import unittest

from infisical_sdk import InfisicalError, InfisicalSDKClient
from infisical_sdk.infisical_requests import APIError

from sdk_logins import SdkLogins
from stage import ISSUER


class InfisicalSdkTest(SdkLogins, unittest.TestCase):
    api_error = APIError
    base_error = InfisicalError

    def setUp(self):
        self.client = InfisicalSDKClient(host=ISSUER, cache_ttl=None)


if __name__ == "__main__":
    unittest.main()
