-- Measures find, match, gmatch and gsub over log-like text.
local n = tonumber((...)) or 10000

local lines = {}
for i = 1, n do
  lines[i] = "2024-01-" .. (i % 28 + 10) .. " [" .. (i % 3 == 0 and "WARN" or "INFO") .. "] user" .. i % 50
    .. "@example.com GET /path/to/resource?id=" .. i .. "&page=" .. i % 9 .. " took " .. i % 300 .. "ms"
end
local text = table.concat(lines, "\n")

local warnings, users, milliseconds, digits = 0, {}, 0, 0
for round = 1, 5 do
  for line in text:gmatch("[^\n]+") do
    local year, month, day, level = line:match("^(%d+)%-(%d+)%-(%d+) %[(%u+)%]")
    if level == "WARN" then warnings = warnings + tonumber(day) % 2 end
    local name = line:match("(%w+)@%w+%.com")
    users[name] = (users[name] or 0) + 1
    milliseconds = milliseconds + tonumber(line:match("took (%d+)ms$"))
    for key, value in line:gmatch("(%w+)=(%w+)") do digits = digits + #key + #value end
    if line:find("page=8", 1, true) then digits = digits + 1 end
  end
  local upper, changed = text:gsub("%[(%u)(%u+)%]", function(first, rest) return "<" .. first .. rest:lower() .. ">" end)
  digits = digits + changed + #upper:gsub("%s+", " ")
end
local distinct = 0
for _ in pairs(users) do distinct = distinct + 1 end
print("string_patterns", n, warnings, distinct, milliseconds, digits)
