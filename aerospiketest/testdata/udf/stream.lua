-- Streams, as queries use them.
local function bin_a(rec) return rec['a'] end
local function add(x, y) return x + y end
local function positive(rec) return rec['a'] > 0 end

function plain(s) return s end
function values(s) return s : map(bin_a) end
function sum(s) return s : map(bin_a) : reduce(add) end
function filtered(s) return s : filter(positive) : map(bin_a) : reduce(add) end
function count(s) return s : aggregate(0, function(n, rec) return n + 1 end) : reduce(add) end
function scaled(s, by) return s : map(function(rec) return rec['a'] * by end) : reduce(add) end
function grouped(s) return s : map(bin_a) : groupby(function(v) return v % 3 end) end
function totals(s)
	return s : aggregate(map(), function(m, rec)
		local k = record.setname(rec)
		m[k] = (m[k] or 0) + rec['a']
		return m
	end) : reduce(function(x, y) return map.merge(x, y, add) end)
end
function after_reduce(s) return s : map(bin_a) : reduce(add) : map(function(v) return v * 1000 end) end
function failing(s) return s : map(function(rec) return rec['nothing'] + 1 end) end
function no_stream(s) return 5 end
function raising(s) error("at once") end
