package lua

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	gopher "github.com/yuin/gopher-lua"
)

// formatText is string.format.
func formatText(c *args) string {
	template := c.text(1)
	var out strings.Builder
	argument := 1
	for i := 0; i < len(template); i++ {
		if template[i] != '%' {
			out.WriteByte(template[i])
			continue
		}
		if i++; i < len(template) && template[i] == '%' {
			out.WriteByte('%')
			continue
		}
		if argument++; argument > c.count() {
			c.refuse(argument, "no value")
		}
		start := i
		for i < len(template) && strings.IndexByte("-+ #0123456789.", template[i]) >= 0 {
			i++
		}
		if i >= len(template) {
			c.raise("invalid conversion '%%%s' to 'format'", template[start:])
		}
		s := c.conversion(template[start:i], template[i], argument)
		c.m.take(len(s))
		out.WriteString(s)
	}
	c.m.take(out.Len())
	return out.String()
}

// conversion formats one argument.
func (c *args) conversion(modifiers string, verb byte, argument int) string {
	digits := strings.TrimLeft(modifiers, "-+ #0")
	width, precision, hasPrecision := strings.Cut(digits, ".")
	if len(width) > 2 || len(precision) > 2 || strings.Trim(width+precision, "0123456789") != "" {
		c.raise("invalid conversion '%%%s%c' to 'format'", modifiers, verb)
	}
	switch verb {
	case 'd', 'i':
		return fmt.Sprintf("%"+modifiers+"d", c.integer(argument))
	case 'u':
		return fmt.Sprintf("%"+modifiers+"d", uint64(c.integer(argument)))
	case 'o', 'x', 'X':
		return fmt.Sprintf("%"+modifiers+string(verb), uint64(c.integer(argument)))
	case 'c':
		return pad(string([]byte{byte(c.integer(argument))}), modifiers, width)
	case 'e', 'E', 'f', 'F', 'g', 'G':
		return formatFloat(modifiers, width, hasPrecision, verb, c.number(argument).real())
	case 'a', 'A':
		x := strconv.FormatFloat(c.number(argument).real(), 'x', -1, 64)
		if verb == 'A' {
			x = strings.ToUpper(x)
		}
		return pad(x, modifiers, width)
	case 'q':
		if modifiers != "" {
			c.raise("specifier '%%q' cannot have modifiers")
		}
		return c.quoted(argument)
	case 's':
		s := c.shown(argument)
		if n, err := strconv.Atoi("0" + precision); hasPrecision && err == nil && n < len(s) {
			s = s[:n]
		}
		return pad(s, modifiers, width)
	}
	c.raise("invalid conversion '%%%s%c' to 'format'", modifiers, verb)
	return ""
}

// formatFloat formats as C does, which has six digits unless told otherwise.
func formatFloat(modifiers, width string, hasPrecision bool, verb byte, f float64) string {
	if math.IsInf(f, 0) || math.IsNaN(f) {
		s := formatG(f, 1)
		if strings.Contains(modifiers, "+") && s[0] != '-' {
			s = "+" + s
		}
		if verb < 'a' {
			s = strings.ToUpper(s)
		}
		return pad(s, modifiers, width)
	}
	if !hasPrecision {
		modifiers += ".6"
	}
	return fmt.Sprintf("%"+modifiers+string(verb), f)
}

// pad fills up to a width, counted in bytes.
func pad(s, modifiers, width string) string {
	n, err := strconv.Atoi("0" + width)
	if err != nil || n <= len(s) {
		return s
	}
	blanks := strings.Repeat(" ", n-len(s))
	if strings.Contains(modifiers, "-") {
		return s + blanks
	}
	return blanks + s
}

// quoted formats a value as a literal.
func (c *args) quoted(i int) string {
	v := c.get(i)
	if n, ok := numberOf(v); ok && !n.float {
		if n.i == math.MinInt64 {
			return "0x8000000000000000"
		}
		return n.String()
	}
	switch x := v.(type) {
	case gopher.LNumber, *gopher.LUserData:
		if n, ok := numberOf(v); ok {
			return strconv.FormatFloat(n.f, 'x', -1, 64)
		}
	case *gopher.LNilType, gopher.LBool:
		return c.shown(i)
	case gopher.LString:
		var out strings.Builder
		out.WriteByte('"')
		for k := 0; k < len(x); k++ {
			switch ch := x[k]; {
			case ch == '"' || ch == '\\' || ch == '\n':
				out.WriteByte('\\')
				out.WriteByte(ch)
			case ch < 0x20 || ch == 0x7f:
				if k+1 < len(x) && x[k+1] >= '0' && x[k+1] <= '9' {
					fmt.Fprintf(&out, "\\%03d", ch)
				} else {
					fmt.Fprintf(&out, "\\%d", ch)
				}
			default:
				out.WriteByte(ch)
			}
		}
		out.WriteByte('"')
		return out.String()
	}
	c.refuse(i, "value has no literal form")
	return ""
}
