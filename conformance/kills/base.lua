--- pcall: a loop that swallows errors
while true do pcall(error, {}) end
--- pcall: nested without end
local function f() while true do pcall(f) end end
f()
--- xpcall: a handler that loops
xpcall(error, function() while true do end end)
--- xpcall: a handler that fails
while true do xpcall(error, function() error('again') end) end
--- xpcall: handlers in handlers
local function h() xpcall(error, h) while true do end end
xpcall(error, h)
--- error: values of all kinds
while true do pcall(error, ('x'):rep(100), 2) pcall(error) end
--- error: at a great depth
local function f(n) if n == 0 then error('deep') end return 1 + f(n - 1) end
while true do pcall(f, 15000) end
--- load: a reader without end
while true do load(function() return 'x = 1 ' end) end
--- load: a reader that loops
load(function() while true do end end)
--- load: a reader of numbers
load(function() return 5 end)
--- load: one long comment
local s = '--' .. ('x'):rep(1e6)
load(function() return s end)
--- load: nothing but spaces
local s = (' '):rep(1e6)
load(function() return s end)
--- loadstring: a huge text of statements
return loadstring(('x = x + 1 '):rep(1e6))
--- loadstring: a huge string
return loadstring('return "' .. ('x'):rep(1e8) .. '"')
--- loadstring: a huge long string
return loadstring('return [[' .. ('x'):rep(1e8) .. ']]')
--- loadstring: a huge bracket
return loadstring('return [' .. ('='):rep(1e8) .. '[')
--- loadstring: a huge comment
return loadstring('--' .. ('x'):rep(1e8))
--- loadstring: nothing but lines
return loadstring(('\n'):rep(1e8))
--- loadstring: a huge name
return loadstring(('x'):rep(1e8) .. ' = 1')
--- loadstring: a huge number
return loadstring('return ' .. ('1'):rep(1e8))
--- loadstring: escapes
return loadstring('return "' .. ('\\065'):rep(2e7) .. '"')
--- loadstring: a constructor of many constants
return loadstring('return {' .. ('1,'):rep(3e6) .. '}')
--- loadstring: many different constants
local t = {} for i = 1, 2e5 do t[i] = 'a' .. i .. '=' .. i .. '.5' end
return loadstring('return {' .. table.concat(t, ',') .. '}')
--- loadstring: nested functions
local s = ('return function() '):rep(150) .. ('end '):rep(150)
while true do loadstring(s) end
--- loadstring: many functions
return loadstring(('local function f(a) return a end '):rep(150) .. ('f = function(a, ...) return a end '):rep(2e5))
--- loadstring: deeply nested parentheses
return loadstring('return ' .. ('('):rep(1e6))
--- loadstring: a long chain of operators
return loadstring('return ' .. ('1 .. '):rep(190) .. '1' .. (' + 1'):rep(1e6))
--- loadstring: a long chain of calls
return loadstring('f' .. ('()'):rep(3e6))
--- loadstring: a long name of the chunk
return loadstring('x =', ('x'):rep(1e8))
--- loadstring: again and again
while true do loadstring('return 1') end
--- setmetatable: a chain that is too long
local t = {} for i = 1, 1e6 do t = setmetatable({}, {__index = t}) end
while true do pcall(function() return t.x end) end
--- setmetatable: functions that call each other
local t = setmetatable({}, {})
getmetatable(t).__index = function(_, k) return t[k + 1] end
while true do pcall(function() return t[1] end) end
--- setmetatable: the largest tables
local t = {} for i = 1, 1e6 do t[i] = {} end
local m = {__mode = 'kv'}
while true do setmetatable(t, m) collectgarbage('step') setmetatable(t, nil) end
--- collectgarbage: a large heap
local t = {} for i = 1, 1e6 do t[i] = {i} end
while true do collectgarbage() end
--- collectgarbage: the largest step
local t = {} for i = 1, 1e6 do t[i] = {tostring(i)} end
while true do collectgarbage('step', 2^31 - 1) end
--- collectgarbage: a large weak table
local t = setmetatable({}, {__mode = 'kv'}) for i = 1, 1e6 do t[i] = {} end
while true do collectgarbage() end
--- collectgarbage: one large table
local t = {} for i = 1, 1e7 do t[i] = i end
while true do collectgarbage() end
--- collectgarbage: stopped
collectgarbage('stop') local t
while true do t = {t and 1} end
--- coroutine.wrap: a storm
while true do coroutine.wrap(function() coroutine.yield() end)() end
--- coroutine.wrap: nested without end
local function f() return coroutine.wrap(f)() end
while true do pcall(f) end
--- coroutine.resume, coroutine.yield: a storm
local co = coroutine.create(function() while true do coroutine.yield() end end)
while true do coroutine.resume(co) end
--- coroutine.resume: a loop inside that swallows errors
while true do coroutine.resume(coroutine.create(function() while true do pcall(error) end end)) end
--- coroutine.yield: as many values as there may be
local t = {} for i = 1, 7900 do t[i] = i end
local co = coroutine.wrap(function() while true do coroutine.yield(unpack(t)) end end)
while true do co() end
--- coroutine.resume: thousands that wait
local t = {}
while true do t[#t + 1] = coroutine.create(function() coroutine.yield() end) coroutine.resume(t[#t]) end
--- newproxy: finalizers
while true do local p = newproxy(true) getmetatable(p).__gc = function() while true do end end end
--- language: concatenation of long strings
local s = ('x'):rep(1e8)
return #(s .. 'y') + #(s .. 'z')
--- language: concatenation of many strings
local s, t = ('x'):rep(1e6), ''
while true do t = s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s .. s end
--- language: a string that grows
local s = ''
while true do s = s .. ('x'):rep(1000) end
--- language: comparison of long strings
local a, b = ('x'):rep(1e8) .. 'a', ('x'):rep(1e8) .. 'b'
while true do local _ = a < b end
--- language: equality of long strings
local a, b = ('x'):rep(1e8) .. 'a', ('x'):rep(1e8) .. 'b'
while true do local _ = a == b end
--- language: arithmetic on a long string
return ('1'):rep(1e8) + 1
--- language: the length of a large table
local t = {} for i = 1, 1e7 do t[i] = i end for i = 1, 1e7 - 1 do t[i] = nil end
while true do local _ = #t end
--- language: a large table of one key after the other
local t = {} for i = 1, 1e9 do t[i] = i end
--- language: a large table of names
local t = {} for i = 1, 1e9 do t['k' .. i] = i end
--- language: nested tables
local t = {} while true do t = {t} end
--- language: garbage
while true do local _ = {{}, {}} end
--- language: the whole memory, again and again
while true do pcall(function() local t = {} while true do t[#t + 1] = {} end end) end
--- language: the whole memory in long strings
while true do pcall(function() local t = {} while true do t[#t + 1] = ('x'):rep(1e6) .. #t end end) end
--- language: one string of the whole memory
while true do pcall(string.rep, 'x', 3e8) end
--- language: deep recursion
local function f() return 1 + f() end
while true do pcall(f) end
--- language: tail calls
local function f() return f() end
return f()
--- language: empty loops
for i = 1, 1e300 do end
--- language: a loop of one instruction
while true do end
--- language: many arguments
local t = {} for i = 1, 7900 do t[i] = i end
local function f(...) return ... end
while true do f(unpack(t)) end
--- language: a constructor of many values
local t = {} for i = 1, 7900 do t[i] = i end
while true do local _ = {unpack(t)} end
--- language: closures
local t = {} while true do t[#t + 1] = function() return t end end
--- error, assert: a long message
local s = ('x'):rep(5e7)
while true do pcall(error, s) pcall(assert, false, s) end
--- error: a long message with a position
local s = ('x'):rep(5e7)
while true do pcall(function() error(s) end) end
--- load: single bytes
while true do load(function() return 'x' end) end
--- language: numbers that are long texts
local s = ('1'):rep(5e7)
while true do pcall(math.floor, s) pcall(string.sub, 'x', s) pcall(select, s) end
--- language: a loop between long texts
local s = ('1'):rep(5e7)
while true do for i = s, s, s do break end end
--- language: metamethods that make metamethods
local m = {}
m.__concat = function(a, b) return setmetatable({}, m) .. b end
m.__lt = function(a, b) return setmetatable({}, m) < b end
m.__call = function(a) return setmetatable({}, m)() end
local a = setmetatable({}, m)
while true do
  pcall(function() return a .. a end) pcall(function() return a < a end) pcall(a)
end
--- language: __newindex, a chain of tables
local t = {} for i = 1, 1e6 do t = setmetatable({}, {__newindex = t}) end
while true do pcall(function() t.x = 1 end) end
--- language: an array from its end
while true do local t = {} for i = 3e6, 1, -1 do t[i] = i end end
--- language: an array that becomes entries
local t = {} for i = 1, 4194304 do t[i] = i end
for i = 1, 4194200 do t[i] = nil end
for i = 1, 1e6 do t['k' .. i] = i end
--- language: entries that become an array
local t = {} for i = 2, 4e6 do t[i * 2] = i end
while true do for i = 1, 8e6, 2 do t[i] = i end for i = 1, 8e6, 2 do t[i] = nil end t.x = 1 end
--- language: entries that come and go
local t = {} for i = 1, 3e6 do t['k' .. i] = i end
while true do for i = 1, 3e6 do t['k' .. i] = nil t['l' .. i] = i end end
--- language: a large table that is emptied and filled with others
local t = {} for i = 1, 3e6 do t['k' .. i] = i end
for i = 1, 3e6 do t['k' .. i] = nil end
while true do for i = 1, 1e5 do t[i + 0.5] = i end for i = 1, 1e5 do t[i + 0.5] = nil end end
--- collectgarbage: a large weak table of names
while true do
  local t = setmetatable({}, {__mode = 'k'}) for i = 1, 1e6 do t[{}] = i end
  collectgarbage()
end
--- collectgarbage: a large weak table of values
while true do
  local t = setmetatable({}, {__mode = 'v'}) for i = 1, 1e6 do t['k' .. i] = {} end
  collectgarbage()
end
--- coroutine.create: deep stacks that are dropped
local function f(n) if n == 0 then coroutine.yield() end return 1 + f(n - 1) end
while true do local co = coroutine.create(f) coroutine.resume(co, 15000) end
--- coroutine.wrap: each kills its parent's errors
local function f() while true do pcall(coroutine.wrap(f)) end end
f()
