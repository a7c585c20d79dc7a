local function a() error("origin") end
local function b() local ok, e = pcall(a) error(e, 0) end print(pcall(b))
local function c() local ok, e = pcall(a) error(e) end print(pcall(c)) local function d() local ok, e = pcall(a) error(e, 2) end print(pcall(function() d() end))
local function e() local ok, m = pcall(a) assert(ok, m) end print(pcall(e))
