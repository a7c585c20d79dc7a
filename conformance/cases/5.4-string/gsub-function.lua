local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(("abc"):gsub("%w", function(c) return c:upper() .. "." end))
print(("abc"):gsub("%w", function(c) if c == "b" then return nil end return false or "x" end))
print(all(("abc"):gsub("b", function() return false end)), all(("abc"):gsub("b", function() end)))
print(("1 2 3"):gsub("%d", function(d) return d * 2 end))
print(("k=v"):gsub("(%w)=(%w)", function(k, v, ...) return v .. "=" .. k .. select("#", ...) end))
print(("abc"):gsub("()b()", function(a, b) return a .. b end))
print(pcall(string.gsub, "abc", "b", function() return {} end))
print(pcall(string.gsub, "abc", "b", function() return true end))
print(pcall(string.gsub, "abc", "b", function() error("inside", 0) end))
