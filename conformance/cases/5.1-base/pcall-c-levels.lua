-- pcall within pcall as a C call: the limit on C levels.
local function down(n) if n == 0 then return "bottom" end return select(2, pcall(down, n - 1)) end
print(down(50), down(150), down(190))
local f = pcall
local ok, message = pcall(function()
  local function again(n) local ok, m = pcall(again, n + 1) if not ok then error(m, 0) end return m end
  return again(1)
end)
print(ok, message)
