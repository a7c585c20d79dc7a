local function trace(s)
  local seen = {}
  local f = loadstring(s)
  debug.sethook(function(e, l) seen[#seen + 1] = l end, "l")
  f()
  debug.sethook()
  table.remove(seen, 1) table.remove(seen)
  print(table.concat(seen, " "))
end
trace"local a = 1\n  + 2\nlocal b = a\n  * a"
trace"print(\n)"
trace"local a, b = 1,\n  2\na, b =\n  b, a"
trace"local s = 'a' ..\n  tostring(1) ..\n  'c'"
