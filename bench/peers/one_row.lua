-- One row of one feature, by KServe's V1 protocol.
wrk.method = "POST"
wrk.body = '{"instances": [[0.05]]}'
wrk.headers["content-type"] = "application/json"
