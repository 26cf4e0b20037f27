"""The logins of Infisical's current SDK for Python, and of Hanzo KMS's fork of it."""

from stage import STAGE, aws_role, claims, post

TOKEN = STAGE["kubernetes"]["token"]


class SdkLogins:
    """A mixin: the test case sets client, and api_error and base_error, which a refusal raises."""

    def assert_logged_in(self, login, identity):
        self.assertEqual(identity, claims(login.accessToken)["sub"])
        self.assertEqual(login.accessToken, self.client.get_token())
        self.assertEqual("Bearer", login.tokenType)
        self.assertGreater(login.expiresIn, 0)
        self.assertGreaterEqual(login.accessTokenMaxTTL, login.expiresIn)

    def assert_denied(self, log_in):
        with self.assertRaises(self.api_error) as denied:
            log_in()
        self.assertIsInstance(denied.exception, self.base_error)
        self.assertEqual(401, denied.exception.status_code)
        self.assertEqual("UnauthorizedError", denied.exception.response["error"])
        self.assertIsNone(self.client.get_token())

    def test_logs_in_with_aws(self):
        with aws_role("payments"):
            self.assert_logged_in(self.client.auth.aws_auth.login("aws"), "aws")

    def test_is_denied_with_another_role(self):
        with aws_role("stranger"):
            self.assert_denied(lambda: self.client.auth.aws_auth.login("aws"))

    def test_is_denied_an_identity_without_aws(self):
        with aws_role("payments"):
            self.assert_denied(lambda: self.client.auth.aws_auth.login("oidc"))

    def test_logs_in_with_oidc(self):
        self.assert_logged_in(self.client.auth.oidc_auth.login("oidc", TOKEN), "oidc")

    def test_is_denied_the_token_of_another_subject(self):
        stranger = STAGE["kubernetes"]["strangersToken"]
        self.assert_denied(lambda: self.client.auth.oidc_auth.login("oidc", stranger))

    def test_is_denied_a_token_for_another_audience(self):
        token = STAGE["kubernetes"]["tokenForAnother"]
        self.assert_denied(lambda: self.client.auth.oidc_auth.login("oidc", token))

    def test_is_denied_an_unknown_identity(self):
        self.assert_denied(lambda: self.client.auth.oidc_auth.login("nobody-knows-it", TOKEN))

    def test_logs_in_with_universal_auth(self):
        self.assert_logged_in(self.client.auth.universal_auth.login("client", STAGE["secret"]), "client")

    def test_is_denied_a_wrong_secret(self):
        self.assert_denied(lambda: self.client.auth.universal_auth.login("client", "wrong"))

    def test_reports_a_missing_field(self):
        with self.assertRaises(self.api_error) as refused:
            self.client.auth.oidc_auth.login("oidc", "")
        self.assertEqual(422, refused.exception.status_code)

    def test_finds_no_secrets(self):
        self.client.auth.oidc_auth.login("oidc", TOKEN)
        with self.assertRaises(self.api_error) as refused:
            self.client.secrets.list_secrets(project_id="shop", environment_slug="prod", secret_path="/")
        self.assertEqual(404, refused.exception.status_code)

    def test_has_a_token_that_can_be_renewed_and_revoked(self):
        token = self.client.auth.oidc_auth.login("oidc", TOKEN).accessToken
        self.assertEqual(200, post("/api/v1/auth/token/renew", {"accessToken": token}))
        self.assertEqual(200, post("/api/v1/auth/token/revoke", {"accessToken": token}))
        self.assertEqual(403, post("/api/v1/auth/token/renew", {"accessToken": token}))

