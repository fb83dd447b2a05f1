-- More of the language and of its libraries, as the server has them.
function x1(rec) return string.format("%5s|%-5s|%05.1f|%+d|%#x|%e|%g|%G", "a", "b", 3.14159, 5, 255, 12345.678, 1e-5, 1e-10) end
function x2(rec) return ("abc"):upper() .. ("%d"):format(3) .. #"abc" .. ("x"):rep(3) end
function x3(rec) return tostring(3 == 3.0) .. tostring(math.type(3//1)) .. tostring(math.type(3/1)) .. 3 % -2 .. -3 % 2 .. 3.5 % -2 .. " " .. 5 // 0.0 .. " " .. -5 // 0.0 end
function x4(rec) return math.maxinteger // -1 .. " " .. math.mininteger // -1 .. " " .. math.mininteger % -1 .. " " .. math.maxinteger * 2 .. " " .. -math.mininteger end
function x5(rec) local t = {10, 20, 30, nil, 50} return #t .. " " .. select("#", table.unpack(t, 1, 5)) end
function x6(rec) return tostring(nil) .. tostring(true) .. tostring(12) .. tostring(1.5) .. tostring("s") end
function x7(rec) local a <const> = 5 return a * 2 end
function x8(rec) local s = 0 for k, v in pairs({a = 1, b = 2}) do s = s + v end for k, v in next, {1, 2} do s = s + k end return s end
function x9(rec) return string.find("a.b", ".", 1, true), string.find("abc", "b", -1) end
function x10(rec) return string.gsub("abc", "%w", "%0%0") end
function x11(rec) return string.gsub("hello world", "%w+", "%0 %0", 1) end
function x12(rec) return tostring(string.find("", "")) .. tostring(string.find("abc", "", 10)) .. tostring(string.match("x", "y")) end
function x13(rec) return string.gsub("abc def", "%f[%w]%w+", function(w) if w == "abc" then return nil end return w:upper() end) end
function x14(rec) return string.format("%q", 1/3) .. string.format("%q", 5) .. string.format("%-10q|", "x") end
function x15(rec) return string.rep("a", 0) .. string.rep("a", -1) .. string.sub("abc", 0) .. string.sub("abc", -2, -1) .. string.sub("abc", 3, 2) .. string.sub("abc", 2^0, 2) end
function x16(rec) return tostring(tonumber("0x")) .. tostring(tonumber("1e")) .. tostring(tonumber("  0x1p4  ")) .. tostring(tonumber("inf")) .. tostring(tonumber("nan")) .. tostring(tonumber("1 2")) .. tostring(tonumber("")) .. tostring(tonumber("9223372036854775808")) .. tostring(tonumber("-0")) .. tostring(tonumber("7", 8)) .. tostring(tonumber("8", 8)) .. tostring(tonumber("1_0")) end
function x17(rec) local ok, e = pcall(error, {code = 5}) return tostring(ok) .. type(e) .. e.code end
function x18(rec) local ok, e = pcall(error) return tostring(ok) .. tostring(e) end
function x19(rec) return select(-1, 1, 2, 3) end
function x20(rec) return tostring(rawequal("a", "a")) .. rawlen({1, 2}) .. tostring(rawget({a = 1}, "a")) end
function x21(rec) return tostring(next({})) .. type(next) .. tostring(_VERSION) end
function x22(rec) goto done do return 1 end ::done:: return 2 end
function x23(rec) local function f(...) local a, b = ... return b, a end return f(1, 2) end
function x24(rec) local t = setmetatable({}, {__newindex = function(t, k, v) rawset(t, k, v * 2) end}) t.x = 5 return t.x end
function x25(rec) local t = setmetatable({}, {__index = {y = 7}}) return t.y end
function x26(rec) return 2^31 .. " " .. 2^0.5 .. " " .. 10 // 3.0 .. " " .. 1e308 * 10 .. " " .. -1e308 * 10 end
function x27(rec) return math.floor(-3.5) .. math.ceil(-3.5) .. math.floor(2^60) .. " " .. math.max(1, 2, 3.5) .. math.min(2) .. " " .. math.fmod(-7, 3) .. " " .. math.fmod(7, -3.0) .. " " .. math.tointeger("8") end
function x28(rec) return table.concat({1, 2.5, "x"}, "-", 2, 3) .. table.concat({}) .. #table.pack(1, nil, 3) .. table.pack(1, 2).n end
function x29(rec) return string.byte("abc", 1, -1) end
function x30(rec) return 1 < 2 == true end
function x31(rec) return not nil == true end
function x32(rec) return 2^3^2 .. " " .. -2^2 .. " " .. (2 + 3) * 4 .. " " .. 7 - 3 - 2 end
function x33(rec) return "a" < "b" and "x" or "y" end
function x34(rec) return #rec['nobin'] end
function x35(rec) return rec.nobin.x end
function x36(rec) local l = list{1,2,3} local s = 0 for i = 1, #l do s = s + l[i] end return s end
function x37(rec) return list{}[1] end
function x38(rec) return map{}.x end
function x39(rec) return bytes(3)[1] end
function x40(rec) local l = list{3,1,2} table.sort(l) end
function x41(rec) return list.nosuch(1) end
function x43(rec) for k, v in ipairs(list{1, 2}) do return v end end
function x44(rec) for k, v in pairs(list{1, 2}) do return v end end
function x45(rec) return record.nosuch(rec) end
function x46(rec) return aerospike:nosuch(rec) end
function x47(rec) return list.append(list(), 1) end
function x48(rec) return list.size(nil) end
function x49(rec) map.size({}) end
function x52(rec) return tostring(list) == nil end
function x53(rec) return ("x"):bad() end
function x54(rec) local a = {} a.b.c.d = 1 end
function x55(rec) return 5 .. nil end
function x56(rec) return nil .. 5 end
function x57(rec) return {} .. "x" end
function x58(rec) return -{} end
function x59(rec) return -"2" + "3" end
function x60(rec) return "5" * "2" .. "" end
function x61(rec) return 10 == "10" end
function x62(rec) return math.random(5, 5) end
function x63(rec) return math.random(0, -1) end
function x64(rec) return string.char(256) end
function x65(rec) return table.unpack({1, 2, 3}, 2) end
function x66(rec) error("with level 1", 1) end
function x67(rec) error(setmetatable({}, {__tostring = function() return "obj" end})) end
function x68(rec) assert(1 == 2, "assert msg") end
function x69(rec) assert(false, {1}) end
function x70(rec) return assert(5, "x") end
function x71(rec) local f f() end
function x72(rec) (nil)() end
function x73(rec) local t = {} t[nil] = 1 end
function x74(rec) return ({1,2,3})[2] end
function x75(rec) return string.format("%s %s", 1) end
function x76(rec) return string.format("%y", 1) end
function x77(rec) return string.format("%") end
function x78(rec) return string.find("a", "[") end
function x79(rec) return string.find("a", "%") end
function x80(rec) return string.find("a", "(a") end
function x81(rec) return string.gsub("a", "a", "%2") end
function x82(rec) return string.gsub("a", "a", "%z") end
function x83(rec) return string.gsub("a", "a", true) end
function x84(rec) return string.gsub("abc", "(b)", {b = true}) end
function x85(rec) return tostring(2^63) .. tostring(-(2^63)) .. string.format("%.0f", 2^63) .. string.format("%d", 3.0) end
function x86(rec) return string.format("%d", "10") .. string.format("%s", list{1}) .. string.format("%5.2s|", "abc") end
function x87(rec) return math.abs(math.mininteger) .. " " .. math.ult(1, -1) and "u" or "n" end
function x88(rec) return #"\u{48}\x41\z
   b" end
function y1(rec) local l = list{3,1,2} table.sort(l) return l end
function y2(rec) return table.concat(list{1,"a",2.5}, "-") end
function y3(rec) local l = list{1} table.insert(l, 5) table.insert(l, 1, 9) local r = table.remove(l, 1) return list{l, r} end
function y4(rec) local a, b = table.unpack(list{7, 8}) return a + b end
function y5(rec) return table.concat(map{a=1}) end
function y7(rec) table.sort(5) end
function y8(rec) local l = list{1,2,3} table.remove(l) return l end
function y9(rec) return table.concat({1,2}, ",", 1, 3) end
function y10(rec) for i in 5 do end end
function y11(rec) assert(false) end
function y12(rec) return assert(1, 2, 3) end
