package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aerospike-go/aerospike-go/benchmarks/internal/machine"
)

// report writes the results as Markdown. The ratios are medians over the rounds, each of
// them within its round.
func report(modes []*mode, o *options) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# What a hook costs\n\n%s. %d goroutines, puts and gets one to four; %d rounds of %v for each.\n",
		machine.Describe(), o.goroutines, o.rounds, o.duration)
	if o.serverCore >= 0 && o.clientCore >= 0 {
		b.WriteString("Server and clients have a core each. ")
	}
	b.WriteString("Medians; ratios to no hook within the same round. CPU is that of the client's process.\n" +
		"The second client without a hook tells how far such numbers can be trusted.\n\n")
	b.WriteString("| hook | calls/s | ratio | CPU per call | ratio |\n|---|---:|---:|---:|---:|\n")
	base := modes[0]
	for _, m := range modes {
		var rates, cpus, rateRatios, cpuRatios []float64
		for i, s := range m.samples {
			rates = append(rates, s.rate)
			cpus = append(cpus, float64(s.cpu.Nanoseconds()))
			rateRatios = append(rateRatios, s.rate/base.samples[i].rate)
			cpuRatios = append(cpuRatios, float64(s.cpu)/float64(base.samples[i].cpu))
		}
		fmt.Fprintf(&b, "| %s | %.0f | %.3f | %.0f ns | %.3f |\n",
			m.name, median(rates), median(rateRatios), median(cpus), median(cpuRatios))
	}
	return b.String()
}

// median returns the middle one of values, which it sorts.
func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	if n == 0 {
		return 0
	}
	return (values[(n-1)/2] + values[n/2]) / 2
}
