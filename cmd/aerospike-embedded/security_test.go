package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/aerospike-go/aerospike-go/aerospike/wire"
	"github.com/aerospike-go/aerospike-go/aerospiketest"
)

// adminHash is the hash of "admin" as the protocol notes have it.
const adminHash = "$2a$10$7EqJtq98hPqEX7fNZaFWoO1mVO/4MLpGzsqojz6E9Gef6iXDjXdDa"

// serve runs the command until the test ends and returns its address.
func serve(t *testing.T, again chan os.Signal, complaints io.Writer, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() { // ends with ctx; the test waits for it
		done <- run(ctx, append([]string{"-addr", "127.0.0.1:0"}, args...), again, w, complaints)
		_ = w.Close()
	}()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-done)
	})
	line, err := bufio.NewReader(r).ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(line)
}

// ask sends a frame and returns the body of the reply.
func ask(t *testing.T, nc net.Conn, frame []byte) []byte {
	t.Helper()
	require.NoError(t, nc.SetDeadline(time.Now().Add(10*time.Second)))
	_, err := nc.Write(frame)
	require.NoError(t, err)
	head := make([]byte, wire.FrameHeaderSize)
	_, err = io.ReadFull(nc, head)
	require.NoError(t, err)
	_, size, err := wire.ParseFrameHeader(head)
	require.NoError(t, err)
	body := make([]byte, size)
	_, err = io.ReadFull(nc, body)
	require.NoError(t, err)
	return body
}

func login(t *testing.T, addr, name string) (net.Conn, wire.ResultCode) {
	t.Helper()
	nc, err := net.DialTimeout("tcp", addr, 10*time.Second)
	require.NoError(t, err)
	t.Cleanup(func() { _ = nc.Close() })
	m, err := wire.ParseAdmin(ask(t, nc, wire.AppendLogin(nil, name, adminHash)))
	require.NoError(t, err)
	return nc, m.Result
}

func TestSecurityFromTheCommandLine(t *testing.T) {
	addr := serve(t, nil, io.Discard, "-quotas", "-session-ttl", "5m", "-users", "root:admin,bob:admin:reader+udf-admin", "-roles", "reader:read.test.s+truncate")
	nc, code := login(t, addr, "root")
	require.Equal(t, wire.ResultOK, code)
	require.Equal(t, "get-config:context=security\tenable-quotas=true;session-ttl=300\n",
		string(ask(t, nc, wire.AppendInfo(nil, "get-config:context=security"))))
	m, err := wire.ParseAdmin(ask(t, nc, wire.AppendAdmin(nil, wire.AdminQueryUsers, wire.AdminField{Type: wire.AdminUser, Data: []byte("bob")})))
	require.NoError(t, err)
	row, err := wire.ParseUser(m)
	require.NoError(t, err)
	require.Equal(t, []string{"reader", "udf-admin"}, row.Roles)
	_, code = login(t, addr, "bob")
	require.Equal(t, wire.ResultOK, code)
	_, code = login(t, addr, "admin")
	require.Equal(t, wire.ResultInvalidUser, code)

	_, code = login(t, serve(t, nil, io.Discard, "-security"), "admin")
	require.Equal(t, wire.ResultOK, code)
	nc, code = login(t, serve(t, nil, io.Discard, "-enterprise", "-build", "7.1.0.0"), "admin")
	require.Equal(t, wire.ResultSecurityNotEnabled, code)
	require.Equal(t, "build\t7.1.0.0\nedition\tAerospike Enterprise Edition\n", string(ask(t, nc, wire.AppendInfo(nil, "build", "edition"))))
}

// safeBuffer is written by the command and read by the test.
type safeBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *safeBuffer) text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.String()
}

// writeCertificate writes a server's certificate of the authority into dir.
func writeCertificate(t *testing.T, dir string, ca *aerospiketest.Authority) {
	t.Helper()
	cert, key, err := aerospiketest.PEM(ca.Issue(aerospiketest.Certificate{Name: "server", Hosts: []string{"127.0.0.1"}}))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cert.pem"), cert, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "key.pem"), key, 0o600))
}

func TestTLSFromTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	first, second := aerospiketest.NewAuthority(t), aerospiketest.NewAuthority(t)
	writeCertificate(t, dir, first)
	cas := filepath.Join(dir, "ca.pem")
	require.NoError(t, os.WriteFile(cas, append(first.PEM(), second.PEM()...), 0o600))
	again := make(chan os.Signal)
	var complaints safeBuffer
	addr := serve(t, again, &complaints, "-tls-cert", filepath.Join(dir, "cert.pem"), "-tls-key", filepath.Join(dir, "key.pem"),
		"-tls-client-ca", cas, "-tls-require", "-tls-name", "server", "-users", "alice:x")
	try := func(cfg *tls.Config) error {
		nc, err := tls.Dial("tcp", addr, cfg)
		if err != nil {
			return err
		}
		defer func() { _ = nc.Close() }()
		m, err := wire.ParseAdmin(ask(t, nc, wire.AppendPKILogin(nil)))
		require.NoError(t, err)
		require.Equal(t, wire.ResultOK, m.Result)
		return nil
	}
	require.NoError(t, try(first.ClientTLS("alice")))
	var unknown x509.UnknownAuthorityError
	require.ErrorAs(t, try(second.ClientTLS("alice")), &unknown)

	writeCertificate(t, dir, second)
	again <- syscall.SIGHUP
	require.Eventually(t, func() bool { return try(second.ClientTLS("alice")) == nil }, 10*time.Second, 10*time.Millisecond)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "cert.pem"), []byte("nothing"), 0o600))
	again <- syscall.SIGHUP
	require.Eventually(t, func() bool { return strings.Contains(complaints.text(), "-tls-cert") }, 10*time.Second, 10*time.Millisecond)
	require.NoError(t, try(second.ClientTLS("alice")), "the ones that there were stay")
}

func TestRunRefusesBadSecurity(t *testing.T) {
	dir := t.TempDir()
	writeCertificate(t, dir, aerospiketest.NewAuthority(t))
	certificate := "-tls-cert " + filepath.Join(dir, "cert.pem") + " -tls-key " + filepath.Join(dir, "key.pem")
	for args, want := range map[string]string{
		"-roles read":                     "-roles: entry 1",
		"-roles a:fly":                    `privilege "fly" is not known`,
		"-users a:b:none":                 "INVALID_ROLE",
		"-tls-key x":                      "TLS without -tls-cert",
		"-tls-cert x -tls-key y":          "-tls-cert, -tls-key",
		certificate + " -tls-require":     "-tls-require needs -tls-client-ca",
		certificate + " -tls-client-ca x": "-tls-client-ca",
		certificate + " -tls-client-ca " + filepath.Join(dir, "key.pem"): "no certificate in it",
		"-session-ttl 1ms": "want at least 1s",
	} {
		err := run(t.Context(), strings.Fields(args), nil, io.Discard, io.Discard)
		require.ErrorContains(t, err, want, args)
	}
	again := make(chan os.Signal)
	var complaints safeBuffer
	serve(t, again, &complaints)
	again <- syscall.SIGHUP
	require.Eventually(t, func() bool { return strings.Contains(complaints.text(), "no certificates") }, 10*time.Second, 10*time.Millisecond)
}
