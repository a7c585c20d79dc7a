-- A recursive-descent calculator.
local function tokens(text)
  local list = {}
  local at = 1
  while at <= #text do
    local number = text:match("^%s*([%d.]+)", at)
    local first, last = text:find("^%s*[%d.]+", at)
    if number then
      list[#list + 1] = tonumber(number)
    else
      first, last = text:find("^%s*[-+*/^()]", at)
      if not first then error("bad character at " .. at, 0) end
      list[#list + 1] = text:sub(last, last)
    end
    at = last + 1
  end
  return list
end
local function evaluate(text)
  local list, position = tokens(text), 1
  local expression
  local function atom()
    local token = list[position]
    position = position + 1
    if token == "(" then
      local value = expression()
      if list[position] ~= ")" then error("missing )", 0) end
      position = position + 1
      return value
    elseif token == "-" then
      return -atom()
    elseif type(token) == "number" then
      return token
    end
    error("unexpected " .. tostring(token), 0)
  end
  local function power()
    local base = atom()
    if list[position] == "^" then
      position = position + 1
      return base ^ power()
    end
    return base
  end
  local function chain(operand, operators)
    return function()
      local value = operand()
      while operators[list[position]] do
        local operator = operators[list[position]]
        position = position + 1
        value = operator(value, operand())
      end
      return value
    end
  end
  local product = chain(power, { ["*"] = function(a, b) return a * b end, ["/"] = function(a, b) return a / b end })
  expression = chain(product, { ["+"] = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end })
  local value = expression()
  if list[position] then error("trailing " .. list[position], 0) end
  return value
end
for _, text in ipairs { "1 + 2 * 3", "(1 + 2) * 3", "2 ^ 3 ^ 2", "-4 + 10 / 4", "2 * (3 + 4) * 5", "1 +", "(1", "1 2", "1 $ 2" } do
  print(text, pcall(evaluate, text))
end
