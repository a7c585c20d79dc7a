-- Measures vector mathematics with small tables, math functions and recursion for reflections.
local size = tonumber((...)) or 400

local sqrt, huge = math.sqrt, math.huge

local spheres = {
  { x = 0, y = 0, z = 6, radius = 1.5, shade = 0.9, mirror = 0.3 },
  { x = 2, y = 0.5, z = 5, radius = 0.8, shade = 0.7, mirror = 0.6 },
  { x = -2, y = -0.5, z = 5, radius = 1, shade = 0.5, mirror = 0.1 },
  { x = 0, y = -101.5, z = 6, radius = 100, shade = 0.4, mirror = 0.2 },
}
local light = { x = -0.5, y = 0.7, z = -0.5099 }

local function dot(a, b) return a.x * b.x + a.y * b.y + a.z * b.z end

local function normalise(v)
  local length = sqrt(dot(v, v))
  return { x = v.x / length, y = v.y / length, z = v.z / length }
end

local function nearest(origin, direction)
  local best, hit = huge, nil
  for i = 1, #spheres do
    local sphere = spheres[i]
    local ox, oy, oz = origin.x - sphere.x, origin.y - sphere.y, origin.z - sphere.z
    local b = ox * direction.x + oy * direction.y + oz * direction.z
    local c = ox * ox + oy * oy + oz * oz - sphere.radius * sphere.radius
    local discriminant = b * b - c
    if discriminant > 0 then
      local distance = -b - sqrt(discriminant)
      if distance > 1e-4 and distance < best then best, hit = distance, sphere end
    end
  end
  return hit, best
end

local function trace(origin, direction, depth)
  local sphere, distance = nearest(origin, direction)
  if not sphere then return 0.2 + 0.3 * math.abs(direction.y) end
  local point = {
    x = origin.x + direction.x * distance,
    y = origin.y + direction.y * distance,
    z = origin.z + direction.z * distance,
  }
  local normal = normalise { x = point.x - sphere.x, y = point.y - sphere.y, z = point.z - sphere.z }
  local brightness = 0.1
  local facing = dot(normal, light)
  if facing > 0 and not nearest(point, light) then brightness = brightness + facing * sphere.shade end
  if depth > 0 and sphere.mirror > 0 then
    local turn = 2 * dot(direction, normal)
    local reflected = {
      x = direction.x - normal.x * turn,
      y = direction.y - normal.y * turn,
      z = direction.z - normal.z * turn,
    }
    brightness = brightness + sphere.mirror * trace(point, reflected, depth - 1)
  end
  return brightness
end

local eye, total, bright = { x = 0, y = 0, z = 0 }, 0, 0
for row = 1, size do
  for column = 1, size do
    local ray = normalise { x = column / size - 0.5, y = 0.5 - row / size, z = 1 }
    local value = trace(eye, ray, 3)
    total = total + value
    if value > 0.5 then bright = bright + 1 end
  end
end
print("ray_tracer", size, string.format("%.6f", total), bright)
