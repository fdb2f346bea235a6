//go:build oracle

package oracle

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
)

// Subgraph is a subgraph as both sides are given it.
type Subgraph struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	SDL  string `json:"sdl"`
}

// Problem is an error or a hint.
type Problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Verdict is what came of a composition: errors, or the rest.
type Verdict struct {
	Errors []Problem `json:"errors"`
	// Supergraph is the SDL as its composer wrote it, API the API schema in canonical form.
	Supergraph string    `json:"supergraph"`
	API        string    `json:"api"`
	Hints      []Problem `json:"hints"`
}

// Composes reports whether there is a supergraph.
func (v *Verdict) Composes() bool { return len(v.Errors) == 0 }

// Codes are the errors' codes, sorted, each once.
func (v *Verdict) Codes() []string {
	codes := make([]string, len(v.Errors))
	for i, err := range v.Errors {
		codes[i] = err.Code
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// Node is a running oracle.mjs. It answers one question at a time, and may be asked by many goroutines.
type Node struct {
	mu     sync.Mutex
	in     *json.Encoder
	out    *bufio.Reader
	closer func() error
}

// Start runs oracle.mjs until Close, or until ctx is done.
func Start(ctx context.Context) (*Node, error) {
	_, file, _, _ := runtime.Caller(0)
	command := exec.CommandContext(ctx, "node", "oracle.mjs")
	command.Dir = filepath.Dir(file)
	// @apollo/gateway would report its use to its makers, and ask the machine's cloud who it is.
	command.Env = append(os.Environ(), "APOLLO_TELEMETRY_DISABLED=true", "METADATA_SERVER_DETECTION=none", "AWS_EC2_METADATA_DISABLED=true")
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("starting node: %w", err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("starting node: %w", err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("starting node: %w", err)
	}
	encoder := json.NewEncoder(in)
	encoder.SetEscapeHTML(false)
	closer := func() error { return errors.Join(in.Close(), command.Wait()) }
	return &Node{in: encoder, out: bufio.NewReaderSize(out, 1<<20), closer: closer}, nil
}

// Close ends the process.
func (n *Node) Close() error { return n.closer() }

// Compose lets @apollo/composition compose.
func (n *Node) Compose(subgraphs []Subgraph) (*Verdict, error) {
	answer := struct {
		Verdict
		Crash string `json:"crash"`
	}{}
	err := n.ask(map[string]any{"ask": "compose", "subgraphs": subgraphs}, &answer)
	if err == nil && answer.Crash != "" {
		// It throws at some subgraphs instead of telling what is wrong with them.
		answer.Errors = []Problem{{Code: "CRASH", Message: answer.Crash}}
	}
	return &answer.Verdict, err
}

// Read is the API schema, in canonical form, that their reader makes of a supergraph SDL.
func (n *Node) Read(supergraph string) (string, error) { return n.schema("read", supergraph) }

// Canonical is the schema with all that has a name sorted by it.
func (n *Node) Canonical(api string) (string, error) { return n.schema("canonical", api) }

func (n *Node) schema(ask, sdl string) (string, error) {
	var answer struct{ API, Failure, Crash string }
	if err := n.ask(map[string]any{"ask": ask, "sdl": sdl}, &answer); err != nil {
		return "", err
	}
	if failure := answer.Failure + answer.Crash; failure != "" {
		return "", errors.New(failure)
	}
	return answer.API, nil
}

// Load starts an @apollo/gateway over a supergraph, whose subgraphs it asks at the URLs that stand there.
func (n *Node) Load(name, supergraph string) error {
	return n.tell(map[string]any{"ask": "load", "name": name, "supergraph": supergraph})
}

// Unload stops a gateway.
func (n *Node) Unload(name string) error {
	return n.tell(map[string]any{"ask": "unload", "name": name})
}

func (n *Node) tell(order map[string]any) error {
	var answer struct{ Crash string }
	if err := n.ask(order, &answer); err != nil {
		return err
	}
	if answer.Crash != "" {
		return errors.New(answer.Crash)
	}
	return nil
}

// Execute lets a gateway that was loaded execute an operation, and returns the response.
func (n *Node) Execute(name, query string, variables map[string]any) (json.RawMessage, error) {
	var response json.RawMessage
	err := n.ask(map[string]any{"ask": "execute", "name": name, "query": query, "variables": variables}, &response)
	return response, err
}

func (n *Node) ask(question, answer any) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.in.Encode(question); err != nil {
		return fmt.Errorf("asking node: %w", err)
	}
	line, err := n.out.ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading what node answers: %w", err)
	}
	if err := json.Unmarshal(line, answer); err != nil {
		return fmt.Errorf("reading what node answers: %w", err)
	}
	return nil
}
