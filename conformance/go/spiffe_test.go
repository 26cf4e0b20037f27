package conformance

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
	"github.com/spiffe/go-spiffe/v2/bundle/spiffebundle"
	"github.com/spiffe/go-spiffe/v2/proto/spiffe/workload"
	"github.com/spiffe/go-spiffe/v2/spiffeid"
	"github.com/spiffe/go-spiffe/v2/svid/jwtsvid"
	"github.com/spiffe/go-spiffe/v2/workloadapi"
	"google.golang.org/grpc"
)

const payments = "/ns/shop/sa/payments"

// agent serves the SPIFFE Workload API, as a SPIRE agent does, with JWT-SVIDs of the simulated trust domain.
type agent struct {
	workload.UnimplementedSpiffeWorkloadAPIServer
	t    *testing.T
	path string
}

func (a agent) FetchJWTSVID(_ context.Context, request *workload.JWTSVIDRequest) (*workload.JWTSVIDResponse, error) {
	return &workload.JWTSVIDResponse{Svids: []*workload.JWTSVID{{
		SpiffeId: "spiffe://" + stage.Spiffe.TrustDomain + a.path,
		Svid:     svid(a.t, a.path, request.Audience[0]),
	}}}, nil
}

func (a agent) FetchJWTBundles(_ *workload.JWTBundlesRequest, stream grpc.ServerStreamingServer[workload.JWTBundlesResponse]) error {
	if err := stream.Send(&workload.JWTBundlesResponse{
		Bundles: map[string][]byte{"spiffe://" + stage.Spiffe.TrustDomain: []byte(stage.Spiffe.Bundle)},
	}); err != nil {
		return err
	}
	<-stream.Context().Done()
	return nil
}

// fetched is what go-spiffe gets from the agent for the workload, and has verified by the bundle.
func fetched(t *testing.T, path, audience string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer()
	workload.RegisterSpiffeWorkloadAPIServer(server, agent{t: t, path: path})
	go server.Serve(listener)
	t.Cleanup(server.Stop)
	source, err := workloadapi.NewJWTSource(
		context.Background(), workloadapi.WithClientOptions(workloadapi.WithAddr("tcp://"+listener.Addr().String())))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { source.Close() })
	token, err := source.FetchJWTSVID(context.Background(), jwtsvid.Params{Audience: audience})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jwtsvid.ParseAndValidate(token.Marshal(), source, []string{audience}); err != nil {
		t.Fatal(err)
	}
	return token.Marshal()
}

func TestSpiffeLogsInWithAnSvidOfTheWorkloadAPI(t *testing.T) {
	login := postJSON(t, "/api/v1/auth/spiffe-auth/login", map[string]string{
		"identityId": "spiffe", "jwt": fetched(t, payments, stage.Audience)})
	if login.Status != 200 || claimsOf(t, login.AccessToken).Sub != "spiffe" {
		t.Errorf("answered %+v", login)
	}
}

func TestSpiffeAuthenticatesAClient(t *testing.T) {
	issued := postForm(t, "/v1/token", url.Values{
		"grant_type":            {"client_credentials"},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-spiffe"},
		"client_assertion":      {fetched(t, payments, stage.Audience)},
		"audience":              {stage.Orders},
	})
	if issued.Status != 200 || claimsOf(t, issued.OAuthToken).Aud != stage.Orders {
		t.Errorf("answered %+v", issued)
	}
}

func TestSpiffeIsDenied(t *testing.T) {
	for name, token := range map[string]string{
		"another workload": fetched(t, "/ns/dev/sa/payments", stage.Audience),
		"another audience": fetched(t, payments, "another-service"),
	} {
		t.Run(name, func(t *testing.T) {
			login := postJSON(t, "/api/v1/auth/spiffe-auth/login", map[string]string{"identityId": "spiffe", "jwt": token})
			if login.Status != 401 || login.Error != "UnauthorizedError" {
				t.Errorf("answered %+v", login)
			}
		})
	}
}

// A trust domain whose bundle document go-spiffe writes, configured by the admin API.
func TestSpiffeTakesABundleThatGoSpiffeWrites(t *testing.T) {
	domain := spiffeid.RequireTrustDomainFromString("other.example.com")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	bundle := spiffebundle.New(domain)
	if err := bundle.AddJWTAuthority("first", key.Public()); err != nil {
		t.Fatal(err)
	}
	document, err := bundle.Marshal()
	if err != nil {
		t.Fatal(err)
	}
	configure(t, "spiffe-of-go", "spiffe-auth", map[string]any{
		"trustDomain":       domain.Name(),
		"allowedSpiffeIds":  "spiffe://other.example.com/ns/*/sa/payments",
		"allowedAudiences":  stage.Audience,
		"bundle":            string(document),
		"accessTokenTTL":    600,
		"accessTokenMaxTTL": 600,
	})
	signer, err := jose.NewSigner(
		jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "first"}},
		(&jose.SignerOptions{}).WithType("JWT"))
	if err != nil {
		t.Fatal(err)
	}
	token, err := jwt.Signed(signer).Claims(jwt.Claims{
		Subject:  spiffeid.RequireFromPath(domain, payments).String(),
		Audience: jwt.Audience{stage.Audience},
		IssuedAt: jwt.NewNumericDate(time.Now()),
		Expiry:   jwt.NewNumericDate(time.Now().Add(5 * time.Minute)),
	}).Serialize()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jwtsvid.ParseAndValidate(token, bundle, []string{stage.Audience}); err != nil {
		t.Fatal(err)
	}
	login := postJSON(t, "/api/v1/auth/spiffe-auth/login", map[string]string{"identityId": "spiffe-of-go", "jwt": token})
	if login.Status != 200 || claimsOf(t, login.AccessToken).Sub != "spiffe-of-go" {
		t.Errorf("answered %+v", login)
	}
	// The identity of the first trust domain does not know the key.
	other := postJSON(t, "/api/v1/auth/spiffe-auth/login", map[string]string{"identityId": "spiffe", "jwt": token})
	if other.Status != 401 {
		t.Errorf("answered %+v", other)
	}
}
