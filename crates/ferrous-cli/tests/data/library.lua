#!lua name=greetings
local greeted = 0

redis.register_function('greet', function(keys, args)
  greeted = greeted + 1
  redis.call('SET', keys[1], args[1])
  return {keys[1], redis.call('GET', keys[1]), greeted}
end)

redis.register_function{function_name = 'fail', callback = function() error('no') end, flags = {'no-writes'}}
