local log = {} local o = setmetatable({}, { __call = function(self, n, ...) log[#log + 1] = n if n > 0 then return self(n - 1, ...) end return "end", ... end })
local function via(n, ...) return o(n, ...) end print(via(3, "a", "b")) print(table.concat(log, " "))
local function m(x) return o(x) end print((m(1))) print(pcall(m, 2)) local bad = setmetatable({}, {}) local function b() return bad() end print(pcall(b)) local function nb() return bad.x() end print(pcall(nb))
local nat = setmetatable({}, { __call = rawequal }) local function n(...) return nat(...) end print(n(nat), n(1), pcall(n)) local sel = setmetatable({}, { __call = function(...) return select("#", ...) end }) local function s(...) return sel(...) end print(s(), s(nil), s(1, 2, 3))
