-- a constant on either side of >=, as a value and as a condition
global_value = 7
for _, constant in ipairs { "0", "7", "7.5", "-1", "1e400", "'7'", "'abc'", "''", "nil", "true", "false" } do
  for _, template in ipairs {
    "local v = 7 return v >= K", "local v = 7 return K >= v",
    "return global_value >= K", "return K >= global_value",
    "local v = 7 if v >= K then return 'then' else return 'else' end",
    "local v = 7 if K >= v then return 'then' else return 'else' end",
    "local v = 7 if not (v >= K) then return 'then' else return 'else' end",
    "local v = 7 if not (K >= v) then return 'then' end return 'after'",
    "local v, n = 7, 0 while v >= K do n = n + 1 if n == 3 then break end end return n",
    "local v, n = 7, 0 repeat n = n + 1 until v >= K or n == 3 return n",
    "local v = 'b' return v >= K",
    "return K >= K",
  } do
    local code = template:gsub("K", constant)
    print(code, pcall(assert(loadstring(code, "=c"))))
  end
end
