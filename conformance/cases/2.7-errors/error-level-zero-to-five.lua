local function e(level) error("L" .. tostring(level), level) end
local function f(level) e(level) end
local function g(level)
  f(level)
end
for level = 0, 8 do print(pcall(g, level)) end
print(pcall(g)) print(pcall(g, nil)) print(pcall(g, "2")) print(pcall(g, 2.9)) print(pcall(g, -1)) print(pcall(g, {})) print(pcall(g, 1e9))
