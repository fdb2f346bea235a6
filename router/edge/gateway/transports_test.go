package gateway_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/documents"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
)

// transports are the columns of the table of rules.
func transports() []column {
	return []column{
		{name: "POST", send: sendPOST},
		{name: "GET", send: sendGET},
		{name: "batch", isBatch: true, send: sendBatch, configure: batches},
		{name: "APQ", configure: withAPQ, send: sendAPQ},
		{name: "document id", configure: withIDs, send: sendID},
	}
}

func batches(o *gateway.Options, _ *gateway.EngineOptions) { o.BatchedOperations = 3 }

func withAPQ(o *gateway.Options, _ *gateway.EngineOptions) {
	var err error
	o.Documents, err = documents.New(context.Background(), documents.Options{
		Automatic: &documents.AutomaticOptions{MemoryBytes: 1 << 20},
	})
	if err != nil {
		panic(err)
	}
}

// sendAPQ sends the hash of a document by POST, and the document only if the hash is unknown.
func sendAPQ(t testing.TB, to http.Handler, m message) refused {
	t.Helper()
	short := m
	m.hash = hashOf(m.query)
	short.hash, short.query = m.hash, ""
	if got := sendPOST(t, to, short); got.code != documents.CodeNotFound {
		return got
	}
	return sendPOST(t, to, m)
}

func hashOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// withIDs trusts the documents of all rules.
func withIDs(o *gateway.Options, _ *gateway.EngineOptions) {
	list := map[string]string{"sha256:" + hashOf(accepted().query): accepted().query}
	for _, r := range rules() {
		m := accepted()
		r.breaks(&m)
		if m.query != "" {
			list["sha256:"+hashOf(m.query)] = m.query
		}
	}
	o.Documents = documentsOf(documents.ModeRequireID, list)
}

// documentsOf returns trusted documents by their ids.
func documentsOf(mode string, list map[string]string) *documents.Documents {
	text, err := json.Marshal(list)
	if err != nil {
		panic(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(text) }))
	defer server.Close()
	d, err := documents.New(context.Background(), documents.Options{Mode: mode, Manifests: []string{server.URL}})
	if err != nil {
		panic(err)
	}
	return d
}

// sendID sends the id of a document by POST.
func sendID(t testing.TB, to http.Handler, m message) refused {
	t.Helper()
	m.documentID, m.query = "sha256:"+hashOf(m.query), ""
	return sendPOST(t, to, m)
}

func sendPOST(t testing.TB, to http.Handler, m message) refused {
	t.Helper()
	return exchanged(t, to, posted(t, m, parametersOf(m)), m)
}

// sendBatch sends a message once or several times in a batch. The response is a list if the router
// refuses single operations and not the batch.
func sendBatch(t testing.TB, to http.Handler, m message) refused {
	t.Helper()
	list := slices.Repeat([]any{parametersOf(m)}, max(1, m.times))
	return exchanged(t, to, posted(t, m, list), m)
}

func parametersOf(m message) map[string]any {
	parameters := map[string]any{
		"query": m.query, "operationName": m.operationName, "variables": m.variables,
	}
	if m.documentID != "" {
		parameters["documentId"] = m.documentID
	}
	if m.hash != "" {
		parameters["extensions"] = extensionsOf(m.hash)
	}
	return parameters
}

func posted(t testing.TB, m message, parameters any) *http.Request {
	t.Helper()
	body, err := json.Marshal(parameters)
	require.NoError(t, err)
	if m.cut {
		body = body[:len(body)-1]
	}
	coding := ""
	if m.gzip {
		body, coding = gzipped(t, body), "gzip"
	}
	r := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Content-Encoding", coding)
	return r
}

func gzipped(t testing.TB, body []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(body)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func sendGET(t testing.TB, to http.Handler, m message) refused {
	t.Helper()
	variables, err := json.Marshal(m.variables)
	require.NoError(t, err)
	if m.variables == nil {
		variables = nil
	}
	if m.cut {
		variables = variables[:len(variables)-1]
	}
	values := url.Values{
		"query": {m.query}, "operationName": {m.operationName}, "variables": {string(variables)},
		"documentId": {m.documentID},
	}
	r := httptest.NewRequest(http.MethodGet, "/graphql?"+values.Encode(), nil)
	return exchanged(t, to, r, m)
}

// extensionsOf returns the extensions with which clients of Apollo and urql send a hash.
func extensionsOf(hash string) map[string]any {
	return map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hash}}
}

