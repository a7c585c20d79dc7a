#!/usr/bin/env lua
print("first line skipped")
print(pcall(error, "line"))
local ok, message = pcall(function() error("here") end)
print(message)
