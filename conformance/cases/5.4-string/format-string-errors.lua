-- %s: what it refuses, and how the text counts arguments.
local values = { false, true, {}, "", " ", "x", "1x", "0x", "1 2", "--1", "1e", print, coroutine.create(function() end), newproxy() }
for i = 1, 14 do
  local value = values[i]
  local ok, message = pcall(string.format, "%s", value)
  print(type(value), ok, type(value) == "string" and message or ok and "made" or message)
  ok, message = pcall(function() return string.format("%s %s", 1, value) end)
  print(ok, type(value) == "string" and message or ok and "made" or message)
  ok, message = pcall(function() return ("%5.1s"):format(value) end)
  print(ok, type(value) == "string" and message or ok and "made" or message)
end
print(pcall(string.format, "%s"))
print(pcall(string.format, "%s %s", 1))
print(pcall(string.format, "%s", nil))
for _, text in ipairs { "100", "1.100", ".100", "5.5.5", "------", "+-+-+", "+-+-+-", "  ", "0000", "##", "l", "h", "*", ".*", "1$", "123", ".123", "0-5", "5-", "5 ", "-099", ".-1" } do
  print(text, pcall(string.format, "[%" .. text .. "s]", 65))
end
