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
	"time"
)

// Subgraph is a subgraph as input for both sides.
type Subgraph struct {
	Name string `json:"name"`
	URL  string `json:"url"`
	SDL  string `json:"sdl"`
}

// Problem is an error or a hint.
type Problem struct {
	Code    string `json:"code"`
	Message string `json:"message"`

	// subgraph is the subgraph of a problem that our side reports in one; unlinked is true if that
	// is of Federation 1.
	subgraph string
	unlinked bool
}

// Verdict is the result of a composition: errors, or a supergraph with hints.
type Verdict struct {
	Errors []Problem `json:"errors"`
	// Supergraph is the SDL that the composing side wrote. API is its API schema in canonical form.
	Supergraph string    `json:"supergraph"`
	API        string    `json:"api"`
	Hints      []Problem `json:"hints"`
}

// Composes reports whether the composition succeeded.
func (v *Verdict) Composes() bool { return len(v.Errors) == 0 }

// Codes returns the distinct error codes, sorted.
func (v *Verdict) Codes() []string {
	codes := make([]string, len(v.Errors))
	for i, err := range v.Errors {
		codes[i] = err.Code
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// Node is a running oracle.mjs. It handles one request at a time, and is safe for concurrent use.
// If it dies or takes longer than Patience, a new process replaces it, without the gateways that
// were loaded.
type Node struct {
	// Patience is how long a request may take; a minute by default. Set it before the first
	// request.
	Patience time.Duration

	// program returns a new, unstarted process.
	program func() *exec.Cmd

	mu      sync.Mutex
	command *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

// Died is the answer if the process died or took too long.
const Died = "the process died, or took too long"

// Start runs oracle.mjs until Close, or until ctx is done.
func Start(ctx context.Context) (*Node, error) {
	_, file, _, _ := runtime.Caller(0)
	n := &Node{Patience: time.Minute, program: func() *exec.Cmd {
		command := exec.CommandContext(ctx, "node", "--max-old-space-size=2048", "oracle.mjs")
		command.Dir = filepath.Dir(file)
		// Keep @apollo/gateway from reporting its use, and from querying the cloud's metadata
		// server.
		command.Env = append(os.Environ(), "APOLLO_TELEMETRY_DISABLED=true",
			"METADATA_SERVER_DETECTION=none", "AWS_EC2_METADATA_DISABLED=true")
		return command
	}}
	return n, n.start()
}

func (n *Node) start() (err error) {
	n.command = n.program()
	if n.in, err = n.command.StdinPipe(); err != nil {
		return fmt.Errorf("starting node: %w", err)
	}
	out, err := n.command.StdoutPipe()
	if err != nil {
		return fmt.Errorf("starting node: %w", err)
	}
	n.out = bufio.NewReaderSize(out, 1<<20)
	if err := n.command.Start(); err != nil {
		return fmt.Errorf("starting node: %w", err)
	}
	return nil
}

// Close ends the process.
func (n *Node) Close() error { return errors.Join(n.in.Close(), n.command.Wait()) }

// Compose lets @apollo/composition compose.
func (n *Node) Compose(subgraphs []Subgraph) (*Verdict, error) {
	answer := struct {
		Verdict
		Crash string `json:"crash"`
	}{}
	err := n.ask(map[string]any{"ask": "compose", "subgraphs": subgraphs}, &answer)
	if err == nil && answer.Crash != "" {
		// For some subgraphs it throws instead of returning errors.
		answer.Errors = []Problem{{Code: "CRASH", Message: answer.Crash}}
	}
	return &answer.Verdict, err
}

// Read returns the API schema, in canonical form, that their reader makes from a supergraph SDL.
func (n *Node) Read(supergraph string) (string, error) { return n.schema("read", supergraph) }

// Canonical returns the schema with all named elements sorted.
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

// Load starts an @apollo/gateway for a supergraph. The gateway calls the subgraphs at the
// supergraph's URLs.
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

// Execute lets a loaded gateway execute an operation, and returns the response.
func (n *Node) Execute(name, query string, variables map[string]any) (json.RawMessage, error) {
	var response json.RawMessage
	question := map[string]any{
		"ask": "execute", "name": name, "query": query, "variables": variables,
	}
	err := n.ask(question, &response)
	return response, err
}

func (n *Node) ask(question, answer any) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	line, err := n.exchange(question)
	if err != nil {
		_ = n.command.Process.Kill()
		_ = n.command.Wait() // err says already that it died or was killed.
		if err := n.start(); err != nil {
			return err
		}
		line = []byte(`{"crash":"` + Died + `"}`)
	}
	if err := json.Unmarshal(line, answer); err != nil {
		return fmt.Errorf("reading what node answers: %w", err)
	}
	return nil
}

func (n *Node) exchange(question any) ([]byte, error) {
	process := n.command.Process
	limit := time.AfterFunc(n.Patience, func() { _ = process.Kill() })
	defer limit.Stop()
	encoder := json.NewEncoder(n.in)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(question); err != nil {
		return nil, err
	}
	return n.out.ReadBytes('\n')
}
