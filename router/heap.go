package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// heapFloor is the heap size below which there is no garbage collection.
const heapFloor = 24 << 20

// keepHeapFloor makes the garbage collector wait until the heap has the size of heapFloor. A
// larger heap is collected when it has doubled, as usual. The router keeps only a few megabytes
// between requests. With a limit of twice that, the heap was collected dozens of times a second.
// In the benchmark of the README, `unique` then takes 22 % more processor time, and `small` 16 %.
//
// If GOGC or GOMEMLIMIT is set, the function changes nothing.
func keepHeapFloor() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		(&heapPacer{percent: 100}).pace()
	}
}

// heapPacer sets, after each collection, when the next one starts.
type heapPacer struct{ percent int }

func (p *heapPacer) pace() {
	read := []metrics.Sample{
		{Name: "/gc/heap/live:bytes"},
		{Name: "/gc/scan/stack:bytes"}, {Name: "/gc/scan/globals:bytes"},
	}
	metrics.Read(read)
	percent := growth(read[0].Value.Uint64(), read[1].Value.Uint64()+read[2].Value.Uint64())
	// Setting the percentage stops the world, which is not worth it for a small difference.
	if 10*max(percent-p.percent, p.percent-percent) > p.percent {
		p.percent = percent
		debug.SetGCPercent(percent)
	}
	// The next collection finds this unreachable object and calls pace again.
	runtime.AddCleanup(new(*heapPacer), func(p *heapPacer) { p.pace() }, p)
}

// maxGrowth is the greatest growth at which the runtime's own minimum, 4 MB at 100 percent, equals
// heapFloor.
const maxGrowth = 100 * heapFloor / (4 << 20)

// growth returns by how many percent the heap may grow before the next collection. The runtime
// applies the percentage to everything that it scans, including stacks and globals: with three
// megabytes of heap in use, two megabytes of these, and 600 percent, the goal is 33 MB.
func growth(live, others uint64) int {
	if live >= heapFloor {
		return 100
	}
	return int(min(max(100, 100*(heapFloor-live)/max(live+others, 1)), maxGrowth))
}
