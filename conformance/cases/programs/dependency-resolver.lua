-- Dependencies: an order of building in layers, cycles with their paths, and a solver of version constraints that backtracks.
local Graph = {}
Graph.__index = Graph
function Graph.new(text)
  local graph = setmetatable({ edges = {}, names = {} }, Graph)
  for line in text:gmatch("[^;\n]+") do
    local name, needs = line:match("^%s*([%w_]+)%s*:?%s*(.-)%s*$")
    if name then
      graph:add(name)
      for need in needs:gmatch("[%w_]+") do
        graph:add(need)
        table.insert(graph.edges[name], need)
      end
    end
  end
  return graph
end
function Graph:add(name)
  if not self.edges[name] then
    self.edges[name] = {}
    table.insert(self.names, name)
  end
end

-- Depth-first order; a cycle is raised as a table with its path.
function Graph:order(...)
  local state, path, result = {}, {}, {}
  local function visit(name)
    if state[name] == "done" then return end
    path[#path + 1] = name
    if state[name] == "open" then
      local start = 1
      while path[start] ~= name do start = start + 1 end
      error({ cycle = { unpack(path, start) } })
    end
    state[name] = "open"
    for _, need in ipairs(self.edges[name] or error("nothing is known of " .. name, 0)) do visit(need) end
    state[name] = "done"
    path[#path] = nil
    result[#result + 1] = name
  end
  local wanted = { ... }
  for _, name in ipairs(#wanted > 0 and wanted or self.names) do visit(name) end
  return result
end

-- Kahn's layers: all that can be built at the same time.
function Graph:layers()
  local waiting, users, ready, layers = {}, {}, {}, {}
  for _, name in ipairs(self.names) do users[name] = {} end
  for _, name in ipairs(self.names) do
    waiting[name] = #self.edges[name]
    for _, need in ipairs(self.edges[name]) do table.insert(users[need], name) end
    if waiting[name] == 0 then ready[#ready + 1] = name end
  end
  local built = 0
  while #ready > 0 do
    table.sort(ready)
    layers[#layers + 1] = ready
    local following = {}
    for _, name in ipairs(ready) do
      built = built + 1
      for _, user in ipairs(users[name]) do
        waiting[user] = waiting[user] - 1
        if waiting[user] == 0 then following[#following + 1] = user end
      end
    end
    ready = following
  end
  return layers, #self.names - built
end

-- Tarjan's strongly connected components.
function Graph:components()
  local index, low, onStack, stack, count, result = {}, {}, {}, {}, 0, {}
  local function connect(name)
    count = count + 1
    index[name], low[name] = count, count
    stack[#stack + 1] = name
    onStack[name] = true
    for _, need in ipairs(self.edges[name]) do
      if not index[need] then
        connect(need)
        low[name] = math.min(low[name], low[need])
      elseif onStack[need] then
        low[name] = math.min(low[name], index[need])
      end
    end
    if low[name] == index[name] then
      local component = {}
      repeat
        local member = table.remove(stack)
        onStack[member] = nil
        component[#component + 1] = member
      until member == name
      table.sort(component)
      result[#result + 1] = table.concat(component, "+")
    end
  end
  for _, name in ipairs(self.names) do if not index[name] then connect(name) end end
  return result
end

local function show(title, text, ...)
  local graph = Graph.new(text)
  local ok, order = pcall(graph.order, graph, ...)
  if ok then
    print(title, "order", table.concat(order, " "))
  elseif type(order) == "table" then
    print(title, "cycle", table.concat(order.cycle, " > "))
  else
    print(title, "error", order)
  end
  local layers, left = graph:layers()
  for position, layer in ipairs(layers) do layers[position] = table.concat(layer, ",") end
  print("", "layers", table.concat(layers, " | "), left)
  print("", "parts", table.concat(graph:components(), " "))
end
show("program", "app: ui net; ui: draw text; net: socket text; draw: math; text; socket; math")
show("part", "app: ui net; ui: draw; net: draw; draw; other: app", "ui")
show("diamond", "a: b c\n b: d\n c: d\n d:")
show("cycle", "a: b; b: c; c: d b; d")
show("self", "a: a; b")
show("two cycles", "a: b; b: a; c: d; d: c a; e: c")
show("unknown", "a: b", "z")
show("nothing", "")
local chain = {}
for index = 1, 150 do chain[index] = "n" .. index .. ": n" .. index + 1 end
local long = Graph.new(table.concat(chain, ";"))
local order = long:order()
print(#order, order[1], order[151], #long:layers(), #long:components())

-- Versions and constraints.
local function version(text)
  local major, minor, patch = text:match("^(%d+)%.?(%d*)%.?(%d*)$")
  if not major then error("bad version '" .. text .. "'", 0) end
  return tonumber(major) * 1e6 + (tonumber(minor) or 0) * 1e3 + (tonumber(patch) or 0)
end
local tests = {
  ["="] = function(a, b) return a == b end, [">="] = function(a, b) return a >= b end, ["<"] = function(a, b) return a < b end,
  [">"] = function(a, b) return a > b end, ["<="] = function(a, b) return a <= b end, ["~="] = function(a, b) return a ~= b end,
  ["^"] = function(a, b) return a >= b and math.floor(a / 1e6) == math.floor(b / 1e6) end,
}
local function allows(constraint, text)
  for operator, bound in constraint:gmatch("([%^=<>~]+)%s*([%d.]+)") do
    local test = tests[operator] or error("bad constraint '" .. constraint .. "'", 0)
    if not test(version(text), version(bound)) then return false end
  end
  return true
end
print(allows("^1.2", "1.9.9"), allows("^1.2", "2.0"), allows(">=1.0 <1.5", "1.4.9"), allows(">=1.0 <1.5", "1.5"), allows("", "9"), allows("~=1.1", "1.1.0"))
print(pcall(allows, "=<1", "1"))
print(pcall(allows, ">=1", "one"))

-- Picks for each package the newest version that all constraints allow; goes back where there is none.
local function resolve(registry, roots)
  local steps = 0
  local function solve(chosen, agenda)
    if #agenda == 0 then return chosen end
    local item, rest = agenda[1], { unpack(agenda, 2) }
    local name, constraint = item[1], item[2]
    if chosen[name] then
      if allows(constraint, chosen[name]) then return solve(chosen, rest) end
      return nil, string.format("%s wants %s %s, but %s is chosen", item[3], name, constraint, chosen[name])
    end
    local reason = string.format("%s wants %s %s, of which there is none", item[3], name, constraint)
    for _, candidate in ipairs(registry[name] or {}) do
      if allows(constraint, candidate.version) then
        steps = steps + 1
        local following = setmetatable({ [name] = candidate.version }, { __index = chosen })
        local wider = { unpack(rest) }
        for _, need in ipairs(candidate.needs) do wider[#wider + 1] = { need[1], need[2], name .. " " .. candidate.version } end
        local solution, why = solve(following, wider)
        if solution then return solution end
        reason = why
      end
    end
    return nil, reason
  end
  local agenda = {}
  for index, need in ipairs(roots) do agenda[index] = { need[1], need[2], "root" } end
  local solution, reason = solve({}, agenda)
  return solution, reason, steps
end
local function registry(text)
  local packages, names = {}, {}
  for line in text:gmatch("[^\n]+") do
    local name, number, needs = line:match("^%s*(%a+) ([%d.]+):?(.*)$")
    local entry = { version = number, needs = {} }
    for need, constraint in needs:gmatch("(%a+)([^,]*)") do table.insert(entry.needs, { need, constraint }) end
    if not packages[name] then
      packages[name] = {}
      names[#names + 1] = name
    end
    table.insert(packages[name], entry)
  end
  for _, list in pairs(packages) do table.sort(list, function(a, b) return version(a.version) > version(b.version) end) end
  return packages, names
end
local packages, names = registry([[
  web 1.0: http ^1.0
  web 2.0: http ^2.0, log >=1.1
  web 2.1: http ^2.1, log >=2.0
  http 1.0: socket >=1.0
  http 1.5: socket >=1.0
  http 2.0: socket >=1.2
  http 2.1: socket >=2.0
  socket 1.0
  socket 1.2
  socket 1.10
  socket 2.0: log <2.0
  log 1.0
  log 1.1
  log 2.0: clock =1.0
  clock 1.1]])
local function report(...)
  local roots = {}
  for index, need in ipairs({ ... }) do
    local name, constraint = need:match("^(%a+)(.*)$")
    roots[index] = { name, constraint }
  end
  local solution, reason, steps = resolve(packages, roots)
  if not solution then
    print("no", reason, steps)
    return
  end
  local list = {}
  for _, name in ipairs(names) do if solution[name] then list[#list + 1] = name .. "=" .. solution[name] end end
  print("yes", table.concat(list, " "), steps)
end
report("web")
report("web >=2.1")
report("web <2.0")
report("web", "socket <1.2")
report("http", "log >=2.0")
report("socket", "log")
report("log", "socket >=2.0")
report("nothing")
report("http ^1.2", "http ^1.4", "socket ~=1.10 <2.0")
report("web ^2.0", "http ^1.0")
