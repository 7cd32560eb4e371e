# Knative Eventing: the broker before the functions, which want its address; the rest after them.
# shellcheck shell=bash

deploy_broker() {
    manifest eventing.yaml | kubectl -n "$NAMESPACE" apply -l app.kubernetes.io/component=broker -f -
    wait_for_ready broker/default
    broker_url=$(kubectl -n "$NAMESPACE" get broker default -o jsonpath='{.status.address.url}')
    echo "It takes events at $broker_url"
}

deploy_triggers() {
    manifest eventing.yaml | kubectl -n "$NAMESPACE" apply -f -
    wait_for_ready trigger/lr-train-objects
    wait_for_ready trigger/lr-train-clock
}

deploy_clock() {
    manifest schedule.yaml | kubectl -n "$NAMESPACE" apply -f -
    wait_for_ready pingsource/lr-train-clock
}
