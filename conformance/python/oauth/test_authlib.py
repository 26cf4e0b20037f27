"""Authlib at the token service."""

import unittest

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session

from stage import ISSUER, STAGE, claims

TOKEN_ENDPOINT = ISSUER + "/v1/token"


def session(secret=STAGE["secret"], method="client_secret_basic"):
    return OAuth2Session("client", secret, token_endpoint_auth_method=method)


class AuthlibTest(unittest.TestCase):
    def test_gets_a_token_with_a_secret(self):
        for method in "client_secret_basic", "client_secret_post":
            with self.subTest(method):
                token = session(method=method).fetch_token(
                    TOKEN_ENDPOINT, grant_type="client_credentials", audience=STAGE["orders"], scope="read"
                )
                self.assertEqual("client", claims(token["access_token"])["sub"])
                self.assertEqual(("Bearer", "read"), (token["token_type"], token["scope"]))
                self.assertGreater(token["expires_in"], 0)

    def test_gets_a_token_for_the_platforms_token(self):
        token = OAuth2Session("kubernetes", token_endpoint_auth_method="none").fetch_token(
            TOKEN_ENDPOINT,
            grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer",
            assertion=STAGE["kubernetes"]["token"],
            audience=STAGE["orders"],
        )
        self.assertEqual("kubernetes", claims(token["access_token"])["sub"])

    def assert_refused(self, error, client, **request):
        with self.assertRaises(OAuthError) as refused:
            client.fetch_token(TOKEN_ENDPOINT, **request)
        self.assertEqual(error, refused.exception.error)

    def test_is_refused_a_wrong_secret(self):
        self.assert_refused(
            "invalid_client", session("wrong"), grant_type="client_credentials", audience=STAGE["orders"]
        )

    def test_is_refused_an_audience_without_a_grant(self):
        self.assert_refused("invalid_target", session(), grant_type="client_credentials", audience="payroll-api")

    def test_is_refused_a_scope_that_is_not_granted(self):
        self.assert_refused(
            "invalid_scope", session(), grant_type="client_credentials", audience=STAGE["orders"], scope="delete"
        )

    def test_is_refused_a_strangers_token(self):
        self.assert_refused(
            "invalid_grant",
            OAuth2Session("kubernetes", token_endpoint_auth_method="none"),
            grant_type="urn:ietf:params:oauth:grant-type:jwt-bearer",
            assertion=STAGE["kubernetes"]["strangersToken"],
            audience=STAGE["orders"],
        )

    def test_introspects_and_revokes(self):
        token = session().fetch_token(TOKEN_ENDPOINT, grant_type="client_credentials", audience=STAGE["orders"])
        server = OAuth2Session("orders-server", STAGE["secret"])
        access_token = token["access_token"]
        self.assertTrue(server.introspect_token(ISSUER + "/v1/introspect", access_token).json()["active"])
        self.assertEqual(200, session().revoke_token(ISSUER + "/v1/revoke", access_token).status_code)
        self.assertEqual({"active": False}, server.introspect_token(ISSUER + "/v1/introspect", access_token).json())


if __name__ == "__main__":
    unittest.main()
