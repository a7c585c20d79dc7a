local function forever() return 1 + forever() end
local co = coroutine.create(forever)
local ok, message = coroutine.resume(co)
print(ok, (message:gsub("%s*%(.*", "")), coroutine.status(co))
print(coroutine.resume(coroutine.create(function() return "still fine" end)))
