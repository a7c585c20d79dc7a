-- strings as operands of -: every notation, on either side, with numbers and strings
local texts = { "10", "0x10", " 7", "7 ", "\t3\n", "1e1", "1.5", ".5", "5.", "-2", "+2", "0", "-0x8", "1e400", "", " ", "x", "1x", "0x", "1 2", "--1", "1e", "inf", "nan", "1,2" }
for _, s in ipairs(texts) do
  local function show(ok, v) return ok and (v ~= v and "nan" or tostring(v)) or "error" end
  print(("%q"):format(s):gsub("\n", "n"), show(pcall(function() return s - 2 end)), show(pcall(function() return 2 - s end)), show(pcall(function() return s - "3" end)), show(pcall(function() return s - s end)))
end
