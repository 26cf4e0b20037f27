"""PyJWT as a resource server: the keys by discovery, the token verified offline."""

import json
import unittest
import urllib.request

import jwt
import requests

from stage import ISSUER, STAGE


def issued(audience):
    answer = requests.post(
        ISSUER + "/v1/token",
        data={
            "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
            "client_id": "kubernetes",
            "assertion": STAGE["kubernetes"]["token"],
            "audience": audience,
        },
    )
    answer.raise_for_status()
    return answer.json()["access_token"]


class PyJwtTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with urllib.request.urlopen(ISSUER + "/.well-known/oauth-authorization-server") as answer:
            cls.keys = jwt.PyJWKClient(json.load(answer)["jwks_uri"])
        cls.token = issued(STAGE["orders"])

    def verified(self, token, **changes):
        key = self.keys.get_signing_key_from_jwt(token)
        expected = {"audience": STAGE["orders"], "issuer": ISSUER, **changes}
        return jwt.decode(token, key, algorithms=["ES256"], options={"require": ["exp", "sub", "client_id"]}, **expected)

    def test_verifies_a_token(self):
        self.assertEqual("kubernetes", self.verified(self.token)["sub"])
        self.assertEqual("at+jwt", jwt.get_unverified_header(self.token)["typ"])

    def test_refuses_a_token_for_another_audience(self):
        with self.assertRaises(jwt.InvalidAudienceError):
            self.verified(self.token, audience="payroll-api")

    def test_refuses_a_token_of_another_issuer(self):
        with self.assertRaises(jwt.InvalidIssuerError):
            self.verified(self.token, issuer="https://login.example.com")

    def test_refuses_a_changed_token(self):
        header, payload, signature = self.token.split(".")
        with self.assertRaises(jwt.InvalidSignatureError):
            self.verified(".".join([header, payload, signature[::-1][:-1] + "A"]))


if __name__ == "__main__":
    unittest.main()
