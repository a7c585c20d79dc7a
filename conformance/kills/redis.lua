--- redis.call: again and again
while true do redis.call('ECHO', 'x') end
--- redis.call: a reply of many elements
local t = {} for i = 1, 5000 do t[i] = i end
for i = 1, 100 do redis.call('RPUSH', 'l', unpack(t)) end
while true do redis.call('LRANGE', 'l', 0, -1) end
--- redis.call: a reply of many pairs
local t = {} for i = 1, 6000 do t[i] = i end
for i = 1, 50 do for j = 1, 6000 do t[j] = i * 10000 + j end redis.call('HSET', 'h', unpack(t)) end
redis.setresp(3)
while true do redis.call('HGETALL', 'h') end
--- redis.call: a long value
redis.call('SET', 's', ('x'):rep(5e7))
while true do redis.call('GET', 's') end
--- redis.call: a long argument
local s = ('x'):rep(5e7)
while true do redis.call('ECHO', s) end
--- redis.call: many arguments
local t = {} for i = 1, 7000 do t[i] = i end
while true do pcall(redis.call, 'EXISTS', unpack(t)) end
--- redis.pcall: errors
while true do redis.pcall('GET') redis.pcall('nosuch') end
--- redis.pcall: a long reply that is an error's
while true do redis.pcall(('x'):rep(1e6)) end
--- redis.acl_check_cmd: again and again
while true do redis.acl_check_cmd('GET', 'x') end
--- redis.log: a long line
local s = ('x'):rep(5e7)
while true do redis.log(redis.LOG_WARNING, s) end
--- redis.debug: a large value
local t = {} for i = 1, 1e6 do t[i] = i end
while true do redis.debug(t) end
--- redis.sha1hex: a long string
return redis.sha1hex(('x'):rep(1e8))
--- redis.error_reply: a long text
local s = ('x'):rep(5e7)
while true do redis.error_reply(s) end
--- redis.status_reply: a long text
local s = ('x'):rep(5e7)
while true do redis.status_reply(s) end
--- __redis__err__handler, __server__err__handler: a long text
local s = ('x'):rep(5e7)
while true do __redis__err__handler(s) end
--- language: a large reply
local t = {} for i = 1, 1e6 do t[i] = i end
return t
--- language: a reply without end
local t = {} t[1] = t t[2] = t
return t
--- language: a reply that is a long text
return ('x'):rep(1e8)
--- language: a reply of long texts
local s, t = ('x'):rep(1e6), {} for i = 1, 100 do t[i] = s end
return t
--- language: a reply that is a long error
return {err = ('x'):rep(5e7)}
--- language: a reply that is a long status
return {ok = ('x'):rep(5e7)}
--- language: a reply of nested tables
local t = {} for i = 1, 1e6 do t = {t} end
return t
--- redis.call: a map for a reply
redis.setresp(3)
local t = {} for i = 1, 1e6 do t['k' .. i] = i end
return {map = t}
