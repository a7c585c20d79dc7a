-- A reader is not asked for more than the parser needs to see that the chunk is no Lua.
local function endless(first, rest)
  local calls = 0
  local f, message = load(function()
    calls = calls + 1
    if calls > 100000 then return nil end
    return calls == 1 and first or rest
  end, "=r")
  print(first, rest, f, message, calls <= 100000)
end
endless("=", "=")
endless("x =", "=")
endless("x ", "=")
endless("x = 1 ", "= ")
endless("x ==", " ")
endless("x = ~", "=")
endless("x <", "=")
endless(")", " ")
endless("local", " 1")
endless("x.", ".")
endless("'a\n", "b")
