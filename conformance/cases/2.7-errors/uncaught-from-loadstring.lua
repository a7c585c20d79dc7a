local f = loadstring("\n\nlocal x = nil\nx()", "=chunk")
f()
