package conformance

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"cloud.google.com/go/iam/credentials/apiv1/credentialspb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
)

// The SDK has the addresses of the clouds' metadata servers and of Google's IAM built in. It honours a proxy, so one on
// loopback passes its requests on to the simulated clouds; the SDK itself is unmodified.
const iamHost = "iamcredentials.googleapis.com"

// onStrangersMachine says which machine's metadata the process sees.
var onStrangersMachine atomic.Bool

func startClouds() (stop func()) {
	folder, err := os.MkdirTemp("", "conformance")
	if err != nil {
		log.Fatal(err)
	}
	iam, iamAddress := startIam(folder)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodConnect {
			tunnel(w, r, iamAddress)
			return
		}
		target := map[string][2]string{
			"metadata.google.internal": {stage.Gcp.Metadata, stage.Gcp.StrangersMetadata},
			"169.254.169.254":          {stage.Azure.Metadata, stage.Azure.StrangersMetadata},
		}[r.URL.Host]
		machine := target[0]
		if onStrangersMachine.Load() {
			machine = target[1]
		}
		to, err := url.Parse(machine)
		if err != nil || to.Host == "" {
			http.Error(w, "no such host is simulated", http.StatusBadGateway)
			return
		}
		// Not X-Forwarded-For, which metadata servers refuse.
		(&httputil.ReverseProxy{Rewrite: func(p *httputil.ProxyRequest) { p.SetURL(to) }}).ServeHTTP(w, r)
	}))
	// Read once, at the first request: before any.
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		os.Setenv(name, proxy.URL)
	}
	for _, name := range []string{"NO_PROXY", "no_proxy"} {
		os.Setenv(name, "127.0.0.1,localhost")
	}
	return func() {
		proxy.Close()
		iam.Stop()
		os.RemoveAll(folder)
	}
}

func tunnel(w http.ResponseWriter, r *http.Request, iamAddress string) {
	if r.Host != iamHost+":443" {
		http.Error(w, "no such host is simulated", http.StatusBadGateway)
		return
	}
	server, err := net.Dial("tcp", iamAddress)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	client, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		server.Close()
		return
	}
	fmt.Fprint(client, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() {
		io.Copy(server, client)
		server.Close()
	}()
	go func() {
		io.Copy(client, server)
		client.Close()
	}()
}

// iamServer is the gRPC API of Google's IAM credentials, which the SDK calls; it passes on to the REST API.
type iamServer struct {
	credentialspb.UnimplementedIAMCredentialsServer
}

func (*iamServer) SignJwt(_ context.Context, request *credentialspb.SignJwtRequest) (*credentialspb.SignJwtResponse, error) {
	body, err := json.Marshal(map[string]string{"payload": request.Payload})
	if err != nil {
		return nil, err
	}
	rest, err := http.NewRequest(http.MethodPost, stage.Gcp.IamCredentials+"/v1/"+request.Name+":signJwt", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	rest.Header.Set("Authorization", "Bearer simulated")
	rest.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(rest)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	var signed struct{ KeyId, SignedJwt string }
	if err := json.NewDecoder(response.Body).Decode(&signed); err != nil {
		return nil, err
	}
	return &credentialspb.SignJwtResponse{KeyId: signed.KeyId, SignedJwt: signed.SignedJwt}, nil
}

// startIam makes a certificate for Google's host and makes the process trust it.
func startIam(folder string) (*grpc.Server, string) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		log.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: iamHost},
		DNSNames:              []string{iamHost},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	certificate, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		log.Fatal(err)
	}
	roots := filepath.Join(folder, "roots.pem")
	if err := os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), 0o600); err != nil {
		log.Fatal(err)
	}
	os.Setenv("SSL_CERT_FILE", roots)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	server := grpc.NewServer(grpc.Creds(credentials.NewServerTLSFromCert(
		&tls.Certificate{Certificate: [][]byte{certificate}, PrivateKey: key})))
	credentialspb.RegisterIAMCredentialsServer(server, &iamServer{})
	go server.Serve(listener)
	return server, listener.Addr().String()
}
