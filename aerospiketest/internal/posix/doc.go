// Package posix matches the regular expressions of IEEE Std 1003.2, basic and
// extended, as the GNU C library does in the C locale: byte by byte, with GNU's
// additions \w \W \s \S \b \B \< \> \` \' and, in basic ones, \| \+ \?.
//
// It tells only whether there is a match, so that the rule of the longest match makes
// no difference. Time grows with the product of the sizes of expression and text, and
// the caller bounds it. Expressions with back references (\1) can take longer; they
// are matched by trying.
//
// What differs from the GNU C library: an expression that needs more than 65536
// states or nests deeper than 1000 is refused, and of ranges and classes only those
// of the C locale exist.
package posix
