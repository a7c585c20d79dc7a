-- Runs one sentence of the fuzzer; see fuzz.rs. Called as harness(text, mode), returns all that can be observed of it.
local source, mode = ...
local type, tostring, rawget, next, pcall = type, tostring, rawget, next, pcall
local getmetatable, setmetatable, error, select = getmetatable, setmetatable, error, select
local concat, sort, format, gsub, floor = table.concat, table.sort, string.format, string.gsub, math.floor
local globals = _G

local chunk, message = loadstring(source, "=p")
if not chunk then return "refused: " .. message end
if mode == "syntax" then return "accepted" end

local lines, size = {}, 0
local function put(line)
  size = size + #line
  if size < 60000 then lines[#lines + 1] = line end
end

local function plain(value)
  local kind = type(value)
  if kind == "string" then return value end
  if kind == "number" or kind == "boolean" or kind == "nil" then return tostring(value) end
  local meta = getmetatable(value)
  if type(meta) == "table" and rawget(meta, "__tostring") ~= nil then
    local done, text = pcall(tostring, value)
    return type(text) == "string" and text or kind .. " " .. type(text)
  end
  return kind
end

local function exact(value)
  if type(value) == "number" then return format("%.17g", value) end
  if type(value) == "string" then return format("%q", value) end
  return tostring(value)
end

local function describe(value, depth, seen)
  local kind = type(value)
  if kind == "thread" then return "thread " .. coroutine.status(value) end
  if kind ~= "table" then
    if kind == "function" or kind == "userdata" then return kind end
    return exact(value)
  end
  -- The libraries are not compared: they differ by what a profile offers.
  if value == globals then return "_G" end
  if seen[value] or depth > 4 then return "table" end
  seen[value] = true
  local entries = {}
  for key, item in next, value do
    -- A key of -0 is kept as 0 by ferrous; docs/compatibility.md.
    if key == 0 then key = 0 end
    local shown = type(key) == "table" and "{}" or describe(key, depth, seen)
    entries[#entries + 1] = "[" .. shown .. "]=" .. (type(key) == "table" and type(item) or describe(item, depth + 1, seen))
  end
  sort(entries)
  local meta = getmetatable(value)
  -- Only tables around it count: which of two equal fields comes first is the order of pairs.
  seen[value] = nil
  return "{" .. concat(entries, ",") .. "}" .. (meta ~= nil and "+" or "")
end

function print(...)
  local shown = {}
  for i = 1, select("#", ...) do shown[i] = plain((select(i, ...))) end
  put(concat(shown, "\t"))
end

function dump(...)
  for i = 1, select("#", ...) do put("local " .. i .. " " .. describe((select(i, ...)), 0, {})) end
end

-- Calls a function and shows exactly what comes back.
function check(f, ...)
  local function show(...)
    local shown = {}
    for i = 1, select("#", ...) do shown[i] = describe((select(i, ...)), 0, {}) end
    put(concat(shown, " "))
  end
  show(pcall(f, ...))
end

-- Both end a program that would not end by itself; calls also before the C stack is used up, whose depth differs.
local steps, calls = 0, 0
function step()
  steps = steps + 1
  if steps > 300 then error("too many steps") end
end
function enter()
  calls = calls + 1
  if calls > 90 then error("too many calls") end
end

-- Addresses never show.
local function show(value)
  return plain(value)
end
globals.tostring = show
-- A literal -0 would make every 0 of its function one: the constants are shared.
zero = 0

local function finish(...)
  print(...)
  for _, letter in next, { "n", "s", "t", "f", "x" } do
    for i = 1, 3 do
      local name = "g" .. letter .. i
      put(name .. " " .. describe(rawget(globals, name), 0, {}))
    end
  end
end
finish(pcall(chunk, 7, "two", nil, true))
return (gsub(concat(lines, "\n"), ": 0x%x%x%x%x%x+", ": address"))
