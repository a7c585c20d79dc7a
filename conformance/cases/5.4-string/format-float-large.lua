print(("%.0f"):format(2^63), ("%.0f"):format(1e22), ("%f"):format(1e15), ("%.1f"):format(1e300):len())
print(("%.99f"):format(1/3):len(), ("%.50e"):format(1/3), ("%99.99f"):format(0):len())
print(("%.14g"):format(2^53), ("%.17g"):format(1e21), ("%.16g"):format(0.3), ("%.1g"):format(0.05))
print(("%g"):format(5e-324), ("%.17g"):format(1.7976931348623157e308))
