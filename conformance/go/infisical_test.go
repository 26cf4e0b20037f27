package conformance

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-resty/resty/v2"
	infisical "github.com/infisical/go-sdk"
	api "github.com/infisical/go-sdk/packages/api/auth"
	infisicalerrors "github.com/infisical/go-sdk/packages/errors"
)

// method is a login of Infisical's SDK, with the right credential or with a stranger's.
type method struct {
	identity   string
	authMethod string
	logIn      func(t *testing.T, auth infisical.AuthInterface, identity string, stranger bool) (infisical.MachineIdentityCredential, error)
}

func methods() map[string]method {
	return map[string]method{
		"GcpIdToken": {"gcp-id-token", "gcp-id-token", func(t *testing.T, auth infisical.AuthInterface, identity string, stranger bool) (infisical.MachineIdentityCredential, error) {
			onMachine(t, stranger)
			return auth.GcpIdTokenAuthLogin(identity)
		}},
		"GcpIam": {"gcp-iam", "gcp-iam", func(t *testing.T, auth infisical.AuthInterface, identity string, stranger bool) (infisical.MachineIdentityCredential, error) {
			account := stage.Gcp.Account
			if stranger {
				account = "stranger@shop.iam.gserviceaccount.com"
			}
			return auth.GcpIamAuthLogin(identity, serviceAccountKey(t, account))
		}},
		"Azure": {"azure", "azure", func(t *testing.T, auth infisical.AuthInterface, identity string, stranger bool) (infisical.MachineIdentityCredential, error) {
			onMachine(t, stranger)
			return auth.AzureAuthLogin(identity, "")
		}},
		"Kubernetes": {"kubernetes", "kubernetes", func(t *testing.T, auth infisical.AuthInterface, identity string, stranger bool) (infisical.MachineIdentityCredential, error) {
			projected := filepath.Join(t.TempDir(), "token")
			if err := os.WriteFile(projected, []byte(podToken(stranger)), 0o600); err != nil {
				t.Fatal(err)
			}
			return auth.KubernetesAuthLogin(identity, projected)
		}},
		"KubernetesRaw": {"kubernetes", "kubernetes", func(t *testing.T, auth infisical.AuthInterface, identity string, stranger bool) (infisical.MachineIdentityCredential, error) {
			return auth.KubernetesRawServiceAccountTokenLogin(identity, podToken(stranger))
		}},
		"Aws": {"aws", "aws", func(t *testing.T, auth infisical.AuthInterface, identity string, stranger bool) (infisical.MachineIdentityCredential, error) {
			if stranger {
				awsRole(t, "stranger")
			} else {
				awsRole(t, "payments")
			}
			return auth.AwsIamAuthLogin(identity)
		}},
		"Oidc": {"oidc", "oidc", func(t *testing.T, auth infisical.AuthInterface, identity string, stranger bool) (infisical.MachineIdentityCredential, error) {
			return auth.OidcAuthLogin(identity, podToken(stranger))
		}},
		"Jwt": {"jwt", "jwt", func(t *testing.T, auth infisical.AuthInterface, identity string, stranger bool) (infisical.MachineIdentityCredential, error) {
			return auth.JwtAuthLogin(identity, podToken(stranger))
		}},
		"Universal": {"client", "", func(t *testing.T, auth infisical.AuthInterface, identity string, stranger bool) (infisical.MachineIdentityCredential, error) {
			secret := stage.Secret
			if stranger {
				secret = "wrong"
			}
			return auth.UniversalAuthLogin(identity, secret)
		}},
	}
}

func TestInfisicalLogsInRenewsAndRevokes(t *testing.T) {
	for name, method := range methods() {
		t.Run(name, func(t *testing.T) {
			auth := client(t, false).Auth()
			credential, err := method.logIn(t, auth, method.identity, false)
			if err != nil {
				t.Fatal(err)
			}
			session := claimsOf(t, credential.AccessToken)
			if session.Sub != method.identity || (method.authMethod != "" && session.AuthMethod != method.authMethod) {
				t.Errorf("the token is of %+v", session)
			}
			if credential.TokenType != "Bearer" || credential.ExpiresIn <= 0 || credential.AccessTokenMaxTTL < credential.ExpiresIn {
				t.Errorf("answered %+v", credential)
			}
			if auth.GetAccessToken() != credential.AccessToken {
				t.Error("the client keeps another token")
			}
			renewed, err := renew(credential.AccessToken)
			if err != nil {
				t.Fatal(err)
			}
			if again := claimsOf(t, renewed.AccessToken); again.Sid != session.Sid {
				t.Errorf("renewed in session %s, not %s", again.Sid, session.Sid)
			}
			if err := auth.RevokeAccessToken(); err != nil {
				t.Fatal(err)
			}
			_, err = renew(renewed.AccessToken)
			assertRefused(t, err, 403)
		})
	}
}

