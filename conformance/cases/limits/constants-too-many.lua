-- As many constants, or functions, as an operand of PUC Lua's instructions can name.
local function compiled(name, count, head, item, tail)
  local parts = { head }
  for i = 1, count do parts[#parts + 1] = item(i) end
  parts[#parts + 1] = tail
  -- Without pcall a message handler would be called.
  local _, chunk, message = pcall(loadstring, table.concat(parts), "=" .. name)
  print(name, count, chunk and "compiled" or message)
end
local function number(i) return (i + 0.5) .. ",\n" end
compiled("numbers", 262143, "local t = {\n", number, "}")
compiled("numbers", 262144, "local t = {\n", number, "}")
local function child() return "f=function()end " end
compiled("functions", 262143, "local f ", child, "")
compiled("functions", 262144, "local f ", child, "")
compiled("before a syntax error", 262144, "local t = {\n", number, "} + end")
compiled("after a syntax error", 262144, "local + local t = {\n", number, "}")
