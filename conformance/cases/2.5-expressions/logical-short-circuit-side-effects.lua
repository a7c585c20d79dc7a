local log = {}
local function v(name, value) log[#log + 1] = name return value end
local function flush(...) print(table.concat(log, " "), ...) log = {} end
flush(v("a", false) and v("b", 1))
flush(v("a", 1) and v("b", 2) and v("c", 3))
flush(v("a", nil) or v("b", false) or v("c", 3) or v("d", 4))
flush(v("a", 1) or v("b", 2) and v("c", 3))
flush(v("a", false) and v("b", 2) or v("c", 3))
flush((v("a", false) or v("b", 2)) and (v("c", nil) or v("d", 4)))
flush(not v("a", 1) and v("b", 2))
flush(v("a", 1) and (v("b", nil) or v("c", false)) or v("d", "end"))
local t = { v("a", false) and v("b", 1), v("c", 1) or v("d", 1) } flush(#t, t[1], t[2])
local x = nil and (nil).y.z or "safe" flush(x)
