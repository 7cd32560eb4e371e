-- POST a body, named on the command line after the URL, and print how many microseconds all and single requests took.
-- With a count behind the body, the URL's last part ends in a number below it, drawn for each request.
function init(args)
   wrk.method = "POST"
   wrk.body = args[1]
   wrk.headers["Content-Type"] = "application/json"
   local count = tonumber(args[2])
   if count then
      local before, after = wrk.path:match("^(.*)0(:?[^0]*)$")
      math.randomseed(count)
      function request()
         return wrk.format(nil, before .. math.random(0, count - 1) .. after)
      end
   end
end

function done(summary, latency)
   local errors = summary.errors
   local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
   local p50, p95, p99 = latency:percentile(50), latency:percentile(95), latency:percentile(99)
   io.write(string.format("DONE %d %d %d %d %d %d\n", summary.requests, failed, summary.duration, p50, p95, p99))
end
