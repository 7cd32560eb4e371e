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

# What lets nothing through, until deploy_triggers. They are not deleted: of two subscriptions that go at once Knative may
# leave one in the channel, whose every event then becomes a dead letter.
silence_triggers() {
    local trigger
    for trigger in lr-train-objects lr-train-clock; do
        kubectl -n "$NAMESPACE" patch trigger $trigger --type merge -p '{"spec": {"filters": [{"exact": {"type": "none"}}]}}'
    done
}

deploy_clock() {
    manifest schedule.yaml | kubectl -n "$NAMESPACE" apply -f -
    wait_for_ready pingsource/lr-train-clock
}
