"""Hanzo KMS's own SDK for Python."""

import tempfile
import unittest

import httpx
from hanzo_kms import (
    AsyncKMSClient,
    AuthenticationOptions,
    AWSIamAuthMethod,
    ClientSettings,
    GCPIDTokenAuthMethod,
    KMSClient,
    KubernetesAuthMethod,
    UniversalAuthMethod,
)

from stage import ISSUER, STAGE, aws_role, claims


def settings(**method):
    return ClientSettings(site_url=ISSUER, organization="shop", auth=AuthenticationOptions(**method))


class HanzoKmsTest(unittest.IsolatedAsyncioTestCase):
    def pod(self, identity="kubernetes", token="token"):
        projected = tempfile.NamedTemporaryFile("w", suffix=".jwt")
        projected.write(STAGE["kubernetes"][token] + "\n")
        projected.flush()
        self.addCleanup(projected.close)
        return settings(
            kubernetes=KubernetesAuthMethod(identity_id=identity, service_account_token_path=projected.name)
        )

    def list_secrets(self, given):
        """Logs in first, as every call does; there is nothing else to call."""
        client = KMSClient(given)
        with self.assertRaises(httpx.HTTPStatusError) as refused:
            client.list_secrets(project_id="shop", environment="prod")
        return refused.exception.response, client._access_token

    def assert_logged_in(self, given, identity):
        response, token = self.list_secrets(given)
        self.assertEqual(identity, claims(token)["sub"])
        # The call itself carries the token and X-Org-Name; Sallyport stores no secrets.
        self.assertEqual("shop", response.request.headers["X-Org-Name"])
        self.assertEqual(404, response.status_code)

    def assert_refused(self, given, status, error):
        response, token = self.list_secrets(given)
        self.assertIsNone(token)
        self.assertTrue(response.request.url.path.endswith("/login"))
        self.assertEqual((status, error), (response.status_code, response.json()["error"]))

    def test_logs_in_with_kubernetes(self):
        self.assert_logged_in(self.pod(), "kubernetes")

    async def test_logs_in_with_kubernetes_asynchronously(self):
        client = AsyncKMSClient(self.pod())
        with self.assertRaises(httpx.HTTPStatusError) as refused:
            await client.list_secrets(project_id="shop", environment="prod")
        self.assertEqual(404, refused.exception.response.status_code)
        self.assertEqual("kubernetes", claims(client._access_token)["sub"])

    async def test_is_denied_asynchronously_too(self):
        client = AsyncKMSClient(self.pod(token="strangersToken"))
        with self.assertRaises(httpx.HTTPStatusError) as denied:
            await client.list_secrets(project_id="shop", environment="prod")
        self.assertEqual(401, denied.exception.response.status_code)
        self.assertIsNone(client._access_token)

    def test_is_denied_the_token_of_another_service_account(self):
        self.assert_refused(self.pod(token="strangersToken"), 401, "UnauthorizedError")

    def test_is_denied_a_token_for_another_audience(self):
        self.assert_refused(self.pod(token="tokenForAnother"), 401, "UnauthorizedError")

    def test_is_denied_an_identity_without_kubernetes(self):
        self.assert_refused(self.pod(identity="oidc"), 401, "UnauthorizedError")

    def test_logs_in_with_universal_auth(self):
        method = UniversalAuthMethod(client_id="client", client_secret=STAGE["secret"])
        self.assert_logged_in(settings(universal_auth=method), "client")

    async def test_logs_in_with_universal_auth_asynchronously(self):
        method = UniversalAuthMethod(client_id="client", client_secret=STAGE["secret"])
        self.assertEqual("client", claims(await AsyncKMSClient(settings(universal_auth=method))._get_access_token())["sub"])

    def test_is_denied_a_wrong_secret(self):
        method = UniversalAuthMethod(client_id="client", client_secret="wrong")
        self.assert_refused(settings(universal_auth=method), 401, "UnauthorizedError")

    def test_signs_no_request_for_aws(self):
        with aws_role("payments"):
            method = AWSIamAuthMethod(identity_id="aws")
            self.assert_refused(settings(aws_iam=method), 422, "ValidationFailure")

    def test_has_no_google_login(self):
        with self.assertRaises(ValueError):
            KMSClient(settings(gcp_id_token=GCPIDTokenAuthMethod(identity_id="gcp-id-token"))).list_secrets("shop", "prod")


if __name__ == "__main__":
    unittest.main()
