-- The line of an error is that of the instruction, over several lines of source.
local function try(source, ...) print(pcall(assert(loadstring(source, "=c")), ...)) end
try 'return (nil)\n.x'
try 'local t = {}\nreturn (t\n.x\n)\n.y'
try 'local t = {}\nreturn t\n.x\nand\n1 or\nt\n.\ny\n.\nz'
try 'local t = {}\nreturn {\nt\n.x\n{\n}\n}'
try 'local a, b = {}, 1\nreturn a\n<\nb'
try 'local a, b = {}, 1\nreturn (a\n<\nb\n)\nand\n1'
try 'local a = {}\nreturn a\n[\nnil\n..\na\n]'
try 'local t\nt\n[\n1\n==\n2\n]\n=\n3'
try 'f\n{\nf\n}'
try 'return {\nx\n.\ny\n.\nz\n,\nnil\n}'
