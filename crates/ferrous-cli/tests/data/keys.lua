local reply = {#KEYS, #ARGV}
for _, key in ipairs(KEYS) do reply[#reply + 1] = key end
for _, argument in ipairs(ARGV) do reply[#reply + 1] = argument end
return reply
