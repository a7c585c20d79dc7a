-- Runs one command given by the caller and reports what came of it without ever failing itself.
-- ARGV: command and its arguments.
local rpcall = redis.pcall
local ok, result = pcall(rpcall, unpack(ARGV))
if not ok then
  return { "raised", type(result) == "table" and result.err or tostring(result) }
end

if type(result) == "table" then
  if result.err then
    local code, text = result.err:match("^(%u+) (.*)$")
    return { "error", code or "none", text or result.err }
  elseif result.ok then
    return { "status", result.ok }
  end
  return { "list", #result, result }
elseif result == false then
  return { "nil" }
end
return { type(result), result }
