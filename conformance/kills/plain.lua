--- dofile, loadfile: a long file
local name = os.tmpname()
local file = io.open(name, 'w') for i = 1, 2e5 do file:write('x = ', i, ' ') end file:close()
while true do loadfile(name) dofile(name) end
--- require, package.loaders.1, package.loaders.2, package.loaders.3, package.loaders.4: a long path
package.path = ('?/?/?;'):rep(1e6)
while true do pcall(require, 'x') end
--- print: a long string
local s = ('x'):rep(1e7)
while true do print(s) end
--- io.write, io.flush: a long string
local s = ('x'):rep(1e7)
while true do io.write(s) io.flush() end
--- io.output, io.tmpfile: a long string
local s = ('x'):rep(5e7)
while true do local file = io.tmpfile() io.output(file) io.write(s) io.output(io.stdout) file:close() end
--- io.open, io.close, io.input, io.read, io.lines: a long file
local name = os.tmpname()
local file = io.open(name, 'w') file:write(('x'):rep(5e7)) io.close(file)
while true do
  local file = io.open(name) file:read('*a') file:seek('set') file:read('*l') file:seek('set') file:read(4e7) file:close()
  io.input(name) io.read('*n') for _ in io.lines(name) do end
end
--- io.read: a long number
local name = os.tmpname()
local file = io.open(name, 'w') file:write((' '):rep(5e7)) io.close(file)
while true do local file = io.open(name) file:read('*n') file:close() end
--- os.remove, os.rename, os.tmpname: names
while true do local name = os.tmpname() os.rename(name, name .. 'x') os.remove(name .. 'x') end
--- os.date: a long format
return #os.date(('%c'):rep(1e6))
--- os.date: nothing but text
return #os.date(('x'):rep(1e8))
--- debug.traceback: at a great depth
local function f(n) if n == 0 then while true do debug.traceback() end end return 1 + f(n - 1) end
f(15000)
--- debug.getinfo, debug.getlocal, debug.setlocal: at a great depth
local function f(n)
  if n == 0 then while true do debug.getinfo(15000) pcall(debug.getlocal, 15000, 1) pcall(debug.setlocal, 15000, 1, 1) end end
  return 1 + f(n - 1)
end
f(15000)
--- debug.getinfo: a function with many lines
local f = loadstring(('x = 1\n'):rep(1e5))
while true do debug.getinfo(f, 'L') end
--- debug.sethook: a hook without end
debug.sethook(function() while true do end end, 'l')
local x = 1
--- debug.sethook: a hook at each line
debug.sethook(function() end, 'crl', 1)
while true do local x = 1 end
--- blocking: os.execute io.popen os.exit debug.debug