// exchanged sends a request whose response is a GraphQL response, with one error if it is refused.
func exchanged(t testing.TB, to http.Handler, r *http.Request, m message) refused {
	t.Helper()
	r.Header.Set("Accept", media)
	if m.contentType != "" {
		r.Header.Set("Content-Type", m.contentType)
	}
	for name, value := range m.header {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	to.ServeHTTP(w, r)
	var got result
	body := w.Body.Bytes()
	if body[0] == '[' {
		require.Equal(t, http.StatusOK, w.Code)
		var list []json.RawMessage
		require.NoError(t, json.Unmarshal(body, &list))
		require.Len(t, list, max(1, m.times))
		body = list[0]
	}
	require.NoError(t, json.Unmarshal(body, &got), w.Body.String())
	if len(got.Errors) == 0 {
		require.Equal(t, http.StatusOK, w.Code, w.Body.String())
		return refused{}
	}
	require.Len(t, got.Errors, 1, w.Body.String())
	require.Empty(t, got.Data, w.Body.String())
	return refused{w.Code, got.Errors[0].Extensions["code"].(string)}
}

// codesNotInTable are the codes that no rule of the table has, each with the reason.
func codesNotInTable() map[string]string {
	return map[string]string{
		"CONTRACT_FORBIDDEN":     "it depends on the path, which the table does not vary: TestContracts of the router",
		"INTERNAL":               "it is a fault of the router, not of a message",
		"TIMEOUT":                "it depends on time, not on a message: limits_test.go, cold_test.go",
		"RATE_LIMIT_UNAVAILABLE": "it depends on Redis, not on a message: ratelimit/shared_test.go",
	}
}

// stepsNotInTable are the steps without a rule in the table, each with the reason.
func stepsNotInTable() map[string]string {
	return map[string]string{
		"etag":         "it refuses nothing",
		"compress":     "it refuses nothing",
		"cors":         "it refuses nothing: browsers do, by its headers",
		"queryPlan":    "it refuses nothing",
		"caller":       "it refuses nothing",
		"keepDocument": "it refuses nothing",
	}
}

// TestTheTableIsComplete checks that each step, each code of a refusal and each transport is in
// the table of rules. It reads them from the source code.
func TestTheTableIsComplete(t *testing.T) {
	t.Parallel()
	codes, steps, columns := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for code := range codesNotInTable() {
		codes[code] = true
	}
	for step := range stepsNotInTable() {
		steps[step] = true
	}
	for _, r := range rules() {
		require.False(t, codesNotInTable()[r.want.code] != "", "%s has a row", r.want.code)
		codes[r.want.code], steps[r.step] = true, true
	}
	for _, c := range transports() {
		require.False(t, columns[c.name], "two transports are named %s", c.name)
		columns[c.name] = true
	}
	found := inSource(t)
	require.NotEmpty(t, found.codes)
	require.NotEmpty(t, found.steps)
	require.NotEmpty(t, found.transports)
	for _, code := range found.codes {
		require.True(t, codes[code], "add a rule with the code %s to rules", code)
	}
	for _, step := range found.steps {
		require.True(t, steps[step], "add a rule of the step %s to rules", step)
	}
	for _, transport := range found.transports {
		require.True(t, columns[transport], "add the transport %s to transports", transport)
	}
}

type sources struct{ codes, steps, transports []string }

// inSource reads the packages that may refuse a request, and returns the values of their constants
// named code…, the names of the gateway's steps, and its constants of the type transport.
func inSource(t testing.TB) (found sources) {
	t.Helper()
	isCode := regexp.MustCompile(`^"[A-Z][A-Z_]+"$`)
	for _, pattern := range []string{
		"../*/*.go", "../../query/operation/*.go", "../../shared/browser/*.go", "../../shared/limits/*.go",
	} {
		paths, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, paths)
		for _, path := range paths {
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			ast.Inspect(file, func(node ast.Node) bool {
				switch n := node.(type) {
				case *ast.ValueSpec:
					found.constants(n, isCode)
				case *ast.FuncDecl:
					if file.Name.Name == "gateway" {
						found.step(n)
					}
				}
				return true
			})
		}
	}
	return found
}

func (s *sources) constants(spec *ast.ValueSpec, isCode *regexp.Regexp) {
	for i, value := range spec.Values {
		literal, ok := value.(*ast.BasicLit)
		if !ok || literal.Kind != token.STRING {
			continue
		}
		text, _ := strconv.Unquote(literal.Value)
		kind, _ := spec.Type.(*ast.Ident)
		switch {
		case kind != nil && kind.Name == "transport":
			s.transports = append(s.transports, text)
		case strings.HasPrefix(strings.ToLower(spec.Names[i].Name), "code") && isCode.MatchString(literal.Value):
			s.codes = append(s.codes, text)
		}
	}
}

// step adds the name of a step, which its method name returns.
func (s *sources) step(f *ast.FuncDecl) {
	if f.Recv == nil || f.Name.Name != "name" || f.Type.Params.NumFields() > 0 || f.Body == nil {
		return
	}
	if last, ok := f.Body.List[0].(*ast.ReturnStmt); ok {
		if literal, ok := last.Results[0].(*ast.BasicLit); ok {
			text, _ := strconv.Unquote(literal.Value)
			s.steps = append(s.steps, text)
		}
	}
}
