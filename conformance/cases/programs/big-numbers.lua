local Big = {} Big.__index = Big local BASE, WIDTH = 1e7, 7
local function new(digits) while #digits > 1 and digits[#digits] == 0 do digits[#digits] = nil end return setmetatable(digits, Big) end
local function big(x) if type(x) == "table" then return x end local s, d = type(x) == "number" and ("%.0f"):format(x) or x, {} for i = #s, 1, -WIDTH do d[#d + 1] = tonumber(s:sub(math.max(1, i - WIDTH + 1), i)) end return new(d) end
function Big.__add(a, b) a, b = big(a), big(b) local r, carry = {}, 0 for i = 1, math.max(#a, #b) do local s = (a[i] or 0) + (b[i] or 0) + carry carry = s >= BASE and 1 or 0 r[i] = s - carry * BASE end if carry > 0 then r[#r + 1] = carry end return new(r) end
function Big.__sub(a, b) a, b = big(a), big(b) local r, borrow = {}, 0 for i = 1, #a do local s = a[i] - (b[i] or 0) - borrow borrow = s < 0 and 1 or 0 r[i] = s + borrow * BASE end return new(r) end
function Big.__mul(a, b) a, b = big(a), big(b) local r = {} for i = 1, #a + #b do r[i] = 0 end for i = 1, #a do local carry = 0 for j = 1, #b do local s = a[i] * b[j] + r[i + j - 1] + carry carry = math.floor(s / BASE) r[i + j - 1] = s - carry * BASE end r[i + #b] = r[i + #b] + carry end return new(r) end
function Big.__lt(a, b) a, b = big(a), big(b) if #a ~= #b then return #a < #b end for i = #a, 1, -1 do if a[i] ~= b[i] then return a[i] < b[i] end end return false end
function Big.__eq(a, b) return not (a < b) and not (b < a) end
function Big.__pow(a, n) local r = big(1) a = big(a) while n > 0 do if n % 2 == 1 then r = r * a end a = a * a n = math.floor(n / 2) end return r end
function Big.__div(a, k) local r, rest = {}, 0 a = big(a) for i = #a, 1, -1 do local cur = rest * BASE + a[i] r[i] = math.floor(cur / k) rest = cur - r[i] * k end return new(r), rest end
function Big.__mod(a, k) local rest = 0 for i = #a, 1, -1 do rest = (rest * BASE + a[i]) % k end return rest end
function Big.__tostring(a) local s = { tostring(a[#a]) } for i = #a - 1, 1, -1 do s[#s + 1] = ("%07d"):format(a[i]) end return table.concat(s) end
function Big.__concat(a, b) return tostring(a) .. tostring(b) end
local f = big(1) for i = 2, 50 do f = f * i end print(f) print(f % 97, f % 53, tostring(f / 1000000))
local a, b = big(0), big(1) for i = 1, 300 do a, b = b, a + b end print(a)
print(big(2) ^ 256) print(big(3) ^ 100 - big(3) ^ 99 * 2 == big(3) ^ 99) print(big "123456789012345678901234567890" * big "987654321098765432109876543210")
print(big(10) ^ 20 > big(10) ^ 19, big(5) == big "5", big(7) <= big(7), big(7) < big(8), "n = " .. big(42)) local s = 0 for d in tostring(big(2) ^ 1000):gmatch "%d" do s = s + d end print(s)
