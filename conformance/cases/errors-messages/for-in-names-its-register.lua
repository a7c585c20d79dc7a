-- What cannot be called as an iterator is named by whatever last wrote the register in which it would be called.
a, b, c, d, n, s, t = "a", "b", "c", "d", 3, "s", { x = 1 }
function f() return 1 end

local function try(body)
  local chunk = assert(loadstring("local up = 1 return function(...) " .. body .. " end", "=p"))
  print(body, (select(2, pcall(chunk(), 1, 2))))
end

-- Values of the list itself.
try "for x in t, { f, n } do end"
try "for x in t, { f, n, s } do end"
try "for x in 1, s .. s .. s .. '' do end"
try "for x in (a .. b .. c .. d) do end"
try "for x in nil, '', type({ '' }) and d or (n4 + sub)[''] do end"
try "for x, y in 1, 2, 3, 4 do end"
try "for x, y in n, s, t, d do end"
try "for x, y in n, s, t, ... do end"
try "for x in f(n, s, t) do end"
try "for x in ... do end"
-- What was there before.
try "f(n, s, t, d) for x in 5 do end"
try "t.y = a .. b .. c .. d for x in 5 do end"
try "t.y = { a, b, c, d } for x in t do end"
try "local v = a .. b .. c .. d for x in 5 do end"
try "do local p, q, r, o = a, b, c, d end for x in 5 do end"
try "do local p, q, r, o = ... end for x in 5 do end"
try "do local p = { a, b, c, t.x } end for x in 5 do end"
try "do local p = { a, b, c, up } end for x in 5 do end"
try "do local p = { a, b, c, t:x() } end for x in 5 do end"
try "t.y = a .. b .. c .. d for i = 1, 1 do end for x in 5 do end"
try "t.y = a .. b .. c .. d for i in f, t do break end for x in 5 do end"
try "t.y = a .. b .. c .. d while n < 1 do f(n, s, t) end for x in 5 do end"
try "t.y = a .. b .. c .. d repeat f(n, s, t, n) until true for x in 5 do end"
try "t.y = a .. b .. c .. d if n then f(n, s, t, n) end for x in 5 do end"
try "t.y = a .. b .. c .. d if n then f(1) else f(n, s, t, n) end for x in 5 do end"
-- Constants take no register where an instruction can hold them.
try "local l, m, o = t, t, t l.y = d m[1.5] = 'k' o[true] = nil for x in 5 do end"
try "t.y = a .. b .. c .. d t.z = 1 t[true] = false t[1] = nil for x in 5 do end"
try "t.y = a .. b .. c .. d f(n % 2, 2 % n, 2 ^ n) for x in 5 do end"
try "t.y = a .. b .. c .. d f(1, 2, 3, 4) for x in 5 do end"
-- Conditions as values, and choices.
try "for x in up, (n < n) do end"
try "for x in (n < n), (n < n), (n < n) do end"
try "for x in ({} == { f, n }) do end"
try "for x in { not n, s, s .. n .. s, d }, (n < n) do end"
try "for x, y in s, (t == b) and f or n do end"
try "for x, y in s, (b .. c .. d and s .. s .. a), false do end"
try "for x in { f, up, 's', up } or f() do end"
try "for x in t[nil or 1], { [nil or 1] = n, d } do end"
try "for x in t.z, { [f() or 1] = (n < n), 1 } do end"
try "for x in t.z, { [f() or 1] = (n == s), d } do end"
try "local v v = n < n for x in v do end"
try "local v = 1 v = not (v == n and s) for x in v do end"
-- A copy is named by what its source has become.
try "do local v = f() do local w, o = 1, v end end for x in {} do end"
try "local l = t for x in l, l, l, l do end"
