-- Prints the cases of formats.txt, one a line: conversion, value, result of string.format.
-- Run with PUC Lua 5.1: lua5.1 formats.lua > formats.txt
math.randomseed(7)
local values = {0, -0, 1, -1, 3, 7.5, -7.5, 0.5, 1.5, 2.5, 255, 256, 65535, 1e10, -1e10, 123456789, 0.1, 1/3, 1e-5, 1e-4, 1e5, 1e6, 999999.5, 1e15, 1e16, 1e100,
  2^31, 2^53, 2^62, 2^63, -2^63, 2^64, 1e300, 5e-324, 1/0, -1/0, 0/0, 9.995, 0.05, 1234.5678}
local letters = {"d", "i", "u", "o", "x", "X", "e", "E", "f", "g", "G"}
-- glibc loses the zeros of %#g where rounding adds a digit: not recorded.
local function case(spec, value) if value == 999999.5 and spec:find("#") then return end print(spec, string.format("%.17g", value), "[" .. string.format(spec, value) .. "]") end
for _, letter in ipairs(letters) do
  for _, value in ipairs(values) do case("%" .. letter, value) end
end
for _ = 1, 2500 do
  local spec = {"%"}
  for flag in ("-+ #0"):gmatch(".") do if math.random(4) == 1 then spec[#spec + 1] = flag end end
  if math.random(2) == 1 then spec[#spec + 1] = math.random(1, 20) end
  if math.random(2) == 1 then spec[#spec + 1] = "." .. math.random(0, 20) end
  spec[#spec + 1] = letters[math.random(#letters)]
  case(table.concat(spec), values[math.random(#values)])
end
for _ = 1, 600 do
  case("%." .. math.random(0, 8) .. letters[math.random(7, 11)], (math.random() - 0.5) * 10 ^ math.random(-8, 12))
end
