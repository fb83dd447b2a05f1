package tracing

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
	"golang.org/x/net/http/httpguts"

	"github.com/aerospike-go/aerospike-go/aerospike/hook"
)

// Tracing is what [Init] has set up. A nil *Tracing is one that is switched off.
type Tracing struct {
	provider *sdk.TracerProvider // of the program's own spans
	calls    *sdk.TracerProvider // of the hook's; often the same
	exporter sdk.SpanExporter
	hook     *Hook
}

// defaultService is the name of the service if nobody says another.
const defaultService = "aerospike-go"

// Init sets up tracing as the environment says, with the names and meanings that
// OpenTelemetry gives them:
//
//	OTEL_SDK_DISABLED             true: no tracing
//	OTEL_TRACES_EXPORTER          otlp (the default) or none
//	OTEL_EXPORTER_OTLP_PROTOCOL   grpc (the default) or http/protobuf
//	OTEL_EXPORTER_OTLP_ENDPOINT   http://localhost:4317 for grpc, http://localhost:4318 for http
//	OTEL_EXPORTER_OTLP_HEADERS, _TIMEOUT, _COMPRESSION, _INSECURE, _CERTIFICATE, _CLIENT_CERTIFICATE, _CLIENT_KEY
//	OTEL_SERVICE_NAME             aerospike-go
//	OTEL_RESOURCE_ATTRIBUTES, OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG, OTEL_BSP_*
//
// The variables OTEL_EXPORTER_OTLP_TRACES_* go before those without TRACES. Nothing global
// is changed: for other instrumentation give [Tracing.Provider] to otel.SetTracerProvider.
//
// An error is one of the settings; that the collector does not answer is none, and is told
// to OpenTelemetry's error handler when spans are sent. With an error the result is nil,
// which is tracing switched off, so a program may report it and go on.
//
// Options come on top of what the environment says, such as [PerSecond].
func Init(ctx context.Context, more ...Option) (*Tracing, error) {
	on, err := wanted()
	if err != nil || !on {
		return nil, err
	}
	if err := checkProcessor(); err != nil {
		return nil, err
	}
	if err := checkHeaders(); err != nil {
		return nil, err
	}
	exporter, err := newExporter(ctx)
	if err != nil {
		return nil, fmt.Errorf("tracing: %w", err)
	}
	about, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.name", defaultService)),
		resource.WithTelemetrySDK(), resource.WithFromEnv()) // the last one wins
	if err != nil {
		return nil, errors.Join(fmt.Errorf("tracing: OTEL_RESOURCE_ATTRIBUTES: %w", err), exporter.Shutdown(ctx))
	}
	t := &Tracing{exporter: exporter}
	spans := sdk.NewBatchSpanProcessor(exporter)
	t.provider = sdk.NewTracerProvider(sdk.WithSpanProcessor(spans), sdk.WithResource(about))
	t.calls = t.provider
	var options []Option
	if followsParents() {
		options = append(options, ParentBased())
	}
	if part, ok := ratio(); ok {
		options = append(options, Share(part))
		t.calls = sdk.NewTracerProvider(
			sdk.WithSpanProcessor(spans), sdk.WithResource(about), sdk.WithSampler(sdk.ParentBased(sdk.AlwaysSample())))
	}
	t.hook = New(t.calls, append(options, more...)...)
	return t, nil
}

// sampler is the name of the sampler that the environment asks for.
func sampler() string { return strings.ToLower(strings.TrimSpace(os.Getenv("OTEL_TRACES_SAMPLER"))) }

// followsParents reports whether that sampler follows the parent of a span, as the default
// one does.
func followsParents() bool {
	name := sampler()
	return name == "" || strings.HasPrefix(name, "parentbased_")
}

// ratio returns the part of all traces that the environment asks for, if it does. An
// argument that is wrong is left to the SDK, which tells of it.
func ratio() (part float64, ok bool) {
	if sampler() != "parentbased_traceidratio" {
		return 0, false
	}
	part, err := strconv.ParseFloat(strings.TrimSpace(os.Getenv("OTEL_TRACES_SAMPLER_ARG")), 64)
	return part, err == nil && part >= 0 && part <= 1
}

// wanted reports whether spans are to be exported.
func wanted() (bool, error) {
	if strings.EqualFold(strings.TrimSpace(os.Getenv("OTEL_SDK_DISABLED")), "true") {
		return false, nil
	}
	switch name := strings.TrimSpace(os.Getenv("OTEL_TRACES_EXPORTER")); strings.ToLower(name) {
	case "", "otlp":
		return true, nil
	case "none":
		return false, nil
	default:
		return false, fmt.Errorf("tracing: OTEL_TRACES_EXPORTER: %.32q is neither otlp nor none", name)
	}
}

// maxProcessor is far more spans, or milliseconds, than a processor is of use with.
const maxProcessor = 1 << 24

