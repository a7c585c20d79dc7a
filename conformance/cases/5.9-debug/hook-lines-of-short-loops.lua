-- Each round of a loop on one line is told of once, whatever its body is.
local function trace(source)
  local lines = {}
  local f = assert(loadstring(source, "=s"))
  debug.sethook(function(_, line) lines[#lines + 1] = line end, "l")
  f()
  debug.sethook()
  print((("%q"):format(source):gsub("\n", "n")), table.concat(lines, " "))
end
local heads = { "for k in pairs{1,2} do ", "for k = 1, 3 do ", "local k = 0 while k < 2 do k = k + 1 ", "for k in\nipairs{1,2}\ndo " }
local bodies = { "", "break", "\nbreak", "repeat until true", "while false do end", "local function q() return k end", "\nrepeat until true\n",
  "x = k", "do local y = k g = function() return y end end" }
for _, head in ipairs(heads) do
  for _, body in ipairs(bodies) do trace(head .. body .. " end") trace(head .. body .. " end\nx = 1") end
end
for _, body in ipairs(bodies) do
  trace("local k = 0 repeat k = k + 1 " .. body:gsub("break", "if k then break end") .. " until k >= 2\nx = 1")
end
