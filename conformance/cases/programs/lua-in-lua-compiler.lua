-- A compiler for a subset of Lua into code for a stack machine, with the machine itself; both written in Lua.
local keywords = {}
for word in ([[and break do else elseif end false for function if in local nil not or repeat return then true until while]]):gmatch("%a+") do
  keywords[word] = true
end

-- Lexer: source to a list of {kind, value, line}.
local function lex(source)
  local tokens, position, line = {}, 1, 1
  local function add(kind, value) tokens[#tokens + 1] = { kind = kind, value = value, line = line } end
  local escapes = { n = "\n", t = "\t", ["\\"] = "\\", ['"'] = '"', ["'"] = "'" }
  while true do
    local blank = source:match("^%s*", position)
    line = line + select(2, blank:gsub("\n", ""))
    position = position + #blank
    if position > #source then break end
    local text = source:match("^%-%-[^\n]*", position)
    if text then
      position = position + #text
    else
      text = source:match("^[%a_][%w_]*", position)
      if text then
        add(keywords[text] and text or "name", text)
      else
        text = source:match("^%d+%.?%d*", position)
        if text then
          add("number", tonumber(text))
        else
          local quote = source:match("^[\"']", position)
          if quote then
            local stop = position + 1
            while source:sub(stop, stop) ~= quote do
              if stop > #source then error({ line = line, message = "unfinished string" }) end
              if source:sub(stop, stop) == "\\" then stop = stop + 1 end
              stop = stop + 1
            end
            text = source:sub(position, stop)
            add("string", (text:sub(2, -2):gsub("\\(.)", escapes)))
          else
            text = source:match("^%.%.", position) or source:match("^[=~<>]=", position) or source:match("^[%+%-%*/%%%^#<>=%(%){}%[%];:,%.]", position)
            if not text then error({ line = line, message = "unexpected symbol near '" .. source:sub(position, position) .. "'" }) end
            add(text, text)
          end
        end
      end
      position = position + #text
    end
  end
  add("<eof>")
  return tokens
end

local binary = {
  ["or"] = { 1, 1 }, ["and"] = { 2, 2 },
  ["<"] = { 3, 3 }, [">"] = { 3, 3 }, ["<="] = { 3, 3 }, [">="] = { 3, 3 }, ["~="] = { 3, 3 }, ["=="] = { 3, 3 },
  [".."] = { 5, 4 }, ["+"] = { 6, 6 }, ["-"] = { 6, 6 }, ["*"] = { 7, 7 }, ["/"] = { 7, 7 }, ["%"] = { 7, 7 }, ["^"] = { 10, 9 },
}

-- Parser and code generator in one pass. A prototype is {code, parameters, slots, captures}; an instruction {operation, operand, operand}.
local function compile(source)
  local tokens, at = lex(source), 1
  local unit
  local expression, block

  local function fail(message) error({ line = tokens[at].line, message = message .. " near '" .. tostring(tokens[at].value or "<eof>") .. "'" }) end
  local function peek() return tokens[at].kind end
  local function advance() at = at + 1 return tokens[at - 1] end
  local function accept(kind) if peek() == kind then return advance() end end
  local function expect(kind) return accept(kind) or fail("'" .. kind .. "' expected") end
  local function emit(...)
    local code = unit.code
    code[#code + 1] = { ... }
    return #code
  end
  local function here() return #unit.code + 1 end
  local function patch(jump) unit.code[jump][2] = here() end

  local function declare(name)
    unit.slots = unit.slots + 1
    unit.active[#unit.active + 1] = { name = name, slot = unit.slots }
    return unit.slots
  end
  local function find(owner, name)
    for index = #owner.active, 1, -1 do
      if owner.active[index].name == name then return "local", owner.active[index].slot end
    end
    if owner.captured[name] then return "upvalue", owner.captured[name] end
    if owner.parent then
      local kind, slot = find(owner.parent, name)
      if kind ~= "global" then
        owner.captures[#owner.captures + 1] = { kind, slot }
        owner.captured[name] = #owner.captures
        return "upvalue", #owner.captures
      end
    end
    return "global", name
  end
  local function scope(body)
    local height = #unit.active
    body()
    while #unit.active > height do table.remove(unit.active) end
  end

  local function functionBody(withSelf)
    local outer = unit
    unit = { code = {}, active = {}, captured = {}, captures = {}, slots = 0, parent = outer, parameters = 0 }
    local own = unit
    if withSelf then declare("self") end
    expect("(")
    if peek() ~= ")" then
      repeat declare(expect("name").value) until not accept(",")
    end
    expect(")")
    own.parameters = own.slots
    block()
    expect("end")
    emit("mark")
    emit("return")
    unit = outer
    emit("closure", own)
  end

  -- Compiles a list; only the last call in it keeps all of its values.
  local function expressionList(wanted)
    local count = 0
    repeat
      local kind = expression()
      count = count + 1
      local more = peek() == ","
      if kind == "call" then
        unit.code[#unit.code][2] = more and 1 or (wanted and math.max(wanted - count + 1, 0) or -1)
        if not more and wanted and wanted >= count then return end
      end
    until not accept(",")
    if wanted then
      for _ = count + 1, wanted do emit("constant", nil) end
      for _ = wanted + 1, count do emit("pop") end
    end
  end

  local function arguments()
    if peek() == "string" then
      emit("constant", advance().value)
    elseif accept("(") then
      if peek() ~= ")" then expressionList() end
      expect(")")
    else
      fail("function arguments expected")
    end
    emit("call", 1)
  end

  local function tableConstructor()
    expect("{")
    emit("newtable")
    local index = 0
    while peek() ~= "}" do
      if peek() == "name" and tokens[at + 1].kind == "=" then
        emit("constant", advance().value)
        advance()
        expression()
        emit("setfield")
      elseif accept("[") then
        expression()
        expect("]")
        expect("=")
        expression()
        emit("setfield")
      else
        index = index + 1
        emit("mark")
        local kind = expression()
        if kind == "call" and peek() == "}" then unit.code[#unit.code][2] = -1 end
        emit("append", index)
      end
      if not (accept(",") or accept(";")) then break end
    end
    expect("}")
  end

  -- Returns what the expression ends as: "call", or the pending access of a variable for assignments.
  local function suffixed(forAssignment)
    local pending
    local function settle()
      if pending then emit(unpack(pending)) end
      pending = nil
    end
    if accept("(") then
      expression()
      expect(")")
    else
      local kind, slot = find(unit, expect("name").value)
      pending = { "get" .. kind, slot }
    end
    local last = "value"
    while true do
      local kind = peek()
      if accept(".") then
        settle()
        emit("constant", expect("name").value)
        pending, last = { "index" }, "value"
      elseif accept("[") then
        settle()
        expression()
        expect("]")
        pending, last = { "index" }, "value"
      elseif accept(":") then
        settle()
        emit("self", expect("name").value)
        arguments()
        last = "call"
      elseif kind == "(" or kind == "string" then
        settle()
        emit("mark")
        arguments()
        last = "call"
      else
        break
      end
    end
    if forAssignment then return last, pending end
    settle()
    return last
  end

  local function simple()
    local kind = peek()
    if kind == "number" or kind == "string" then
      emit("constant", advance().value)
    elseif kind == "nil" or kind == "true" or kind == "false" then
      advance()
      emit("constant", ({ ["true"] = true, ["false"] = false })[kind])
    elseif kind == "{" then
      tableConstructor()
    elseif accept("function") then
      functionBody()
    else
      return suffixed()
    end
  end

  function expression(limit)
    limit = limit or 0
    local kind
    local operator = peek()
    if operator == "-" or operator == "not" or operator == "#" then
      advance()
      expression(8)
      emit("unary", operator)
    else
      kind = simple()
    end
    while binary[peek()] and binary[peek()][1] > limit do
      operator = advance().value
      kind = nil
      if operator == "and" or operator == "or" then
        local jump = emit(operator, 0)
        expression(binary[operator][2])
        patch(jump)
      else
        expression(binary[operator][2])
        emit("binary", operator)
      end
    end
    return kind
  end

  local function loop(body)
    local outer = unit.breaks
    unit.breaks = {}
    body()
    for _, jump in ipairs(unit.breaks) do patch(jump) end
    unit.breaks = outer
  end

  local statements = {}
  statements["if"] = function()
    local ends = {}
    repeat
      expression()
      expect("then")
      local skip = emit("jumpfalse", 0)
      block()
      ends[#ends + 1] = emit("jump", 0)
      patch(skip)
    until not accept("elseif")
    if accept("else") then block() end
    expect("end")
    for _, jump in ipairs(ends) do patch(jump) end
  end
  statements["while"] = function()
    loop(function()
      local start = here()
      expression()
      expect("do")
      local exit = emit("jumpfalse", 0)
      block()
      expect("end")
      emit("jump", start)
      patch(exit)
    end)
  end
  statements["repeat"] = function()
    loop(function()
      local start = here()
      scope(function()
        block(true)
        expect("until")
        expression()
      end)
      emit("jumpfalse", start)
    end)
  end
  statements["for"] = function()
    local first = expect("name").value
    loop(function()
      scope(function()
        if accept("=") then
          expression() expect(",") expression()
          if accept(",") then expression() else emit("constant", 1) end
          local step, limit, counter = declare("(step)"), declare("(limit)"), declare("(counter)")
          emit("newlocal", step) emit("newlocal", limit) emit("newlocal", counter)
          local start = emit("fortest", 0, step)
          emit("newlocal", declare(first))
          expect("do") block() expect("end")
          emit("forstep", step)
          emit("jump", start)
          patch(start)
        else
          local names = { first }
          while accept(",") do names[#names + 1] = expect("name").value end
          expect("in")
          expressionList(3)
          local control, state, iterator = declare("(control)"), declare("(state)"), declare("(iterator)")
          emit("newlocal", control) emit("newlocal", state) emit("newlocal", iterator)
          local start = emit("getlocal", iterator)
          emit("mark") emit("getlocal", state) emit("getlocal", control)
          emit("call", #names)
          local slots = {}
          for index, name in ipairs(names) do slots[index] = declare(name) end
          for index = #slots, 1, -1 do emit("newlocal", slots[index]) end
          emit("getlocal", slots[1])
          local exit = emit("jumpnil", 0)
          emit("getlocal", slots[1])
          emit("setlocal", control)
          expect("do") block() expect("end")
          emit("jump", start)
          patch(exit)
        end
      end)
    end)
  end
  statements["function"] = function()
    local name = expect("name").value
    local kind, slot = find(unit, name)
    if peek() == "." or peek() == ":" then
      emit("get" .. kind, slot)
      local method = advance().kind == ":"
      emit("constant", expect("name").value)
      functionBody(method)
      emit("setindex")
    else
      functionBody()
      emit("set" .. kind, slot)
    end
  end
  statements["local"] = function()
    if accept("function") then
      local slot = declare(expect("name").value)
      emit("constant", nil)
      emit("newlocal", slot)
      functionBody()
      emit("setlocal", slot)
    else
      local names = {}
      repeat names[#names + 1] = expect("name").value until not accept(",")
      if accept("=") then
        expressionList(#names)
      else
        for _ = 1, #names do emit("constant", nil) end
      end
      local slots = {}
      for index, name in ipairs(names) do slots[index] = declare(name) end
      for index = #slots, 1, -1 do emit("newlocal", slots[index]) end
    end
  end
  statements["return"] = function()
    emit("mark")
    if peek() ~= "end" and peek() ~= "<eof>" and peek() ~= "else" and peek() ~= "elseif" then expressionList() end
    emit("return")
  end
  statements["break"] = function()
    if not unit.breaks then fail("no loop to break") end
    table.insert(unit.breaks, emit("jump", 0))
  end
  statements["do"] = function()
    block()
    expect("end")
  end

  local blockEnds = { ["end"] = true, ["else"] = true, ["elseif"] = true, ["until"] = true, ["<eof>"] = true }
  function block(open)
    local height = #unit.active
    while not blockEnds[peek()] do
      local statement = statements[peek()]
      if statement then
        advance()
        statement()
      else
        local kind, target = suffixed(true)
        if kind == "call" then
          unit.code[#unit.code][2] = 0
        elseif not target then
          fail("syntax error")
        else
          local targets = { target }
          while accept(",") do
            local _, another = suffixed(true)
            targets[#targets + 1] = another
          end
          expect("=")
          expressionList(#targets)
          for index = #targets, 1, -1 do
            local access = targets[index]
            if access[1] == "index" then
              if #targets > 1 then fail("only one indexed target is supported") end
              emit("setindex")
            else
              emit("set" .. access[1]:sub(4), access[2])
            end
          end
        end
      end
      accept(";")
    end
    if not open then
      while #unit.active > height do table.remove(unit.active) end
    end
  end

  unit = { code = {}, active = {}, captured = {}, captures = {}, slots = 0, parameters = 0 }
  block()
  if peek() ~= "<eof>" then fail("'<eof>' expected") end
  emit("mark")
  emit("return")
  return unit
end

local binaryActions = {
  ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end, ["*"] = function(a, b) return a * b end,
  ["/"] = function(a, b) return a / b end, ["%"] = function(a, b) return a % b end, ["^"] = function(a, b) return a ^ b end,
  [".."] = function(a, b) return a .. b end, ["=="] = function(a, b) return a == b end, ["~="] = function(a, b) return a ~= b end,
  ["<"] = function(a, b) return a < b end, [">"] = function(a, b) return a > b end,
  ["<="] = function(a, b) return a <= b end, [">="] = function(a, b) return a >= b end,
}
local unaryActions = { ["-"] = function(a) return -a end, ["not"] = function(a) return not a end, ["#"] = function(a) return #a end }

local executed = 0
local instantiate
local function execute(prototype, upvalues, globals, ...)
  local stack, top, marks, locals, pc = {}, 0, {}, {}, 1
  local function push(value) top = top + 1 stack[top] = value end
  local function pop() top = top - 1 return stack[top + 1] end
  for index = 1, prototype.parameters do locals[index] = { (select(index, ...)) } end
  while true do
    local instruction = prototype.code[pc]
    local operation, operand = instruction[1], instruction[2]
    executed = executed + 1
    pc = pc + 1
    if operation == "constant" then push(operand)
    elseif operation == "getlocal" then push(locals[operand][1])
    elseif operation == "setlocal" then locals[operand][1] = pop()
    elseif operation == "newlocal" then locals[operand] = { pop() }
    elseif operation == "getupvalue" then push(upvalues[operand][1])
    elseif operation == "setupvalue" then upvalues[operand][1] = pop()
    elseif operation == "getglobal" then push(globals[operand])
    elseif operation == "setglobal" then globals[operand] = pop()
    elseif operation == "index" then local key = pop() push(pop()[key])
    elseif operation == "setindex" then local value, key = pop(), pop() pop()[key] = value
    elseif operation == "setfield" then local value, key = pop(), pop() stack[top][key] = value
    elseif operation == "newtable" then push({})
    elseif operation == "append" then
      local base = table.remove(marks)
      for index = base + 1, top do stack[base][operand + index - base - 1] = stack[index] end
      top = base
    elseif operation == "unary" then push(unaryActions[operand](pop()))
    elseif operation == "binary" then local right, left = pop(), pop() push(binaryActions[operand](left, right))
    elseif operation == "and" then if stack[top] then pop() else pc = operand end
    elseif operation == "or" then if stack[top] then pc = operand else pop() end
    elseif operation == "jump" then pc = operand
    elseif operation == "jumpfalse" then if not pop() then pc = operand end
    elseif operation == "jumpnil" then if pop() == nil then pc = operand end
    elseif operation == "pop" then pop()
    elseif operation == "mark" then marks[#marks + 1] = top
    elseif operation == "self" then
      local object = pop()
      push(object[operand])
      marks[#marks + 1] = top
      push(object)
    elseif operation == "closure" then push(instantiate(operand, locals, upvalues, globals))
    elseif operation == "call" then
      local base = table.remove(marks) - 1
      local function keep(...)
        local count = operand == -1 and select("#", ...) or operand
        top = base
        for index = 1, count do push((select(index, ...))) end
      end
      keep(stack[base + 1](unpack(stack, base + 2, top)))
    elseif operation == "fortest" then
      local step, limit, counter = locals[instruction[3]][1], locals[instruction[3] + 1][1], locals[instruction[3] + 2][1]
      if step > 0 and counter <= limit or step <= 0 and counter >= limit then push(counter) else pc = operand end
    elseif operation == "forstep" then
      locals[operand + 2][1] = locals[operand + 2][1] + locals[operand][1]
    elseif operation == "return" then
      return unpack(stack, table.remove(marks) + 1, top)
    else
      error("no operation " .. operation)
    end
  end
end
function instantiate(prototype, locals, upvalues, globals)
  local captured = {}
  for index, capture in ipairs(prototype.captures) do
    captured[index] = (capture[1] == "local" and locals or upvalues)[capture[2]]
  end
  return function(...) return execute(prototype, captured, globals, ...) end
end

local function run(title, source, ...)
  executed = 0
  local ok, unit = pcall(compile, source)
  if not ok then
    print(title, "does not compile: line " .. unit.line .. ": " .. unit.message)
    return
  end
  local globals = setmetatable({}, { __index = _G })
  local results = { pcall(instantiate(unit, {}, {}, globals), ...) }
  for index = 1, #results do results[index] = tostring(results[index]):gsub("^.-:%d+: ", "") end
  print(title, #unit.code, executed, table.concat(results, " "))
end

run("arithmetic", "return 1 + 2 * 3 ^ 2 ^ 0.5 % 7, -2 ^ 2, (2 + 3) * 4, 'a' .. 1 .. 2, not nil == true, #'abc' + 1")
run("logic", "local a, b, c = false, nil; return a and 1 or 2, b == nil and 'nil', c or a or 'last', 1 and 2 and 3")
run("fib", "local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end return fib(15)")
run("loops", [[
  local sum = 0
  for i = 10, 1, -3 do sum = sum + i end
  local i = 0
  while true do i = i + 1; if i > 5 then break end sum = sum + i * 100 end
  repeat local done = i >= 8; i = i + 1 until done
  return sum, i]])
run("closures", [[
  local makers = {}
  for i = 1, 3 do
    local count = 0
    makers[i] = function() count = count + i; return count end
  end
  return makers[1](), makers[2](), makers[3](), makers[1](), makers[3]()]])
run("objects", [[
  local Account = {}
  Account.__index = Account
  function Account.new(balance) return setmetatable({balance = balance, log = {}}, Account) end
  function Account:deposit(n) self.balance = self.balance + n; self.log[#self.log + 1] = '+' .. n; return self end
  function Account:show() return self.balance .. " [" .. table.concat(self.log, ",") .. "]" end
  return Account.new(10):deposit(5):deposit(7):show()]])
run("values", [[
  local function three() return 1, 2, 3 end
  local t = {three(), three()}
  local a, b, c, d = 0, three()
  local x = (three())
  return #t, a, b, c, d, x, three(), three()]])
run("generic", [[
  local words = {}
  for word, digits in string.gmatch("one1 two22 three333", "(%a+)(%d+)") do words[#words + 1] = word .. #digits end
  for index, word in ipairs(words) do if index == 2 then return word, #words end end]])
run("swap", "local a, b = 1, 2; a, b = b, a; x, y = a, b; return a, b, x, y")
run("failing", "local t = {}\nreturn t.a.b")
run("thrown", "error('raised inside', 0)")
run("caught", "local ok, why = pcall(function() error('inner', 0) end) return ok, why")
run("no then", "if 1\nprint(2) end")
run("no end", "while true do\n\nlocal x = 1")
run("symbol", "local a = 1\nlocal b = a @ 2")
run("string", "return 'never closed")
run("break", "break")
-- A lexer in the compiled language itself.
local counter = [[
  local text = source
  local function count(text)
    local kinds = {name = 0, number = 0, other = 0}
    local position = 1
    local total = 0
    while position <= #text do
      local word = string.match(text, "^[%a_][%w_]*", position)
      local digits = string.match(text, "^%d+", position)
      if word then kinds.name = kinds.name + 1; position = position + #word
      elseif digits then kinds.number = kinds.number + 1; position = position + #digits
      else
        local blank = string.match(text, "^%s+", position)
        if blank then position = position + #blank; total = total - 1
        else kinds.other = kinds.other + 1; position = position + 1 end
      end
      total = total + 1
    end
    return total, kinds.name, kinds.number, kinds.other
  end
  return count(text)]]
run("token count", (counter:gsub("source", "string.rep('local a = 12 + f(x) ', 3)", 1)))
run("sieve", [[
  local sieve, primes = {}, {}
  for i = 2, 60 do sieve[i] = true end
  for i = 2, 60 do
    if sieve[i] then
      primes[#primes + 1] = i
      for j = i * i, 60, i do sieve[j] = false end
    end
  end
  return table.concat(primes, " ")]])
run("sort", [[
  local function sort(list)
    for i = 2, #list do
      local value, j = list[i], i - 1
      while j >= 1 and list[j] > value do list[j + 1] = list[j]; j = j - 1 end
      list[j + 1] = value
    end
    return list
  end
  return table.concat(sort({5, 2, 9, 1, 7, 3}), ","), table.concat(sort({"pear", "fig", "apple"}), ",")]])
