# A way from this machine to a Service of the cluster, for as long as a script runs. They want `trap close_door EXIT`.
# shellcheck shell=bash

door=
door_log=

open_door() { # NAMESPACE SERVICE PORT: $door_url is its URL then
    door_log=$(mktemp)
    kubectl -n "$1" port-forward "service/$2" ":$3" >"$door_log" &
    door=$!
    until grep -q '^Forwarding from 127' "$door_log"; do
        kill -0 "$door" 2>/dev/null || fail "kubectl port-forward to the service $2 in $1 ended before it began."
        sleep 0.2
    done
    # shellcheck disable=SC2034  # for who opened it
    door_url=http://$(sed -n 's/^Forwarding from \(127[^ ]*\) .*/\1/p' "$door_log")
}

close_door() {
    if [ -n "${authority:-}" ]; then rm -f "$authority"; fi
    if [ -n "$door_log" ]; then rm -f "$door_log"; fi
    if [ -n "$door" ]; then kill "$door"; fi
}
