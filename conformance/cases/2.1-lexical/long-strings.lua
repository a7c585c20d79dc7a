print([[plain]])
print([[
first newline dropped]])
print([[

second kept]])
print([==[with ]] and ]=] inside]==])
print([[no \n escapes]])
print(#[[
]], #[==[]==], #[[


]])
print([[a]]..[[b]])
