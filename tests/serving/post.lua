-- Posts the body in the environment's BODY; prints what came of it in one line, and how many requests failed in another.
wrk.method = "POST"
wrk.body = os.getenv("BODY")

function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("%d requests, %.0f per second, p50 %.2f ms, p99 %.2f ms\n", summary.requests,
    summary.requests * 1e6 / summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
  io.write(string.format("failed: %d\n", e.connect + e.read + e.write + e.status + e.timeout))
end
