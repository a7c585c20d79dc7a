-- PUC Lua compiles as it reads: a limit is reported where it is hit, even if a syntax error follows.
local function names(n, p, sep)
  local t = {}
  for i = 1, n do t[i] = p .. i end
  return table.concat(t, sep or ",")
end
local up = "local " .. names(61, "u") .. "\nlocal function f()\n"
local sources = {
  "local " .. names(201, "a") .. "\n)", "local " .. names(200, "a") .. "\n)",
  "local " .. names(201, "a") .. " @", "local " .. names(201, "a") .. " = 'x\n",
  "function foo ()\n  local " .. names(300, "a") .. ",b\n",
  "function foo ()\n  local " .. names(199, "a") .. ",\nb\n,\nc\n=\n1 )",
  "local " .. names(200, "a") .. "\nfor\ni\n=\n1\n,\n2\ndo\nend end",
  "local " .. names(197, "a") .. "\nfor\ni\n=\n1\n,\n2\ndo\nend",
  "local " .. names(196, "a") .. "\nfor\ni\n,\nk\nin\n1\n,\n2\ndo\nend",
  "function f(\n" .. names(201, "a", ",\n") .. "\n)\nend", "function f(\n" .. names(200, "a", ",\n") .. ",\n...\n)\nend",
  "function f:g(\n" .. names(200, "a", ",\n") .. "\n)\nend", "function f.g:h(\n" .. names(200, "a", ",\n") .. "\n, 1",
  ("local\nfunction\nf\n(\n)\nend\n"):rep(201) .. "=",
  up .. names(61, "u", "=1\n") .. "=1\n)", up .. names(61, "u", "\n=\n1\n") .. "\n=\n1 +",
  up .. "return " .. names(61, "u") .. "\n)", up .. "return " .. names(60, "u") .. ",\n)",
  up .. "return " .. names(60, "u") .. ", u61 @", up .. "return " .. names(60, "u") .. ", u61 'x",
  up .. "return\n" .. names(61, "u") .. "+\nend", up .. "local function g()\n" .. names(61, "u", "\n=\n1\n") .. "=1 end end",
  up .. "return function() return function() return " .. names(61, "u") .. " end", up .. "return " .. names(61, "u") .. " break",
  "f(" .. names(260, "a") .. "\n)\n)", "f(" .. names(260, "a") .. "\n,", "f(" .. names(248, "a") .. "\n,",
  "f(" .. names(249, "a") .. "\n,", "f(" .. names(249, "a") .. "\n]", "f(" .. names(250, "a") .. "\n",
  "f(" .. names(260, "a") .. ") = 1", "f(" .. names(260, "a") .. "), x = 1", "return f(" .. names(260, "a") .. ") x = 1",
  "while x do f(" .. names(260, "a") .. ") break x = 1", "f(" .. names(260, "a") .. ") break",
  "f(" .. names(260, "a") .. ")\na=" .. ("("):rep(210), "a=" .. ("("):rep(210) .. "\nf(" .. names(260, "a") .. ")",
  "a=" .. ("("):rep(199) .. ")" .. "\nf(" .. names(260, "a") .. ")", "local " .. names(201, "a") .. "\nf(" .. names(260, "a") .. ")",
  up .. "return " .. names(61, "u") .. "\nend f(" .. names(260, "a") .. ")", "f(" .. names(260, "a") .. ")" .. up .. names(61, "u", "=1 "),
  "a" .. (",a"):rep(250) .. "=1 )", ("("):rep(10) .. "function() a" .. (",a"):rep(250) .. "=1 end", "a" .. (",a"):rep(190) .. "f",
  "t = { x = {" .. names(50, "{a") .. ("{"):rep(200) .. "+", "t = { x" .. ("="):rep(3), ("do\n"):rep(250), ("repeat\n"):rep(100) .. ("if a then\n"):rep(150),
  "f(" .. names(247, "a") .. ", {\n", "f(" .. names(247, "a") .. "\n, a, \n\n{ ]", "x = a\n.." .. names(198, "a", "..\n") .. "\n..",
}
for i, source in ipairs(sources) do print(i, loadstring(source, "=s")) end
