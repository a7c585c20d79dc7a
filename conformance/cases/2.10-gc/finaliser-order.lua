-- Finalisers run in the reverse order of creation.
local log = {}
local function make(name)
  local u = newproxy(true)
  getmetatable(u).__gc = function() log[#log + 1] = name end
  return u
end
local a, b, c, d = make("a"), make("b"), make("c"), make("d")
a, b, c, d = nil
collectgarbage()
print(table.concat(log, " "))
local many = {}
for i = 1, 20 do many[i] = make(i) end
log = {}
many[5], many[15] = nil
collectgarbage()
print(table.concat(log, " "))
log, many = {}, nil
collectgarbage()
print(table.concat(log, " "))
