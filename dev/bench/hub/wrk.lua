-- Asks for the URL, or for what the environment says: PATHS names a file of paths, asked for in
-- turn; POST is a body in which %d is a number that grows from FIRST on. API_KEY is a header.
-- The last line of the output is what happened, as JSON.

local paths, number = {}, tonumber(os.getenv("FIRST") or "0")
local post, key = os.getenv("POST"), os.getenv("API_KEY")
local headers = {}
if key then headers["X-Api-Key"] = key end
if post then headers["Content-Type"] = "application/json" end
if os.getenv("PATHS") then
  for path in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = path end
end

function request()
  number = number + 1
  if post then
    return wrk.format("POST", nil, headers, (post:gsub("%%d", string.format("%d", number))))
  end
  return wrk.format("GET", #paths > 0 and paths[number % #paths + 1] or nil, headers)
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests": %d, "microseconds": %d, "bytes": %d, "p50": %d, "p99": %d, "errors": %d}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50),
    latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
