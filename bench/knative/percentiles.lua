-- POST a body, both named on the command line after the URL, and print the percentiles of the latency in microseconds.
function init(args)
   wrk.method = "POST"
   wrk.body = args[1]
   wrk.headers["Content-Type"] = "application/json"
end

function done(summary, latency)
   local errors = summary.errors
   local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
   io.write(string.format("PERCENTILES %d %d %d %d %d\n", latency:percentile(50), latency:percentile(95), latency:percentile(99), summary.requests, failed))
end
