package conformance

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
)

// stage is what conformance/run has started.
var stage struct {
	Issuer   string
	Audience string
	Orders   string
	Secret   string
	Issue    string
	Gcp      struct {
		Account, Metadata, StrangersMetadata, IamCredentials, PoolAudience, Sts, Impersonation string
	}
	Azure      struct{ Metadata, StrangersMetadata string }
	Kubernetes struct{ Token, AgentsToken, StrangersToken, TokenForAnother string }
	Spiffe     struct{ TrustDomain, Bundle string }
}

func TestMain(m *testing.M) {
	description, err := os.ReadFile(os.Getenv("SALLYPORT_STAGE"))
	if err != nil {
		log.Fatalf("start this with conformance/run: %v", err)
	}
	if err := json.Unmarshal(description, &stage); err != nil {
		log.Fatal(err)
	}
	stop := startClouds()
	code := m.Run()
	stop()
	os.Exit(code)
}

// awsRole gives the process new keys of the role, as a Lambda function has them.
func awsRole(t *testing.T, role string) {
	t.Helper()
	for name, value := range issued(t, "/aws?role="+role) {
		t.Setenv(name, value)
	}
}

func svid(t *testing.T, path, audience string) string {
	t.Helper()
	return issued(t, "/svid?path="+path+"&audience="+url.QueryEscape(audience))["svid"]
}

func issued(t *testing.T, path string) map[string]string {
	t.Helper()
	response, err := http.Get(stage.Issue + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var answer map[string]string
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

type claims struct {
	Sub        string
	Sid        string
	Aud        string
	AuthMethod string `json:"auth_method"`
}

func claimsOf(t *testing.T, token string) claims {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("not a JWT: %q", token)
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		t.Fatal(err)
	}
	var parsed claims
	if err := json.Unmarshal(payload, &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed
}

// answer is what the server says to a request that no SDK sends.
type answer struct {
	Status      int
	AccessToken string `json:"accessToken"`
	OAuthToken  string `json:"access_token"`
	Error       string
}

func postJSON(t *testing.T, path string, fields map[string]string) answer {
	t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.Post(stage.Issuer+path, "application/json", strings.NewReader(string(body)))
	return answered(t, response, err)
}

func postForm(t *testing.T, path string, fields url.Values) answer {
	t.Helper()
	response, err := http.PostForm(stage.Issuer+path, fields)
	return answered(t, response, err)
}

func answered(t *testing.T, response *http.Response, err error) answer {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	parsed := answer{}
	if err := json.Unmarshal(body, &parsed); err != nil {
		t.Fatalf("%d %s", response.StatusCode, body)
	}
	parsed.Status = response.StatusCode
	return parsed
}
