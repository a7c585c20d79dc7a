--- server.call: again and again
while true do server.call('ECHO', 'x') end
--- server.call: a reply of many elements
local t = {} for i = 1, 5000 do t[i] = i end
for i = 1, 100 do server.call('RPUSH', 'l', unpack(t)) end
while true do server.call('LRANGE', 'l', 0, -1) end
--- server.call: a reply of many pairs
local t = {} for i = 1, 6000 do t[i] = i end
for i = 1, 50 do for j = 1, 6000 do t[j] = i * 10000 + j end server.call('HSET', 'h', unpack(t)) end
server.setresp(3)
while true do server.call('HGETALL', 'h') end
--- server.call: a long value
server.call('SET', 's', ('x'):rep(5e7))
while true do server.call('GET', 's') end
--- server.call: a long argument
local s = ('x'):rep(5e7)
while true do server.call('ECHO', s) end
--- server.call: many arguments
local t = {} for i = 1, 7000 do t[i] = i end
while true do pcall(server.call, 'EXISTS', unpack(t)) end
--- server.pcall: errors
while true do server.pcall('GET') server.pcall('nosuch') end
--- server.pcall: a long reply that is an error's
while true do server.pcall(('x'):rep(1e6)) end
--- server.acl_check_cmd: again and again
while true do server.acl_check_cmd('GET', 'x') end
--- server.log: a long line
local s = ('x'):rep(5e7)
while true do server.log(server.LOG_WARNING, s) end
--- server.debug: a large value
local t = {} for i = 1, 1e6 do t[i] = i end
while true do server.debug(t) end
--- server.sha1hex: a long string
return server.sha1hex(('x'):rep(1e8))
--- server.error_reply: a long text
local s = ('x'):rep(5e7)
while true do server.error_reply(s) end
--- server.status_reply: a long text
local s = ('x'):rep(5e7)
while true do server.status_reply(s) end
--- __server__err__handler: a long text
local s = ('x'):rep(5e7)
while true do __server__err__handler(s) end
