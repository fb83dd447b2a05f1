-- What functions do to records, lists, maps and bytes. Every one is called on a missing
-- record, on one with two bins, and on one with a bin of each type.
-- "with" lists the argument lists, packed, that the next function is called with.
function create(rec) rec['a'] = 1 return aerospike:create(rec) end
function create_nobins(rec) return aerospike:create(rec) end
-- with 9105 91c0
function update(rec, v) rec['a'] = v return aerospike:update(rec) end
function set_only(rec) rec['a'] = 77 return 1 end
function touch(rec) return aerospike:update(rec) end
function exists(rec) return aerospike:exists(rec) end
function remove(rec) return aerospike:remove(rec) end
function remove_exists(rec) local a = aerospike:remove(rec) return tostring(a) .. tostring(aerospike:exists(rec)) .. record.numbins(rec) end
function remove_create(rec) local a = aerospike:remove(rec) rec['z'] = 5 local b = aerospike:create(rec) return a .. " " .. b end
function create_twice(rec) rec['a'] = 1 local a = aerospike:create(rec) local b = aerospike:create(rec) return a .. " " .. b end
function create_update(rec) rec['a'] = 1 local a = aerospike:create(rec) rec['b'] = 2 local b = aerospike:update(rec) return a .. " " .. b .. " " .. record.gen(rec) .. " " .. record.numbins(rec) end
function update_fail(rec) rec['a'] = 5 aerospike:update(rec) error("after update") end
function create_fail(rec) rec['a'] = 5 aerospike:create(rec) error("after create") end
function set_nil(rec) rec['a'] = nil return aerospike:update(rec) end
function set_nil_b(rec) rec['b'] = nil return aerospike:update(rec) end
function set_rec(rec) rec['r'] = rec return aerospike:update(rec) end
function set_rec_then_ok(rec) rec['r'] = rec local a = aerospike:update(rec) rec['q'] = 1 return a .. " " .. aerospike:update(rec) end
function all_types(rec) rec['i'] = 9007199254740993 rec['f'] = 2.0 rec['s'] = "str" rec['t'] = true rec['l'] = list{1, 2.5, "x", list{true}} rec['m'] = map{a=1,b=map{c=2}} rec['g'] = geojson('{"type":"Point","coordinates":[1.5,2.5]}') local b = bytes(3) b[1] = 1 b[3] = 3 rec['b'] = b return aerospike:create(rec) end
function read_all(rec) return list{rec['i'], rec['f'], rec['s'], rec['t'], rec['l'], rec['m'], rec['b']} end
function read_geo(rec) return rec['g'] end
-- with 91a20369 91a20366 91a20373 91a20374 91a2036c 91a2036d 91a20362 91a20367 91a20361
function echo(rec, bin) return rec[bin] end
function rewrite(rec) for i, n in ipairs(record.bin_names(rec)) do rec[n] = rec[n] end return aerospike:update(rec) end
function names(rec) return table.concat(record.bin_names(rec), ",") end
function info_(rec) return record.gen(rec) .. " " .. record.ttl(rec) .. " " .. tostring(record.setname(rec)) .. " " .. tostring(record.key(rec)) .. " " .. record.numbins(rec) .. " " .. tostring(record.digest(rec)) .. " " .. record.size(rec) .. " " .. record.device_size(rec) .. " " .. record.memory_size(rec) end
function lut(rec) return record.last_update_time(rec) > 0 end
-- with 91d2ffffffff 91d2fffffffe 9100 91d2fffffffd 91d217d78400
function ttl(rec, t) record.set_ttl(rec, t) rec['a'] = 1 return aerospike:update(rec) end
-- with 91d2ffffffff
function ttl_only(rec, t) record.set_ttl(rec, t) return 1 end
function dropkey(rec) record.drop_key(rec) return aerospike:update(rec) end
function inc_list(rec) local l = rec['l'] list.append(l, 99) return rec['l'] end
function inc_list2(rec) local l = rec['l'] list.append(l, 99) rec['l'] = l return aerospike:update(rec) end
function longname(rec) rec['0123456789abcdef'] = 1 rec['0123456789abcde'] = 2 return aerospike:update(rec) end
function emptyname(rec) rec[''] = 1 return aerospike:update(rec) end
function numname(rec) rec[5] = 1 return aerospike:update(rec) end
-- with 910a 91d200000200 91d200000201 91d200000258
function manybins(rec, n) for i = 1, n do rec['b' .. i] = i end return aerospike:create(rec) end
function nulstr(rec) rec['n'] = "a\0b" aerospike:update(rec) return rec['n'] end
function rec_in_list(rec) local l = list() list.append(l, rec) return list.size(l) end
function rec_in_map(rec) local m = map() m['r'] = rec return map.size(m) end
function field(rec) return rec.a end
function setfield(rec) rec.a = 3 rec.zz = 4 return aerospike:update(rec) end
function read_after_set(rec) rec['a'] = 123 return rec['a'] end
function read_after_nil(rec) rec['a'] = nil return tostring(rec['a']) end
function log_it(rec) info("hello %s %d", "x", 5) warn("w") debug("d") trace("t") return aerospike:log(1, "x") end
function now(rec) return aerospike:get_current_time() > 0 end
function ctx(rec) return tostring(aerospike:set_context(rec, 1)) .. tostring(aerospike:get_config(rec, "x")) end
function bad_create(rec) return aerospike:create(5) end
function bad_create2(rec) return aerospike:create() end
function bad_create3(rec) return aerospike.create(rec) end
function upd_n(rec) for i = 1, 3 do rec['a'] = i aerospike:update(rec) end return record.gen(rec) end
function sizes(rec) return #rec end
function tos(rec) return type(tostring(rec)) end
-- with 91d2000003e8 91d200800010
function toobig(rec, n) rec['a'] = string.rep("x", n) return aerospike:update(rec) end
function badgeo(rec) rec['g'] = geojson('nonsense') return aerospike:update(rec) end
function globalstate(rec) G = (G or 0) + 1 return type(G) end
function l_ops(rec)
 local l = list{1,2,3,4,5}
 list.prepend(l, 0) list.insert(l, 3, "ins") list.insert(l, 10, "far") list.remove(l, 1) list.remove(l, 100) list.remove(l, 0)
 local t = list.take(l, 2) local d = list.drop(l, 2) local c = list.clone(l) local m = list.merge(list{1}, list{2,3})
 list.concat(c, m) list.trim(c, 5) l[2] = "set" l[15] = "x" l[0] = 5
 return list{l, t, d, c, m, list.size(l), #l, tostring(l), l[1], l[100], tostring(list.new(5)), tostring(list.create(2, 0)), list.nbytes(l), tostring(list.take(l, 0)), tostring(list.drop(l, 100)), tostring(list.new()), tostring(list.new(-1))}
end
function l_nil(rec) local l = list() list.append(l, nil) list.append(l, 1) list.append(l, {}) local n = 0 for v in list.iterator(l) do n = n + 1 end return list{l, n, list.clone(l)} end
function l_iter(rec) local s = "" for v in list.iterator(list{1,"a",2.5}) do s = s .. tostring(v) .. ";" end return s end
function l_fixed(rec) local l = list.new(2, 0) for i = 1, 4 do list.append(l, i) end return l end
function m_ops(rec)
 local m = map{a=1, b=2} m.c = 3 m[10] = 4 m["a"] = nil m[1.5] = 2 m[true] = 1 m[list()] = 2
 local n = map{b=5, z=6}
 local s = "" for k, v in map.pairs(m) do s = s .. tostring(k) .. "=" .. tostring(v) .. ";" end
 for k in map.keys(m) do s = s .. tostring(k) .. "," end for v in map.values(m) do s = s .. tostring(v) .. "," end for k, v in map.iterator(n) do s = s .. k end
 map.remove(m, "c") map.remove(m, "nope")
 return list{m, n, s, map.merge(m, n), map.merge(m, n, function(a, b) return a + b end), map.diff(m, n), map.clone(m), map.size(m), #m, tostring(m), m.b, tostring(m.nope), map.nbytes(m), tostring(map.new(5)), tostring(map.new(0)), tostring(map.create())}
end
function m_order(rec) local m = map() m["b"]=1 m["a"]=2 m["aa"]=3 m[5]=4 m[-1]=5 m[100]=6 local b = bytes(1) b[1]=7 m[b]=8 return m end
function m_nil(rec) local m = map{a=1} m["a"] = nil local n = 0 for k, v in map.pairs(m) do n = n + 1 end return list{m, n, map.size(m)} end
function m_tab(rec) local m = map{a=1} m["a"] = {} return m end
function b_ops(rec)
 local b = bytes()
 local r = {}
 local function p(x) r[#r+1] = tostring(x) end
 p(bytes.append_byte(b, 255)) p(bytes.append_byte(b, 256)) p(bytes.append_int16(b, -2)) p(bytes.append_int16_le(b, 258)) p(bytes.append_int32(b, 100000)) p(bytes.append_int32_le(b, -1)) p(bytes.append_int64(b, 9007199254740993)) p(bytes.append_int64_le(b, 1)) p(bytes.append_string(b, "hey")) p(bytes.append_string(b, ""))
 p(bytes.size(b)) p(#b) p(b[1]) p(b[2]) p(b[100]) p(bytes.get_byte(b, 1)) p(bytes.get_int16(b, 2)) p(bytes.get_int16_be(b, 2)) p(bytes.get_int16_le(b, 4)) p(bytes.get_int32(b, 6)) p(bytes.get_int32_le(b, 10)) p(bytes.get_int64(b, 14)) p(bytes.get_int64_le(b, 22)) p(bytes.get_string(b, 30, 3)) p(bytes.get_bytes(b, 1, 3)) p(bytes.get_int64(b, 30))
 p(bytes.set_byte(b, 1, 7)) p(bytes.set_byte(b, 0, 7)) p(bytes.set_int16(b, 2, 40000)) p(bytes.set_int32(b, 40, 5)) p(bytes.set_string(b, 2, "zz")) local c = bytes(2) c[1] = 9 c[2] = 8 p(bytes.set_bytes(b, 4, c, 2)) p(bytes.append_bytes(b, c, 1)) p(bytes.append_bytes(b, c, 10))
 p(bytes.get_type(b)) p(bytes.set_type(b, 3)) p(bytes.get_type(b)) p(bytes.set_size(b, 10)) p(bytes.set_size(b, 1000)) p(bytes.size(b)) p(tostring(bytes()))
 local v = bytes() p(bytes.append_var_int(v, 300)) p(bytes.size(v)) p(bytes.get_var_int(v, 1)) p(bytes.set_var_int(v, 1, 5))
 p(bytes.size()) p(bytes.append_byte(b)) p(bytes.get_byte(b)) p(select("#", bytes.get_byte(b, 1000)))
 return table.concat(r, " ")
end
function b_ret(rec) local b = bytes() bytes.append_int32(b, 1) bytes.set_type(b, 3) return b end
function b_inlist(rec) local b = bytes(2) b[1] = 1 bytes.set_type(b, 10) return list{b} end
function g_ops(rec) local g = geojson('{"type":"Point","coordinates":[0,0]}') return tostring(g) .. type(g) .. tostring(geojson()) end
function it(rec) local f, s = list.iterator(list{1,2}) return type(f) .. type(s) end
-- with 9105 91cb3ff0000000000000 919101
function same(rec, x) return x end
-- with 919105 9105
function nested(rec, x) list.append(x, map{k=x[1]}) return x end
