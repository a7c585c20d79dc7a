-- An expression is read only when what follows has been seen: tests, constants, keys, comparisons over several lines.
local function run(source, ...)
  local chunk, refused = loadstring(source, "=c")
  if not chunk then
    print(refused)
    return
  end
  local seen, active = {}, {}
  for line in pairs(debug.getinfo(chunk, "L").activelines) do active[#active + 1] = line end
  table.sort(active)
  debug.sethook(function(_, line) seen[#seen + 1] = line end, "l")
  local ok, message = pcall(chunk, ...)
  debug.sethook()
  -- the first line and the last are this function's
  table.remove(seen, 1)
  table.remove(seen)
  print("active " .. table.concat(active, " ") .. " seen " .. table.concat(seen, " "), ok, ok and type(message) or message)
end
run'("x")\n.y\n= nil'
run'print((\n"x"\n)\n.\ny,("x")[\n1]\n)'
run'(nil)\n.y = 1'
run'local x = (nil)\n.y'
run'local a\nlocal x = (nil)\n.y'
run'while true do local x = (nil)\n.y end'
run'local a,b,c = ...\nlocal x\n=\n(nil)\n.y'
run'local x\nrepeat x\n= 1 until (\nx\n<2\n)\nprint(x)'
run'local a = 1\nif a == 3\nor a ==\n1 and\n... then local b\n= 1 end local c\n=2'
run'local function r(\n) r\n() end r(\n)'
run'type{\n1,\n2,{\n3\n}\n,\nx\n=\n4\n;\n"x"\n}'
run'local f = type f\n{2,\nf\n{\n3},\nf[[\nx]]}'
run'local t = {a\n,b\n,\nc\n=\n1,d\n}'
run'local a,b = 1 return {a\n,b\n,a\n..\nb}'
run'local t = {}\nt\n[nil\n]=1'
run'local t = {}\nt\n[\n1\n==\n2\n]\n=1\nt[\nt\n==\nt\n]\n.x\n=3'
run'local function f() end\nlocal x = f\n(\n) and\n1\nor\n2'
run'local function f() end\nlocal x = not f\n(\n) and\n1\nor\nnot f()\nreturn\n-x\n,x'
run'local x = 1\nfor i = 1\n,\n2\ndo\nif\nx\nthen\nelse\nend\nend\nfor i = x\n,\nx\n,x\ndo end'
run'local t = {}\nlocal a = t\n.\nx\nor\nt\n.\ny\nand\nt\nreturn (\na\n)\n.\nb'
run'local t = {}\nlocal a = (\nt\n.\nx\nor\nt\n.\ny\nand\nt\n)\nor\n(t\n==\nt\n)\nand\n(t\n+\nt\n)\nreturn (\na\n)\n.\nb'
run'local t = {}\nlocal a = {\n[\nt\n.\nx\nor\n1\n]\n=\n2\n,\n[\nt\n==\n1\n]\n=\n(\nt\n==\nt)\n}\n'
run'local function f(...)\nreturn\n...\nand\n(\n...\n)\nor\n...\nend\nf()\nf(1\n)\nf\n(false)'
run'local a\na = a\nand\n{}\nor\n{\n}\na\n= a\nand\nfunction\n()\nend\nor\na\nprint\n(a\n==nil\n)'
run'local a,b\na\n,\nb\n=\n1\n==\n2\n,\na\n==\nb\n'
run'local a,b\na\n,\nb\n=\n1\n==\n2\n,\nprint\n(\n)'
run'local a = #\n"x"\n..\n(1\n==2\n)'
run'local a = not\n(1\n==\n2\n)\n,\nnot\n(\n...\n)\n,\n3'
