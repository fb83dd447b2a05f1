-- The language as the server has it: what functions return, and what they fail with.
-- "with" lists the argument lists, packed, that the next function is called with.
-- with 90 9105 91cb3ff0000000000000 91cfffffffffffffffff 91d37fffffffffffffff 91a3036162 91a3046162 91c3 91c0 9192019202cb4000000000000000 9182a2036201a2036102 9183c70001c002010102 91a3177b7d 91ca3fc00000 c0
function one(rec, a, b) return a end
function nothing(rec) end
function ret_rec(rec) return rec end
function ret_table(rec) return {1,2} end
function ret_func(rec) return one end
function ret_true(rec) return true end
function ret_float(rec) return 1.0 end
function ret_div(rec) return 10/2 end
function ret_idiv(rec) return 10//3 .. " " .. -7//2 .. " " .. 7.5//2 .. " " .. -7%3 .. " " .. 5.5%-2 end
function ret_pow(rec) return 2^10 end
function ret_big(rec) return 9007199254740993 end
function ret_max(rec) return math.maxinteger + 1 end
function ret_mul(rec) return 3037000500 * 3037000500 end
function ret_str(rec) return 1 .. " " .. 1.0 .. " " .. 1e15 .. " " .. 1e100 .. " " .. -0.0 .. " " .. 2^53 .. " " .. 0.1 .. " " .. 1/0 .. " " .. -1/0 end
function ret_nan(rec) return tostring(0/0) end
function ret_hex(rec) return 0x10 + 0xA end
function ret_list(rec) local l = list() list.append(l, 1) list.append(l, "a") list.append(l, 1.5) list.append(l, true) return l end
function ret_list2(rec) return list{1,2,"x",nil,5} end
function ret_map(rec) local m = map() m["b"]=1 m["a"]=2 m[3]=4 m[1]="x" return m end
function ret_map2(rec) return map{a=1,b=list{1,2},c=map{d=1}} end
function ret_bytes(rec) local b = bytes(4) b[1]=1 b[2]=2 bytes.set_int16(b,3,-2) return b end
function ret_geo(rec) return geojson('{"type":"Point","coordinates":[1,2]}') end
function ret_tostr(rec) return tostring(list{1,"a",2.5,true}) .. tostring(map{a=1}) .. tostring(bytes(2)) .. tostring(geojson('{}')) end
function strs(rec) return string.format("%d|%5d|%-5d|%05d|%x|%X|%o|%c|%e|%f|%g|%s|%q|%5.1f|%10s|%-10s|%.2s|%%|%i", 42, 42, 42, 42, 255, 255, 8, 65, 1.5, 1.5, 1.5, "hi", "a\nb\"c", 3.14159, "r", "l", "trunc", 7) end
function strs2(rec) return string.format("%g %g %g %s %s %.14g", 1e20, 100000, 1e15, 1e15, 2^63, 3.14159265358979) end
function pat(rec)
 local r = {}
 r[#r+1] = string.gsub("hello world", "o", "0")
 r[#r+1] = string.gsub("hello world", "(%w+)", "<%1>")
 r[#r+1] = string.gsub("abc", "", "-")
 r[#r+1] = string.gsub("hello", "l+", function(s) return #s end)
 r[#r+1] = string.gsub("$name is $age", "%$(%w+)", {name="bob", age=3})
 r[#r+1] = tostring(string.find("abc [tag] def", "[", 1, true))
 r[#r+1] = tostring(string.find("key=val", "(%w+)=(%w+)"))
 r[#r+1] = string.match("2024-01-02", "(%d+)-(%d+)")
 r[#r+1] = string.match("  trim  ", "^%s*(.-)%s*$")
 r[#r+1] = string.match("f(a(b)c)d", "%b()")
 r[#r+1] = tostring(string.match("THE (quick) fox", "%f[%a]%a+"))
 r[#r+1] = string.match("aXb", "%u")
 r[#r+1] = tostring(string.match("abc", "()b()"))
 for k, v in string.gmatch("a=1, b=2", "(%w+)=(%w+)") do r[#r+1] = k .. v end
 r[#r+1] = string.rep("ab", 3, ",")
 r[#r+1] = string.reverse("abc") .. string.upper("abc") .. string.lower("ABC") .. string.len("abc") .. string.sub("hello", 2, -2) .. string.byte("A") .. string.char(72, 105)
 return table.concat(r, "|")
end
function tabs(rec)
 local t = {5,3,1,4}
 table.sort(t)
 table.insert(t, 9) table.insert(t, 1, 0)
 local x = table.remove(t) local y = table.remove(t, 1)
 local a, b = table.unpack(t)
 table.sort(t, function(p, q) return p > q end)
 return table.concat(t, ",") .. " " .. x .. y .. a .. b .. " " .. #t .. " " .. select("#", 1, 2, nil) .. " " .. select(2, "a", "b")
end
function maths(rec)
 return table.concat({math.floor(3.7), math.ceil(3.2), math.max(1, 2.5), math.min(3, 1), math.abs(-4), math.sqrt(16), math.fmod(7,3), math.huge, math.pi, math.type(1), math.type(1.0), tostring(math.type("1")), math.tointeger(3.0), 7 // 2, 7 % 3, 2^2, 10 / 5, tostring(1 == 1.0), tostring(math.maxinteger), math.mininteger, math.sum(1,2), math.product(2, 3)}, " ")
end
function convs(rec)
 return tostring("10" + 5) .. " " .. tostring("3.0" + 1) .. " " .. tostring("0x10" * 1) .. " " .. tostring(tonumber("  12  ")) .. " " .. tostring(tonumber("1e2")) .. " " .. tostring(tonumber("z", 36)) .. " " .. tostring(tonumber("abc")) .. " " .. tostring(tonumber("10", 2)) .. " " .. type(1.0) .. type(2^60) .. type(9007199254740993) .. type(list()) .. type(rec)
end
function keys(rec) local t = {} t[1.0]="a" t[2^53]="b" t[9007199254740993]="c" return t[1] .. t[9007199254740992] .. t[9007199254740993] end
function cmps(rec) return tostring(1 < 1.5) .. tostring(9007199254740993 == 9007199254740992) .. tostring(9007199254740993 > 2^53) .. tostring("a" < "b") .. tostring(2^63 > math.maxinteger) end
function e_arith(rec) local x return x + 1 end
function e_arith2(rec) local x = {} return 1 + x end
function e_arith3(rec) return undefinedglobal + 1 end
function e_arith4(rec) local t = {} return t.foo * 2 end
function e_arith5(rec) return rec['nobin'] + 1 end
function e_arith6(rec) return "abc" + 1 end
function e_arith7(rec) return 1 + "abc" end
function e_arith8(rec) local t = {} local i = 1 return t[i] - 2 end
function e_arith9(rec) local t = {} return t[1] - 2 end
function e_concat(rec) local x return "a" .. x end
function e_concat2(rec) local t = {} return "a" .. t.x .. "b" end
function e_concat3(rec) return "a" .. list() end
function e_index(rec) local x return x.y end
function e_index2(rec) return nosuch.y end
function e_index3(rec) local t = {} return t.a.b end
function e_index4(rec) local t = {} t.a.b = 1 end
function e_index5(rec) local x = 5 return x.y end
function e_call(rec) nosuch() end
function e_call2(rec) local t = {} t.foo() end
function e_call3(rec) local t = {} t:foo() end
function e_call4(rec) local x = 1 x() end
function e_call5(rec) string.nosuch("a") end
function e_call6(rec) local s = "x" s:nosuch() end
function e_call7(rec) rec.x.y() end
function e_cmp(rec) return 1 < "x" end
function e_cmp2(rec) return {} < {} end
function e_cmp3(rec) return nil < 1 end
function e_err(rec) error("boom") end
function e_err0(rec) error("boom", 0) end
function e_err2(rec) local function f() error("boom", 2) end f() end
function e_errt(rec) error({1}) end
function e_errn(rec) error() end
function e_erri(rec) error(5) end
function e_errl(rec) error(list{1}) end
function e_assert(rec) assert(false) end
function e_assert2(rec) assert(nil, "msg") end
function e_mod(rec) return 1 % 0 end
function e_idiv(rec) return 1 // 0 end
function e_len(rec) local x return #x end
function e_neg(rec) local x return -x end
function e_for(rec) for i = "a", 2 do end end
function e_for2(rec) for i = 1, "x" do end end
function e_arg(rec) string.rep() end
function e_arg2(rec) string.rep("x", "y") end
function e_arg3(rec) list.append(nil, 1) end
function e_arg4(rec) list.append(map(), 1) end
function e_arg5(rec) list.size(5) end
function e_arg6(rec) string.format("%d", "x") end
function e_arg7(rec) string.format("%d", 1.5) end
function e_arg8(rec) math.floor("x") end
function e_arg9(rec) record.gen(5) end
function e_arg10(rec) tostring() end
function e_arg11(rec) setmetatable(1, {}) end
function e_arg12(rec) ipairs() end
function e_arg14(rec) table.concat({{}}) end
function e_arg15(rec) table.insert(nil, 1) end
function e_arg16(rec) pairs(nil) end
function e_nilkey(rec) local t = {} t[nil] = 1 end
function e_nankey(rec) local t = {} t[0/0] = 1 end
function e_bin(rec) rec['x'] = {} end
function e_bin2(rec) rec['x'] = one end
function e_pcall(rec) local ok, err = pcall(function() local x = nil; return x.y end) return tostring(ok) .. err end
function e_xpcall(rec) local ok, err = xpcall(function() error("a") end, function(m) return "H:" .. m end) return tostring(ok) .. err end
function e_tail(rec) return e_err(rec) end
function loads(rec) local f = load("return 1 + 1") return f() end
function gotos(rec) local i = 1 ::top:: if i < 5 then i = i + 1 goto top end return i end
-- with 90 9105 93010203 93c0c0c0
function varargs(rec, ...) local a = {...} return #a .. "," .. select("#", ...) end
function closures(rec) local c = 0 local function inc() c = c + 1 return c end inc() inc() return c end
function meta(rec) local mt = {__add = function(a, b) return 42 end, __index = function(t, k) return k .. "!" end, __call = function(self, x) return x * 2 end, __tostring = function() return "T" end, __eq = function() return true end, __lt = function() return true end, __concat = function() return "C" end, __len = function() return 7 end, __unm = function() return 8 end} local t = setmetatable({}, mt) local u = setmetatable({}, mt) return (t + 1) .. t.foo .. t(4) .. tostring(t) .. tostring(t == u) .. tostring(t < u) .. (t .. u) .. #t .. -t end
function methods(rec) local o = {n = 1} function o:inc(k) self.n = self.n + k return self end return o:inc(2):inc(3).n end
function loops(rec) local s = 0 for i = 10, 1, -2 do s = s + i end for i = 1, 3 do s = s + i end local n = 0 while true do n = n + 1 if n > 5 then break end end repeat local z = n n = n - 1 until z < 3 return s .. " " .. n end
function floop(rec) local s = "" for i = 1.0, 3 do s = s .. i .. " " end for i = 0, 1, 0.25 do s = s .. i .. " " end return s end
function pairs_t(rec) local s = 0 for k, v in pairs({1, 2, 3, x = 4}) do s = s + v end for i, v in ipairs({1, 2, nil, 4}) do s = s + v end return s end
