package lua

import (
	gopher "github.com/yuin/gopher-lua"
)

var mapFunctions = map[string]native{
	"new":      mapNew,
	"create":   mapNew,
	"iterator": func(c *args) []gopher.LValue { return c.entries(func(p pair) []any { return []any{p.key, p.value} }) },
	"pairs":    func(c *args) []gopher.LValue { return c.entries(func(p pair) []any { return []any{p.key, p.value} }) },
	"keys":     func(c *args) []gopher.LValue { return c.entries(func(p pair) []any { return []any{p.key} }) },
	"values":   func(c *args) []gopher.LValue { return c.entries(func(p pair) []any { return []any{p.value} }) },
	"remove":   mapRemove,
	"size":     func(c *args) []gopher.LValue { return oneInt(len(c.dictionary(1).pairs)) },
	"nbytes":   func(c *args) []gopher.LValue { return oneInt(c.packedSize(c.dictionary(1))) },
	"tostring": func(c *args) []gopher.LValue { return one(c.described(c.dictionary(1))) },
	"merge":    mapMerge,
	"diff":     mapDiff,
	"clone":    mapClone,
}

var mapMethods = map[string]native{
	"__index":    mapIndex,
	"__newindex": mapSet,
	"__len":      func(c *args) []gopher.LValue { return oneInt(len(c.dictionary(1).pairs)) },
	"__tostring": func(c *args) []gopher.LValue { return one(c.described(c.dictionary(1))) },
}

func (c *args) dictionary(i int) *dictionary { return boxed[*dictionary](c, i, "Map") }

// assign sets an entry and counts its memory and the work of moving others.
func (c *args) assign(d *dictionary, key, value any) {
	c.m.take(2 * itemCost)
	c.m.work(len(d.pairs)/128 + 1)
	d.set(key, value)
}

// mapOf is map() and map{...}.
func mapOf(c *args) []gopher.LValue {
	d := &dictionary{}
	if t, ok := c.get(2).(*gopher.LTable); ok && c.count() <= 3 {
		t.ForEach(func(key, value gopher.LValue) {
			k, ok1 := pull(key)
			v, ok2 := pull(value)
			if ok1 && ok2 && !isRecord(v) {
				c.assign(d, k, v)
			}
		})
	}
	return one(c.m.push(d))
}

func mapNew(c *args) []gopher.LValue {
	if c.count() != 1 || c.optInteger(1, 0) < 1 {
		return none
	}
	return one(c.m.push(&dictionary{}))
}

func mapIndex(c *args) []gopher.LValue {
	d := c.dictionary(1)
	if key, ok := pull(c.get(2)); ok {
		return one(c.m.push(d.get(key)))
	}
	return one(gopher.LNil)
}

// mapSet stores an entry. A value that maps cannot have removes it; nil is one that
// they can.
func mapSet(c *args) []gopher.LValue {
	d := c.dictionary(1)
	key, ok := pull(c.get(2))
	if !ok {
		return none
	}
	value, ok := pull(c.get(3))
	switch {
	case isRecord(value):
	case !ok:
		d.remove(key)
	default:
		c.assign(d, key, value)
	}
	return none
}

func mapRemove(c *args) []gopher.LValue {
	d := c.dictionary(1)
	if key, ok := pull(c.get(2)); ok {
		c.m.work(len(d.pairs)/128 + 1)
		d.remove(key)
	}
	return none
}

// entries iterates over a map.
func (c *args) entries(of func(pair) []any) []gopher.LValue {
	d, at := c.dictionary(1), 0
	return c.iterate(func() ([]any, bool) {
		if at >= len(d.pairs) {
			return nil, false
		}
		at++
		return of(d.pairs[at-1]), true
	})
}

// truthy reports whether a value counts as true.
func truthy(v any) bool { return v != nil && v != false }

// mapMerge returns a map with the entries of two. Where both have a key, a function
// says what becomes of the values; without one the second map's counts.
func mapMerge(c *args) []gopher.LValue {
	a, b, f := c.dictionary(1), c.dictionary(2), c.get(3)
	merged := &dictionary{}
	for _, p := range a.pairs {
		if p.value != nil {
			c.assign(merged, p.key, p.value)
		}
	}
	for _, p := range b.pairs {
		value := p.value
		if truthy(merged.get(p.key)) && f.Type() == gopher.LTFunction {
			result := c.callBack(f, c.m.push(a.get(p.key)), c.m.push(p.value))
			if v, ok := pull(result); ok && truthy(v) && !isRecord(v) {
				value = v
			}
		}
		if value == nil {
			merged.remove(p.key)
		} else {
			c.assign(merged, p.key, value)
		}
	}
	return one(c.m.push(merged))
}

// mapDiff returns the entries whose keys only one of two maps has.
func mapDiff(c *args) []gopher.LValue {
	a, b := c.dictionary(1), c.dictionary(2)
	diff := &dictionary{}
	for _, of := range [][2]*dictionary{{a, b}, {b, a}} {
		for _, p := range of[0].pairs {
			if p.value != nil && !truthy(of[1].get(p.key)) {
				c.assign(diff, p.key, p.value)
			}
		}
	}
	return one(c.m.push(diff))
}

func mapClone(c *args) []gopher.LValue {
	clone := &dictionary{}
	for _, p := range c.dictionary(1).pairs {
		if p.value != nil {
			c.assign(clone, p.key, p.value)
		}
	}
	return one(c.m.push(clone))
}

var geoMethods = map[string]native{
	"__tostring": func(c *args) []gopher.LValue { return one(c.described(boxed[*geoJSON](c, 1, "GeoJSON"))) },
}

// geoOf is geojson(text).
func geoOf(c *args) []gopher.LValue {
	if c.count() != 2 || c.missing(2) {
		return none
	}
	return one(c.m.push(&geoJSON{cString(c.text(2))}))
}
