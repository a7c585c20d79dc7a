-- A hook hears nothing of the finalizers that run when the state is closed.
local gone = newproxy(true)
getmetatable(gone).__gc = function() print("finalized", string.len("x")) end
debug.sethook(function(event, line)
  local info = debug.getinfo(2, "Sn")
  print(event, line, info.what, info.name)
end, "crl", 1000)
local kept = gone
