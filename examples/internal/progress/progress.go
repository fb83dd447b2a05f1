// Package progress draws a progress bar for the examples.
package progress

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// Bar tells how far a long piece of work is. It is drawn by those who do the work, when
// they call Set, and so has no goroutine and is used by one at a time.
type Bar struct {
	out      io.Writer
	unit     string // what is counted for the rate, such as "rows"
	live     bool   // drawn over itself; else a line now and then
	now      func() time.Time
	start    time.Time
	drawn    time.Time
	fraction float64
	count    int64
	before   int64 // counted by an earlier run
}

const width = 30

// New returns a bar that writes to out: over itself on a terminal, a line every few
// seconds elsewhere. before is what an earlier run has counted already.
func New(out io.Writer, unit string, before int64) *Bar {
	b := &Bar{out: out, unit: unit, now: time.Now, before: before, count: before}
	if f, ok := out.(*os.File); ok {
		if info, err := f.Stat(); err == nil {
			b.live = info.Mode()&os.ModeCharDevice != 0
		}
	}
	b.start = b.now()
	return b
}

// Set tells that a fraction of the work, 0 to 1, is done, and count things with it.
func (b *Bar) Set(fraction float64, count int64) {
	b.fraction, b.count = min(max(fraction, 0), 1), count
	every := 3 * time.Second
	if b.live {
		every = 100 * time.Millisecond
	}
	if now := b.now(); now.Sub(b.drawn) >= every {
		b.drawn = now
		b.draw()
	}
}

// End draws the bar a last time. The work is not called finished if it is not.
func (b *Bar) End() {
	b.draw()
	if b.live {
		fmt.Fprintln(b.out)
	}
}

func (b *Bar) draw() {
	done := int(b.fraction * width)
	line := fmt.Sprintf("[%s%s] %5.1f %%  %d %s  %.0f %s/s%s",
		strings.Repeat("#", done), strings.Repeat(".", width-done),
		100*b.fraction, b.count, b.unit, b.Rate(), b.unit, b.eta())
	if b.live {
		fmt.Fprintf(b.out, "\r%-100s", line)
	} else {
		fmt.Fprintln(b.out, line)
	}
}

// Rate returns how many things a second have been done on average.
func (b *Bar) Rate() float64 {
	took := b.now().Sub(b.start).Seconds()
	if took <= 0 {
		return 0
	}
	return float64(b.count-b.before) / took
}

// eta is the time that is left if it goes on like this.
func (b *Bar) eta() string {
	took := b.now().Sub(b.start)
	if b.fraction <= 0.001 || b.fraction >= 1 || took < time.Second || b.before > 0 {
		return ""
	}
	left := time.Duration(float64(took) * (1 - b.fraction) / b.fraction)
	return "  " + left.Round(time.Second).String() + " left"
}
