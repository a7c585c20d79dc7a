-- print looks tostring up each time.
local real = tostring
local function try(...)
  local ok, message = pcall(print, ...)
  io.write(real(ok), " ", real(message), "\n")
end
tostring = function(v) return "<" .. real(v) .. ">" end
try(1, nil, "x")
tostring = function() return 7 end
try("a", "b")
tostring = function() end
try(1)
tostring = function() return {} end
try(1)
try()
tostring = nil
try(1)
tostring = 5
try(1)
tostring = setmetatable({}, { __call = function(_, v) return "called " .. real(v) end })
try(1, 2)
tostring = function(v) if v == 2 then error("second", 0) end return real(v) end
try(1, 2, 3)
tostring = real
print("back")
