package conformance

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
	"golang.org/x/oauth2/google/externalaccount"
)

func clientOf(secret, audience, scope string, style oauth2.AuthStyle) *clientcredentials.Config {
	return &clientcredentials.Config{
		ClientID:       "client",
		ClientSecret:   secret,
		TokenURL:       stage.Issuer + "/v1/token",
		Scopes:         []string{scope},
		EndpointParams: url.Values{"audience": {audience}},
		AuthStyle:      style,
	}
}

func TestOAuthIssuesATokenThatGoOidcVerifies(t *testing.T) {
	ctx := context.Background()
	provider, err := oidc.NewProvider(ctx, stage.Issuer)
	if err != nil {
		t.Fatal(err)
	}
	for name, style := range map[string]oauth2.AuthStyle{
		"in the header": oauth2.AuthStyleInHeader, "in the form": oauth2.AuthStyleInParams, "by trial": oauth2.AuthStyleAutoDetect,
	} {
		t.Run(name, func(t *testing.T) {
			config := clientOf(stage.Secret, stage.Orders, "read", style)
			config.TokenURL = provider.Endpoint().TokenURL
			token, err := config.Token(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if token.Type() != "Bearer" || !token.Valid() || token.Extra("scope") != "read" {
				t.Errorf("issued %+v", token)
			}
			verified, err := provider.Verifier(&oidc.Config{ClientID: stage.Orders}).Verify(ctx, token.AccessToken)
			if err != nil {
				t.Fatal(err)
			}
			if verified.Subject != "client" || verified.Issuer != stage.Issuer {
				t.Errorf("verified %+v", verified)
			}
			if _, err := provider.Verifier(&oidc.Config{ClientID: "payroll-api"}).Verify(ctx, token.AccessToken); err == nil {
				t.Error("accepted for another audience")
			}
			changed := []byte(token.AccessToken)
			changed[len(changed)-10] ^= 1
			if _, err := provider.Verifier(&oidc.Config{ClientID: stage.Orders}).Verify(ctx, string(changed)); err == nil {
				t.Error("accepted with another signature")
			}
		})
	}
}

func TestOAuthIsRefused(t *testing.T) {
	for name, refusal := range map[string]struct {
		config *clientcredentials.Config
		code   string
		status int
	}{
		"a wrong secret":   {clientOf("wrong", stage.Orders, "read", oauth2.AuthStyleInHeader), "invalid_client", 401},
		"an audience":      {clientOf(stage.Secret, "payroll-api", "read", oauth2.AuthStyleInHeader), "invalid_target", 400},
		"a scope":          {clientOf(stage.Secret, stage.Orders, "delete", oauth2.AuthStyleInHeader), "invalid_scope", 400},
		"an unknown style": {clientOf("wrong", stage.Orders, "read", oauth2.AuthStyleAutoDetect), "invalid_client", 401},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := refusal.config.Token(context.Background())
			var refused *oauth2.RetrieveError
			if !errors.As(err, &refused) {
				t.Fatalf("not a RetrieveError: %v", err)
			}
			if refused.ErrorCode != refusal.code || refused.Response.StatusCode != refusal.status {
				t.Errorf("refused with %v", refused)
			}
		})
	}
}

// podsToken has Google's library ask Sallyport for the pool's token, with the pod's.
type podsToken struct{ t *testing.T }

func (p podsToken) SubjectToken(context.Context, externalaccount.SupplierOptions) (string, error) {
	issued := postForm(p.t, "/v1/token", url.Values{
		"grant_type": {"urn:ietf:params:oauth:grant-type:jwt-bearer"},
		"client_id":  {"kubernetes"},
		"assertion":  {stage.Kubernetes.Token},
		"audience":   {stage.Gcp.PoolAudience},
	})
	return issued.OAuthToken, nil
}

func TestGoogleExchangesTheToken(t *testing.T) {
	for account, allowed := range map[string]bool{stage.Gcp.Account: true, "other@shop.iam.gserviceaccount.com": false} {
		source, err := externalaccount.NewTokenSource(context.Background(), externalaccount.Config{
			Audience:                       stage.Gcp.PoolAudience,
			SubjectTokenType:               "urn:ietf:params:oauth:token-type:jwt",
			TokenURL:                       stage.Gcp.Sts,
			SubjectTokenSupplier:           podsToken{t},
			ServiceAccountImpersonationURL: stage.Gcp.Impersonation + "/v1/projects/-/serviceAccounts/" + account + ":generateAccessToken",
			Scopes:                         []string{"https://www.googleapis.com/auth/cloud-platform"},
		})
		if err != nil {
			t.Fatal(err)
		}
		if token, err := source.Token(); (err == nil && token.Valid()) != allowed {
			t.Errorf("%s: %v", account, err)
		}
	}
}

// configure makes an identity and attaches an auth method by the admin API.
func configure(t *testing.T, identity, method string, configuration map[string]any) {
	t.Helper()
	admin := clientOf(stage.Secret, stage.Issuer, "", oauth2.AuthStyleInHeader)
	admin.ClientID = "admin"
	admin.Scopes = nil
	client := admin.Client(context.Background())
	created := call(t, client, "/api/v1/identities", map[string]any{"id": identity, "name": identity})
	if created/100 != 2 {
		t.Fatalf("POST identity: %d", created)
	}
	if attached := call(t, client, "/api/v1/auth/"+method+"/identities/"+identity, configuration); attached/100 != 2 {
		t.Fatalf("POST %s: %d", method, attached)
	}
}

func call(t *testing.T, client *http.Client, path string, fields map[string]any) int {
	t.Helper()
	body, err := json.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Post(stage.Issuer+path, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	return response.StatusCode
}