func TestInfisicalIsDeniedWithAStrangersCredential(t *testing.T) {
	for name, method := range methods() {
		t.Run(name, func(t *testing.T) {
			_, err := method.logIn(t, client(t, false).Auth(), method.identity, true)
			assertRefused(t, err, 401)
		})
	}
}

func TestInfisicalIsDeniedAnIdentityWithoutTheMethod(t *testing.T) {
	for name, method := range methods() {
		t.Run(name, func(t *testing.T) {
			other := "kubernetes"
			if method.identity == other {
				other = "oidc"
			}
			_, err := method.logIn(t, client(t, false).Auth(), other, false)
			assertRefused(t, err, 401)
		})
	}
}

func TestInfisicalIsDeniedATokenForAnotherAudience(t *testing.T) {
	_, err := client(t, false).Auth().KubernetesRawServiceAccountTokenLogin("kubernetes", stage.Kubernetes.TokenForAnother)
	assertRefused(t, err, 401)
}

func TestInfisicalRenewsByItselfWithinTheSession(t *testing.T) {
	auth := client(t, true).Auth()
	credential, err := auth.KubernetesRawServiceAccountTokenLogin("kubernetes-renewed", stage.Kubernetes.Token)
	if err != nil {
		t.Fatal(err)
	}
	deadline := time.Now().Add(time.Minute)
	for auth.GetAccessToken() == credential.AccessToken {
		if time.Now().After(deadline) {
			t.Fatal("the SDK did not renew a token of six seconds within a minute")
		}
		time.Sleep(100 * time.Millisecond)
	}
	before, after := claimsOf(t, credential.AccessToken), claimsOf(t, auth.GetAccessToken())
	if before.Sid != after.Sid {
		t.Error("it logged in again instead")
	}
}

func TestInfisicalFindsNoSecrets(t *testing.T) {
	sdk := client(t, false)
	if _, err := sdk.Auth().OidcAuthLogin("oidc", stage.Kubernetes.Token); err != nil {
		t.Fatal(err)
	}
	_, err := sdk.Secrets().List(infisical.ListSecretsOptions{ProjectID: "shop", Environment: "prod", SecretPath: "/"})
	assertRefused(t, err, 404)
}

func client(t *testing.T, refresh bool) infisical.InfisicalClientInterface {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	return infisical.NewInfisicalClient(ctx, infisical.Config{
		SiteUrl:          stage.Issuer,
		AutoTokenRefresh: infisical.BoolPtr(refresh),
		SilentMode:       true,
	})
}

func renew(token string) (api.MachineIdentityAuthLoginResponse, error) {
	return api.CallRenewAccessToken(
		resty.New().SetBaseURL(stage.Issuer+"/api"), api.RenewAccessTokenRequest{AccessToken: token})
}

func assertRefused(t *testing.T, err error, status int) {
	t.Helper()
	var refusal *infisicalerrors.APIError
	if !errors.As(err, &refusal) {
		t.Fatalf("not an APIError: %v", err)
	}
	if refusal.StatusCode != status || refusal.ReqId == "" || refusal.ErrorMessage == "" {
		t.Errorf("refused with %v", refusal)
	}
}

func podToken(stranger bool) string {
	if stranger {
		return stage.Kubernetes.StrangersToken
	}
	return stage.Kubernetes.Token
}

func onMachine(t *testing.T, stranger bool) {
	t.Helper()
	onStrangersMachine.Store(stranger)
	t.Cleanup(func() { onStrangersMachine.Store(false) })
}

// serviceAccountKey writes a key file: what Google would make of it, the simulated IAM does not check.
func serviceAccountKey(t *testing.T, account string) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	file, err := json.Marshal(map[string]string{
		"type":           "service_account",
		"client_email":   account,
		"private_key_id": "1",
		"private_key":    string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded})),
		"token_uri":      "https://oauth2.googleapis.com/token",
	})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "key.json")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
