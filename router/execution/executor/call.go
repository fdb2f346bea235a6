package executor

import (
	"time"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// call is the execution of one fetch of the plan.
type call struct {
	subrequest
	fetch   *plan.Fetch
	waiting int // dependencies that have not ended
	sent    bool
	ended   bool
	ask     ask
	answer  []byte
	elapsed time.Duration // measured if the request is traced
	failure response.Failure
	shared  bool // the answer is parsed with twins
	behind  bool // set by holdsUp
}

func (c *call) reset() { *c = call{subrequest: subrequest{response.Keep(c.body), c.lookups[:0]}} }

// fail marks the objects that the fetch was for.
func (c *call) fail(data *response.Data, failure response.Failure) {
	if len(c.fetch.Lookups) == 0 {
		markRoot(data, c.fetch, failure)
		return
	}
	for i := range c.lookups {
		c.lookups[i].markAll(data, failure)
	}
}
