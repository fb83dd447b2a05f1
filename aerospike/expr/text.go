// # Text
//
// [Parse] reads expressions from text, and [Exp.String] prints them: every expression
// prints to a text that parses to the same bytes. The language is AEL, the one of the
// vendor's newest SDK. What is marked with + below is not part of it.
//
//	$.age > 21 and ($.name == 'x' or 'vip' in $.tags)
//	$.scores.{#-3:}.count() > 2
//	let (n = $.hits + $.misses) then (${n} > 0 and $.hits / ${n} > ?0)
//	when ($.tier == 1 => 'gold', default => 'none')
//
// Operators, from the loosest:
//
//	or
//	and
//	== != > >= < <= in =~+         one of them: a < b < c is refused
//	& | ^
//	<< >> >>>                      >> keeps the sign, >>> does not
//	+ -
//	* / %
//	**                             from right to left; of floats
//	- + ~                          before an operand
//
// and and or of several operands are one operation; the others take two at a time. A minus
// before a number belongs to it. x =~ /regex/flags searches with a POSIX regular
// expression: i ignores case, n lets ^ and $ match at lines, s is for the server's NOSUB, b
// is for the basic instead of the extended syntax; \/ stands for a slash.
//
// Literals:
//
//	42 0xff 0b101                  integers, up to 2^64-1
//	3.14 .22 1e9+                  floats; float('inf')+ float('-inf')+ float('nan')+
//	true false nil+                booleans, nil
//	'text' "text"                  with \\ \' \" \/ \n \t \r \xHH+
//	x'0a0b' b64'Cgs='              bytes
//	geo'{"type": ...}'+ hll'b64'+  GeoJSON, HyperLogLogs
//	[1, 'a'] ordered[1, 2]+        lists of constants
//	{k: 1, 2: 'x'}                 maps of constants, in key order
//	unordered{k: 1}+               maps without an order
//	INF+ *+                        greater than all, equal to all; within lists and calls
//	raw'..'+ ext(1, x'')+          what else msgpack has
//	?0 ?1                          placeholders
//	/* comment */+
//
// Bins are $.name, or $.'any name'. What is known of the record: $.ttl() $.voidTime()
// $.lastUpdate() $.sinceUpdate() $.setName() $.keyExists() $.isTombstone()
// $.digestModulo(n) $.recordSize() $.deviceSize() $.memorySize() $.key(type: T)+
// $.bin.type()+ $.bin.exists(). The last two sizes are the record's size too; the
// operations that the server has given up are $.oldDeviceSize()+ and $.oldMemorySize()+.
//
// Functions: not exclusive abs ceil floor log min max countOneBits findBitLeft
// findBitRight, and inList+ geoCompare+ mapKeys+ mapValues+ regex+(flags, 're', x)
// removeElement+, and add+ sub+ mul+ div+ intAnd+ intOr+ intXor+ of any number of
// operands. let (x = e, ..) then (e) defines variables, ${x} uses them. when (c => e, ..,
// default => e) chooses; unknown and error stand for no value.
//
// # Paths
//
// Parts lead into maps and lists. The dot before brackets can be left out+.
//
//	maps              lists        selects
//	.key .'k' .1                   the value of a key; .(v)+ of any key
//	.{i}              .[i]         by index; from the end if negative
//	.{=v}             .[=v]        by value
//	.{#r}             .[#r]        by rank
//	.{a-c} .{a-}                   a range of keys, without its end
//	.{a,b} .{a,}+                  keys
//	.{s:e} .{s:}      .[s:e]       a range of indexes, without its end
//	.{=a,b} .{=a,}+   .[=a,b]      values
//	.{=a:b} .{=a:}    .[=a:b]      a range of values, without its end
//	.{#s:e} .{#s:}    .[#s:e]      a range of ranks, without its end
//	.{#s:e~v}         .[#s:e~v]    ranks counted from that of v
//	.{s:e~k}                       indexes counted from that of k
//	.{!..}            .[!..]       all but those of a range or list
//	.{}               .[]          the whole, for count()
//
// Only the last part can select more than one element. In braces names stand for keys, in
// values for strings. In the last part (e)+ stands for what is evaluated. The first part
// decides whether a bin is read as a list or as a map. A function can end a path:
//
//	get(type: T, return: R)   T: INT FLOAT STRING BOOL BLOB LIST MAP GEO HLL NIL+
//	                          R: VALUE COUNT INDEX RANK REVERSE_INDEX REVERSE_RANK EXISTS NONE,
//	                          and KEY KEY_VALUE ORDERED_MAP UNORDERED_MAP of maps
//	count() exists()          how many; whether there are any
//	asInt() asFloat()         converts, from float and from integer
//
// Without return: a part gives values, or of several pairs of a map an ordered map; NONE is
// COUNT.
//
// All of the operations on lists, maps, bits and HyperLogLogs can be called+ by their name,
// with the arguments of the wire in their order, and a context before them as parts of a
// path: $.l.listAppend(9, 0, 0), $.m.inner.mapPut('k', 1), $.b.bitCount(0, 16),
// $.h.hllUnionCount([hll'..']). The options type: and ctx: say the type of the result and a
// context that cannot be written as parts. x.call(module, number, args.., type: T)+ is for
// all other instructions.
//
// Path expressions+ have the parts .* (all children), .[*] and .{*} (of a list, of a map)
// and a filter after any part, [?(condition)], and end in a function:
//
//	$.store.{books}.[*][?(@.price < 10.0)].title.select(return: VALUE, noFail: true)
//	$.l.[*].modify(@ * 2.0)
//	$.l.[*][?(@ > 9)].remove()
//
// return: is VALUE, KEY, KEY_VALUE or MATCHING_TREE. @ is the element, @key its key,
// @index its index. x.path(module, flags, ctx: [..], exp: .., type: T)+ is for all others.
//
// # Types in texts
//
// A bin, an element and a loop variable have the type that their place needs: in a
// comparison or calculation that of the first operand that shows its own, in a condition
// BOOL, else the type that is asked of the whole. A calculation of which nothing shows a
// type is one of integers. Where the type cannot be told, as in $.a == $.b, one side needs
// get(type: T). Nothing is converted.
package expr
