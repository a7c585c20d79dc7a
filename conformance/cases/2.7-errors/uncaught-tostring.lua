-- Version 5.1's program does not call __tostring on an error object.
error(setmetatable({}, { __tostring = function() return "custom object" end }))
