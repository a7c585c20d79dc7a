-- Measures pcall and error: successful calls, string errors, table errors, nesting.
local n = tonumber((...)) or 900000

local function parse(i)
  if i % 7 == 0 then error("bad input") end
  if i % 11 == 0 then error({ code = i % 100 }) end
  if i % 13 == 0 then local missing return missing.field end
  return i % 5
end

local function attempt(i)
  local ok, result = pcall(parse, i)
  if not ok and type(result) == "table" then error(result, 0) end
  return ok and result or #result
end

local succeeded, codes, value = 0, 0, 0
for i = 1, n do
  local ok, result = pcall(attempt, i)
  if ok then
    succeeded, value = succeeded + 1, value + result
  else
    codes = codes + result.code
  end
  local handled, message = xpcall(function() return parse(i) end, function(e) return type(e) end)
  if not handled then value = value + #message end
end
print("protected_calls", n, succeeded, codes, value)
