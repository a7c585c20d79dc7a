-- Measures floating-point arithmetic on fields of small records.
local steps = tonumber((...)) or 250000

local function body(x, y, z, vx, vy, vz, mass)
  return { x = x, y = y, z = z, vx = vx, vy = vy, vz = vz, mass = mass }
end

local bodies = {
  body(0, 0, 0, 0, 0, 0, 40),
  body(5, 0, 0.1, 0, 2.8, 0, 0.04),
  body(-8, 1, -0.2, 0.1, -2.2, 0.02, 0.011),
  body(2, 12, 0.5, -1.8, 0.2, -0.01, 0.0017),
  body(-3, -15, -0.3, 1.6, -0.3, 0.03, 0.002),
}

local function advance(list, count, dt)
  for i = 1, count do
    local a = list[i]
    local ax, ay, az, am = a.x, a.y, a.z, a.mass
    local avx, avy, avz = a.vx, a.vy, a.vz
    for j = i + 1, count do
      local b = list[j]
      local dx, dy, dz = ax - b.x, ay - b.y, az - b.z
      local square = dx * dx + dy * dy + dz * dz
      local pull = dt / (square * square ^ 0.5)
      local toward_a, toward_b = b.mass * pull, am * pull
      avx = avx - dx * toward_a
      avy = avy - dy * toward_a
      avz = avz - dz * toward_a
      b.vx = b.vx + dx * toward_b
      b.vy = b.vy + dy * toward_b
      b.vz = b.vz + dz * toward_b
    end
    a.vx, a.vy, a.vz = avx, avy, avz
  end
  for i = 1, count do
    local a = list[i]
    a.x = a.x + dt * a.vx
    a.y = a.y + dt * a.vy
    a.z = a.z + dt * a.vz
  end
end

local function energy(list, count)
  local total = 0
  for i = 1, count do
    local a = list[i]
    total = total + 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz)
    for j = i + 1, count do
      local b = list[j]
      local dx, dy, dz = a.x - b.x, a.y - b.y, a.z - b.z
      total = total - a.mass * b.mass / (dx * dx + dy * dy + dz * dz) ^ 0.5
    end
  end
  return total
end

local before = energy(bodies, #bodies)
for _ = 1, steps do advance(bodies, #bodies, 0.001) end
print("nbody", steps, string.format("%.6f %.6f", before, energy(bodies, #bodies)))
