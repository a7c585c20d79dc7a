package.preload.a = function()
  require "a"
end
require "a"
