for _, n in ipairs { 0, 1, 49, 50, 51, 99, 100, 101, 149, 150, 151, 500, 511, 512, 513, 1000, 25600, 25650, 30000 } do
  local items = {} for i = 1, n do items[i] = i end
  local t = loadstring("return { " .. table.concat(items, ",") .. " }")()
  local sum = 0 for i, v in ipairs(t) do assert(i == v) sum = sum + v end
  local u = loadstring("local function f(...) return ... end return { " .. table.concat(items, ",") .. (n > 0 and "," or "") .. " f(7, 8, 9) }")()
  print(n, #t, sum, #u, u[n + 1], u[n + 3], u[n + 4])
end
