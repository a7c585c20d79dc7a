--- cjson.encode: a long string
return #cjson.encode(('x'):rep(1e8))
--- cjson.encode: a long string of characters that are escaped
return #cjson.encode(('\1'):rep(2e7))
--- cjson.encode: many values
local t = {} for i = 1, 2e6 do t[i] = i + 0.1 end
return #cjson.encode(t)
--- cjson.encode: many fields
local t = {} for i = 1, 5e5 do t['k' .. i] = {i} end
return #cjson.encode(t)
--- cjson.encode: a sparse array
cjson.encode_sparse_array(true, 0, 0)
local t = {} for i = 1, 2e6 do t[i * 3] = i end
return #cjson.encode(t)
--- cjson.encode: a document that doubles
local t = {1} for i = 1, 30 do t = {t, t} end
return #cjson.encode(t)
--- cjson.encode: a long key
return #cjson.encode({[('x'):rep(1e8)] = 1})
--- cjson.encode: a large table that is empty
local t = {} for i = 1, 3e6 do t['k' .. i] = i end for i = 1, 3e6 do t['k' .. i] = nil end
while true do cjson.encode(t) end
--- cjson.decode: a long string
return #cjson.decode('"' .. ('x'):rep(1e8) .. '"')
--- cjson.decode: escapes
return #cjson.decode('"' .. ('\\u0041'):rep(1e7) .. '"')
--- cjson.decode: nothing but spaces
return pcall(cjson.decode, (' '):rep(1e8))
--- cjson.decode: a long number
return pcall(cjson.decode, ('1'):rep(1e8))
--- cjson.decode: many numbers
return #cjson.decode('[' .. ('1,'):rep(5e6) .. '1]')
--- cjson.decode: many objects
return #cjson.decode('[' .. ('{"a":[1]},'):rep(1e6) .. '1]')
--- cjson.decode: deep nesting
cjson.decode_max_depth(2^31 - 1)
return pcall(cjson.decode, ('['):rep(1e7))
--- cjson.decode: again and again
while true do pcall(cjson.decode, '{"a":') cjson.decode('[1]') end
--- cmsgpack.pack: a long string
return #cmsgpack.pack(('x'):rep(1e8))
--- cmsgpack.pack: many values
local t = {} for i = 1, 2e6 do t[i] = i end
while true do cmsgpack.pack(t) end
--- cmsgpack.pack: many fields
local t = {} for i = 1, 1e6 do t['k' .. i] = i end
while true do cmsgpack.pack(t) end
--- cmsgpack.pack: a document that doubles
local t = {1} for i = 1, 15 do t = {t, t, t, t} end
return #cmsgpack.pack(t)
--- cmsgpack.pack: many arguments
local t = {} for i = 1, 7900 do t[i] = ('x'):rep(1000) end
while true do cmsgpack.pack(unpack(t)) end
--- cmsgpack.pack: a large table that is empty
local t = {} for i = 1, 3e6 do t['k' .. i] = i end for i = 1, 3e6 do t['k' .. i] = nil end
while true do cmsgpack.pack(t) end
--- cmsgpack.unpack, cmsgpack.unpack_one, cmsgpack.unpack_limit: a long string
local s = cmsgpack.pack(('x'):rep(1e8))
return #cmsgpack.unpack(s) + #select(2, cmsgpack.unpack_one(s)) + #select(2, cmsgpack.unpack_limit(s, 1))
--- cmsgpack.unpack, cmsgpack.unpack_one, cmsgpack.unpack_limit: many values
local s = '\221' .. struct.pack('>I4', 5e6) .. ('\1'):rep(5e6)
while true do cmsgpack.unpack(s) cmsgpack.unpack_one(s) cmsgpack.unpack_limit(s, 1) end
--- cmsgpack.unpack: many fields
local t = {} for i = 1, 5e5 do t['k' .. i] = i end
local s = cmsgpack.pack(t)
while true do cmsgpack.unpack(s) end
--- cmsgpack.unpack: deep nesting
while true do pcall(cmsgpack.unpack, ('\145'):rep(1e7)) end
--- struct.pack: a long string
local s = ('x'):rep(1e8)
return #struct.pack('s', s) + #struct.pack('c0', s) + #struct.pack('c100000000', s)
--- struct.pack: a long format
return #struct.pack(('x'):rep(1e8))
--- struct.pack: a long format of aligned nothing
return #struct.pack('!8' .. (' '):rep(1e8))
--- struct.unpack: a long string
local s = ('x'):rep(1e8) .. '\0'
return #struct.unpack('s', s) + #struct.unpack('c99999999', s)
--- struct.unpack: a long format
local s = ('x'):rep(1e7)
return struct.unpack(('x'):rep(1e7), s)
--- struct.unpack: many values
local s = ('x'):rep(7000) while true do struct.unpack(('b'):rep(7000), s) end
--- struct.size: a long format
return struct.size(('i'):rep(5e7))
--- struct.size: a long format of nothing
return struct.size((' '):rep(1e8))
--- bit.band, bit.bor, bit.bxor: many arguments
local t = {} for i = 1, 7900 do t[i] = i end
while true do bit.band(unpack(t)) bit.bor(unpack(t)) bit.bxor(unpack(t)) end
--- cjson.encode: deep nesting
cjson.encode_max_depth(2^31 - 1)
local t = {} for i = 1, 1e6 do t = {t} end
while true do pcall(cjson.encode, t) end
--- cjson.decode: many fields
local t = {} for i = 1, 5e5 do t[i] = '"k' .. i .. '":' .. i end
local s = '{' .. table.concat(t, ',') .. '}'
while true do cjson.decode(s) end
