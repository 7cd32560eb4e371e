# The functions: each a Knative Service named lr-FUNCTION.
# shellcheck shell=bash

present() { # FUNCTION: the image that serves, and whether it does
    kubectl -n "$NAMESPACE" get ksvc "lr-$1" --ignore-not-found \
        -o jsonpath='{.spec.template.spec.containers[0].image} {.status.conditions[?(@.type=="Ready")].status}'
}

# kn waits for what it changes. What an earlier run has left unready is to it no change, and no failure.
deploy_function() { # FUNCTION IMAGE
    local words=(--image "$(image_tag "$2")")
    # As a variable: a pod that mounts a file wakes later.
    if [ -n "$minio_ca" ] && manifest "$1.yaml" | grep -q AWS_ENDPOINT_URL_S3; then words+=(--env "AWS_CA_BUNDLE=$minio_ca"); fi
    manifest "$1.yaml" |
        kn service apply -f /dev/stdin "${words[@]}" -n "$NAMESPACE" --wait-timeout 180 ||
        is_out_of_room "$1"
    wait_for_ready "ksvc/lr-$1"
}

# That no node has room is no failure yet: pods go to sleep, and nodes come where a cluster grows.
is_out_of_room() { # FUNCTION
    kubectl -n "$NAMESPACE" get revision -l "serving.knative.dev/service=lr-$1" -o jsonpath='{.items[*].status.conditions[*].reason}' |
        grep -qw Unschedulable
}
