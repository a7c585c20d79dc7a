-- The function of a statement is made in its local, if that is one; nils that are declared together are one instruction.
local trace
local function traced(name, source)
  local lines, active = {}, {}
  local chunk = assert(loadstring(source, "=" .. name))
  for line in pairs(debug.getinfo(chunk, "L").activelines) do active[#active + 1] = line end
  table.sort(active)
  debug.sethook(function(_, line) if debug.getinfo(2, "S").source == "=" .. name then lines[#lines + 1] = line end end, "l")
  chunk()
  debug.sethook()
  -- A function with upvalues has instructions that are never run: their line is active, but no event.
  local shown = name ~= "recursive" and "active " .. table.concat(active, " ")
  print(name, "lines " .. table.concat(lines, " "), shown)
end
traced("local", "local f\nlocal x = 1\nfunction f()\n  return 1\nend\nf()")
traced("recursive", "local f\nlocal x = 1\nfunction f(n)\n  return n == 0 and n or f(n - 1)\nend\nf(2)")
traced("captured", "local f\nlocal x = 1\nfunction f()\n  return 1\nend\nlocal function g()\n  return f()\nend\ng()")
traced("global", "function trace_me()\n  return 1\nend\ntrace_me()\ntrace_me = nil")
traced("field", "local t = {}\nfunction t.f()\n  return 1\nend\nfunction t:g()\n  return self\nend\nt.f()\nt:g()")
traced("upvalue", "local f\nlocal function set()\n  function f()\n    return 1\n  end\n  f()\nend\nset()")
traced("nils", "local a\nlocal b\nlocal c = 1\nlocal d\nlocal e\nlocal f = 2")
traced("captured nils", "local z = 0\nlocal a\nlocal b\nlocal function g() return a, b, z end\nlocal c\nlocal d\na = function() return c, d end\nb = 1\ng()")
traced("first nils", "local a\nlocal b\nlocal function g() return a, b end\ng()")
traced("parameters", "local function f(a)\n  local b\n  local c\n  return function() return a, b, c end\nend\nf(1)()")
traced("nils in a loop", "for i = 1, 2 do\n  local a\n  local b\n  local function g() return a, b end\n  g()\nend")
traced("nils at a join", "local a = 1\nif a then\n  a = 2\nend\nlocal b\nlocal c\nlocal function g() return b, c end\ng()")