// checkProcessor refuses settings of the span processor at which the SDK panics or never rests.
// Those that are no numbers it replaces by its defaults.
func checkProcessor() error {
	for _, name := range []string{"OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "OTEL_BSP_SCHEDULE_DELAY"} {
		n, err := strconv.Atoi(os.Getenv(name))
		if err == nil && (n < 1 || n > maxProcessor) {
			return fmt.Errorf("tracing: %s: %d is not between 1 and %d", name, n, maxProcessor)
		}
	}
	return nil
}

// checkHeaders refuses headers that the exporters would leave out, saying so on standard error
// and quoting them, though they are where collectors' tokens are. Errors quote nothing.
func checkHeaders() error {
	for _, name := range []string{"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS"} {
		for i, pair := range strings.Split(os.Getenv(name), ",") {
			if strings.TrimSpace(pair) == "" {
				continue
			}
			key, value, ok := strings.Cut(pair, "=")
			switch _, err := url.PathUnescape(value); {
			case !ok:
				return fmt.Errorf("tracing: %s: no = in part %d; want name=value,name=value", name, i+1)
			case !httpguts.ValidHeaderFieldName(strings.TrimSpace(key)):
				return fmt.Errorf("tracing: %s: part %d has no name that a header can have", name, i+1)
			case err != nil:
				return fmt.Errorf("tracing: %s: the %% in part %d escapes nothing; write %%25", name, i+1)
			}
		}
	}
	return nil
}

// setting returns the variable OTEL_EXPORTER_OTLP_<what>, that of traces first, and its name.
func setting(what string) (value, name string) {
	for _, signal := range []string{"TRACES_", ""} {
		name = "OTEL_EXPORTER_OTLP_" + signal + what
		if value = strings.TrimSpace(os.Getenv(name)); value != "" {
			break
		}
	}
	return value, name
}

// newExporter returns the exporter that the environment asks for. The exporters read most
// of it themselves; without an endpoint they would insist on TLS, which no collector on
// the same machine speaks, and from one that is no URL they would make nothing that works.
func newExporter(ctx context.Context) (sdk.SpanExporter, error) {
	protocol, name := setting("PROTOCOL")
	switch strings.ToLower(protocol) {
	case "", "grpc":
		endpoint, err := endpointURL("http://localhost:4317", true)
		if err != nil {
			return nil, err
		}
		var options []otlptracegrpc.Option
		if endpoint != "" {
			options = append(options, otlptracegrpc.WithEndpointURL(endpoint))
		}
		return otlptracegrpc.New(ctx, options...)
	case "http/protobuf":
		endpoint, err := endpointURL("http://localhost:4318/v1/traces", false)
		if err != nil {
			return nil, err
		}
		var options []otlptracehttp.Option
		if endpoint != "" {
			options = append(options, otlptracehttp.WithEndpointURL(endpoint))
		}
		return otlptracehttp.New(ctx, options...)
	default:
		return nil, fmt.Errorf("%s: %.32q is neither grpc nor http/protobuf", name, protocol)
	}
}

// endpointURL returns where spans go: local if the environment does not say, and nothing if
// it says so in a way that the exporter understands. For gRPC it may name host and port without
// a scheme, if it says as well whether to use TLS. Errors do not quote it: it may hold a password.
func endpointURL(local string, grpc bool) (string, error) {
	text, name := setting("ENDPOINT")
	if text == "" {
		return local, nil
	}
	if u, err := url.Parse(text); err == nil {
		switch u.Scheme {
		case "http", "https":
			if u.Hostname() != "" {
				return "", nil
			}
		case "unix":
			if grpc {
				return "", nil
			}
		}
	}
	if _, port, err := net.SplitHostPort(text); grpc && err == nil && port != "" {
		plain, _ := setting("INSECURE")
		switch strings.ToLower(plain) {
		case "true":
			return "http://" + text, nil
		case "false":
			return "https://" + text, nil
		}
	}
	return "", fmt.Errorf("%s: it is no URL such as http://collector:4317 or https://collector:4318", name)
}

// Hook returns the hook for a client's configuration; nil, which is no hook, if tracing is
// switched off.
func (t *Tracing) Hook() hook.Hook {
	if t == nil {
		return nil
	}
	return t.hook
}

// Provider returns the provider of tracers, for spans of the program itself. If tracing is
// switched off it makes spans that go nowhere.
func (t *Tracing) Provider() trace.TracerProvider {
	if t == nil {
		return noop.NewTracerProvider()
	}
	return t.provider
}

// Shutdown sends the spans that are left and ends tracing, within ctx; spans that cannot be
// sent in that time are lost. Close the client before. Further calls do nothing.
func (t *Tracing) Shutdown(ctx context.Context) error {
	if t == nil {
		return nil
	}
	err := t.provider.Shutdown(ctx)
	if t.calls != t.provider {
		err = errors.Join(err, t.calls.Shutdown(ctx))
	}
	if err == nil {
		return nil
	}
	// The provider leaves an export behind that is under way; this breaks it off.
	if cut := t.exporter.Shutdown(ctx); cut != nil && !errors.Is(err, cut) {
		err = errors.Join(err, cut)
	}
	return fmt.Errorf("tracing: shutdown: %w", err)
}
