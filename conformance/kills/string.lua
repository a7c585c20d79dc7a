--- string.rep: a long string of a short one
return #string.rep('x', 2e8)
--- string.rep: a long string of a long one
return #string.rep(string.rep('x', 1e7), 20)
--- string.find: backtracking without end
return string.find(('a'):rep(3e4), ('a-'):rep(30) .. 'b')
--- string.find: nested optional items
return string.find(('a'):rep(3e5), ('a?'):rep(3e5))
--- string.find: a lazy item at each position
return string.find(('a'):rep(250000), '.-b')
--- string.find: a plain text that nearly matches everywhere
return string.find(('a'):rep(1e8), ('a'):rep(1e4) .. 'b', 1, true)
--- string.find: a plain text far away
return string.find(('a'):rep(2e8), 'b', 1, true)
--- string.find: a class that matches all of it
return string.find(('a'):rep(1e8), '%a*b')
--- string.find: balanced brackets that never close
return string.find(('('):rep(3e5), '%b()')
--- string.find: a capture of all of it
return #select(3, string.find(('a'):rep(1e8), '(.*)'))
--- string.find: frontiers
return string.find(('a'):rep(1e8), '%f[b]')
--- string.find: a long set
return string.find(('a'):rep(1e6), '[' .. ('bc'):rep(1e5) .. ']')
--- string.find: a reference to a long capture
return string.find(('a'):rep(1e6), '^(.*)%1$')
--- string.match: a capture of all of it
return #string.match(('a'):rep(1e8), '.*')
--- string.match: backtracking without end
return string.match(('a'):rep(3e4), ('a*'):rep(30) .. 'b')
--- string.match: references to captures
return string.match(('a'):rep(3e4), '(.*)(.*)(.*)%1%2%3b')
--- string.gmatch, string.gfind: a step that takes long
for _ in string.gmatch(('a'):rep(3e4), ('a-'):rep(30) .. 'b') do end
--- string.gmatch, string.gfind: many short steps
for _ in string.gfind(('a'):rep(1e7), 'a') do end
--- string.gsub: many replacements by a string
return #string.gsub(('a'):rep(2e7), 'a', 'xyz')
--- string.gsub: long replacements
return #string.gsub(('a'):rep(100), 'a', ('x'):rep(1e6))
--- string.gsub: replacements by a function
return #string.gsub(('a'):rep(1e7), 'a', function(c) return c end)
--- string.gsub: replacements by a table
return #string.gsub(('a'):rep(1e7), 'a', {a = 'b'})
--- string.gsub: nothing to replace
return #string.gsub(('a'):rep(1e8), 'b', 'c')
--- string.gsub: backtracking without end
return string.gsub(('a'):rep(3e4), ('a-'):rep(30) .. 'b', '')
--- string.gsub: references in a long replacement
return #string.gsub(('a'):rep(1000), 'a+', ('%0'):rep(1e5))
--- string.gsub: a lazy item at each position
return string.gsub(('a'):rep(250000), '.-b', '')
--- string.format: a long string
return #string.format('%s', ('x'):rep(1e8))
--- string.format: a long string, quoted
return #string.format('%q', ('\n'):rep(5e7))
--- string.format: a long format
return #string.format(('x'):rep(1e8))
--- string.format: many items
return #string.format(('%99.99f'):rep(7000), unpack({}, 1, 0))
--- string.format: the widest items
local t = {} for i = 1, 200 do t[i] = -1.7e308 end
local f = ('%99.99f'):rep(200)
while true do string.format(f, unpack(t)) end
--- string.byte: as many as there may be
local s = ('x'):rep(7900)
while true do string.byte(s, 1, -1) end
--- string.char: as many as there may be
local t = {} for i = 1, 7900 do t[i] = 65 end
while true do string.char(unpack(t)) end
--- string.reverse: a long string
return #string.reverse(('xy'):rep(5e7))
--- string.upper: a long string
return #string.upper(('xy'):rep(5e7))
--- string.lower: a long string
return #string.lower(('XY'):rep(5e7))
--- string.sub: all but a byte of a long string
local s = ('xy'):rep(5e7)
return #s:sub(2) + #s:sub(3) + #s:sub(4)
--- string.dump: a function with many constants
local t = {} for i = 1, 1e5 do t[i] = 'a' .. i .. '=' .. i end
local f = loadstring('return {' .. table.concat(t, ',') .. '}')
while true do string.dump(f) end
--- tostring: a long string and a metamethod without end
local s = ('x'):rep(1e8)
return tostring(setmetatable({}, {__tostring = function() while #tostring(s) > 0 do end end}))
--- tonumber: a long text of digits
return tonumber(('1'):rep(1e8))
--- tonumber: a long text of spaces
return tonumber((' '):rep(1e8))
--- tonumber: a long fraction
return tonumber('0.' .. ('0'):rep(1e8) .. '1')
--- tonumber: a long text in another base
return tonumber(('1'):rep(1e8), 3)
--- tonumber: a long text of hexadecimal digits
return tonumber('0x' .. ('f'):rep(1e8))
