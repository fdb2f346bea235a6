package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// heapFloor is the size below which the heap is not collected.
const heapFloor = 24 << 20

// keepHeapFloor lets the garbage collector wait until the heap has the size of heapFloor; a larger one is collected when it
// has doubled, as always. What the router keeps between requests is a few megabytes: doubled at once, they were collected
// dozens of times a second.
//
// Who sets GOGC or GOMEMLIMIT decides alone.
func keepHeapFloor() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		(&heapPacer{percent: 100}).pace()
	}
}

// heapPacer says after each collection when the next is to be.
type heapPacer struct{ percent int }

func (p *heapPacer) pace() {
	read := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"}}
	metrics.Read(read)
	percent := growth(read[0].Value.Uint64(), read[1].Value.Uint64()+read[2].Value.Uint64())
	// To stop the world for a small difference is not worth it.
	if 10*max(percent-p.percent, p.percent-percent) > p.percent {
		p.percent = percent
		debug.SetGCPercent(percent)
	}
	// What nobody refers to is found by the next collection.
	runtime.AddCleanup(new(*heapPacer), func(p *heapPacer) { p.pace() }, p)
}

// mostGrowth is the growth at which the runtime's own floor, 4 MB at 100 percent, is heapFloor.
const mostGrowth = 100 * heapFloor / (4 << 20)

// growth is by how many percent the heap may grow before it is collected, if so much of it is in use. The runtime takes them of
// all that it has to look at: of stacks and globals, too. Two megabytes of these with three in use at 600 percent are 33 MB.
func growth(live, others uint64) int {
	if live >= heapFloor {
		return 100
	}
	return int(min(max(100, 100*(heapFloor-live)/max(live+others, 1)), mostGrowth))
}
