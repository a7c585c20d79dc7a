-- Measures multi-precision arithmetic with 7-digit limbs in arrays.
local n = tonumber((...)) or 6500
local base, digits = 10000000, 7

local floor = math.floor

local function scale(number, factor)
  local carry = 0
  for i = 1, #number do
    local product = number[i] * factor + carry
    carry = floor(product / base)
    number[i] = product - carry * base
  end
  while carry > 0 do
    number[#number + 1] = carry % base
    carry = floor(carry / base)
  end
end

local function add(a, b)
  local sum, carry = {}, 0
  for i = 1, math.max(#a, #b) do
    local digit = (a[i] or 0) + (b[i] or 0) + carry
    if digit >= base then
      sum[i], carry = digit - base, 1
    else
      sum[i], carry = digit, 0
    end
  end
  if carry > 0 then sum[#sum + 1] = carry end
  return sum
end

local function multiply(a, b)
  local product = {}
  for i = 1, #a + #b do product[i] = 0 end
  for i = 1, #a do
    local carry, factor = 0, a[i]
    for j = 1, #b do
      local value = product[i + j - 1] + factor * b[j] + carry
      carry = floor(value / base)
      product[i + j - 1] = value - carry * base
    end
    product[i + #b] = product[i + #b] + carry
  end
  while #product > 1 and product[#product] == 0 do product[#product] = nil end
  return product
end

local function text(number)
  local out = { tostring(number[#number]) }
  for i = #number - 1, 1, -1 do out[#out + 1] = ("%0" .. digits .. "d"):format(number[i]) end
  return table.concat(out)
end

local factorial = { 1 }
for i = 2, n do scale(factorial, i) end
local a, b = { 1 }, { 1 }
for _ = 1, n * 2 do a, b = b, add(a, b) end
local power = { 3 }
for _ = 1, 11 do power = multiply(power, power) end
local f, s, p = text(factorial), text(b), text(power)
print("big_number", n, #f, f:sub(1, 12), #s, s:sub(-12), #p, p:sub(1, 6) .. p:sub(-6))
