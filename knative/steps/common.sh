# What the steps of knative/deploy share. They are read by it and know its variables.
# shellcheck shell=bash

say() { printf '\n%s\n' "== $*"; }

fail() { # LINE
    printf '\n%s\n' "$1" >&2
    exit 1
}

explain_failure() {
    local status=$?
    [ $status -ne 0 ] || return 0
    knative/diagnose >&2
    printf '\nDeploying failed; what stands above may say why. It may be run again.\n' >&2
}

# So that neither this nor knative/undeploy touches what somebody else has made.
need_own_namespace() { # NAMESPACE
    local owner
    [ -n "$(kubectl get namespace "$1" --ignore-not-found -o name)" ] || return 0
    owner=$(kubectl get namespace "$1" -o jsonpath='{.metadata.labels.app\.kubernetes\.io/part-of}')
    [ "$owner" = "$NAMESPACE" ] ||
        fail "The namespace $1 is there and is not from here. Choose another: make deploy NAMESPACE=..."
}

# A file of this folder, with what this deployment has otherwise.
manifest() { # FILE
    local changes=("s/lr-sgd/$NAMESPACE/g")
    [ -z "${SCALE_WINDOW:-}" ] || changes+=("s|\(autoscaling.knative.dev/window:\).*|\1 $SCALE_WINDOW|")
    [ -z "${CLOCK:-}" ] || changes+=("s|^\( *schedule:\).*|\1 \"$CLOCK\"|")
    # shellcheck disable=SC2016  # the variable of a container
    [ -z "${minio_ca:-}" ] || changes+=('s#http://\(minio\.\|$(ROOT_USER)\)#https://\1#' 's#scheme: HTTP$#scheme: HTTPS#' \
        's#\[server, /data\]#[server, --certs-dir, /certs, /data]#')
    [ -z "${broker_url:-}" ] || changes+=("s|http://broker-ingress\.[^ ]*|$broker_url|")
    sed "${changes[@]/#/-e}" "knative/$1"
}

# The certificate that MinIO's is signed by; nothing where it speaks no TLS.
bucket_authority() {
    kubectl -n "$NAMESPACE-minio" get secret minio-tls --ignore-not-found -o go-template='{{index .data "ca.crt" | base64decode}}'
}

wait_for_ready() { # KIND/NAME
    echo "waiting for $1"
    kubectl -n "$NAMESPACE" wait --for=condition=Ready "$1" --timeout=300s >/dev/null
}
