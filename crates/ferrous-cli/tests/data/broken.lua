local limit = nil

return limit.max
