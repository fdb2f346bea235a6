package executor

import (
	"time"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// call is the execution of one fetch of the plan.
type call struct {
	fetch   *plan.Fetch
	waiting int // dependencies that have not ended
	sent    bool
	ended   bool
	lookups []lookup
	body    []byte
	ask     ask
	answer  []byte
	elapsed time.Duration // measured if the request is traced
	failure response.Failure
	shared  bool // the answer is parsed with twins
	behind  bool // set by holdsUp
}

func (c *call) reset() { *c = call{lookups: c.lookups[:0], body: response.Keep(c.body)} }

// fail marks the objects that the fetch was for.
func (c *call) fail(data *response.Data, failure response.Failure) {
	if len(c.fetch.Lookups) == 0 {
		data.MarkRoot(data.AddMark(response.Mark{
			Failure: failure, Selections: c.fetch.Selections, Renames: c.fetch.Renames, Source: c.fetch.ID,
		}))
		return
	}
	for i := range c.lookups {
		c.lookups[i].markAll(data, failure)
	}
}
