# The bucket: Secrets, MinIO, its users and its notifications.
# shellcheck shell=bash

random() { od -An -N20 -tx1 /dev/urandom | tr -d ' \n'; }

# Values go through pipes: a command line is for everyone on this machine to read.
create_secret() { # NAME LINE...: once; what is there stays
    local name=$1
    shift
    [ -z "$(kubectl -n "$minio" get secret "$name" --ignore-not-found -o name)" ] || return 0
    printf '%s\n' "$@" | kubectl -n "$minio" create secret generic "$name" --from-env-file=/dev/stdin
}

copy_secret() { # NAME: what MinIO knows is what the function gets
    # shellcheck disable=SC2016  # the template's own variables
    kubectl -n "$minio" get secret "$1" \
        -o go-template='{{range $key, $value := .data}}{{$key}}={{base64decode $value}}{{"\n"}}{{end}}' |
        kubectl -n "$NAMESPACE" create secret generic "$1" --from-env-file=/dev/stdin --dry-run=client -o yaml |
        kubectl apply --server-side -f -
}

create_secrets() {
    local name
    create_secret minio-root MINIO_ROOT_USER=operator "MINIO_ROOT_PASSWORD=$(random)"
    for name in lr-predict lr-train lr-deadletters; do
        create_secret "$name" "AWS_ACCESS_KEY_ID=$name" "AWS_SECRET_ACCESS_KEY=$(random)"
        copy_secret "$name"
    done
    create_secret lr-notify "LR_NOTIFY_TOKEN=$(random)"
    copy_secret lr-notify
    # MinIO has no use for it; it stands there because it is kept with the data, and as long as they are.
    create_secret lr-hash "LR_HASH_KEY=$(random)"
    copy_secret lr-hash
    # What every object on the disk is encrypted by. Another key opens none of them: it is made once and never changes.
    create_secret minio-kms "MINIO_KMS_SECRET_KEY=lr-sgd:$(head -c 32 /dev/urandom | base64 | tr -d '\n')"
}

# A new key would open nothing of what is on the disk.
check_bucket_key() {
    [ -z "$(kubectl -n "$minio" get secret minio-kms --ignore-not-found -o name 2>/dev/null)" ] || return 0
    if kubectl -n "$minio" get deployment minio --ignore-not-found -o yaml 2>/dev/null | grep -q minio-kms; then
        fail "The Secret minio-kms is gone from $minio, and with it the key of all that is on the disk. Put back the copy that you \
kept (docs/tls.md), or DELETE_DATA=yes make undeploy and restore a backup."
    fi
}

check_bucket_tls() {
    case ${MINIO_TLS:-} in
        "" | off) return ;;
    esac
    check_certificate MINIO_TLS "$MINIO_TLS" "minio.$minio"
    [ -e "$MINIO_TLS/ca.crt" ] || fail "MINIO_TLS: there is no $MINIO_TLS/ca.crt, the authority's certificate, to trust MinIO by."
    ! openssl x509 -in "$MINIO_TLS/tls.crt" -noout -ext basicConstraints 2>/dev/null | grep -q CA:TRUE ||
        fail "MINIO_TLS: $MINIO_TLS/tls.crt is an authority's. Clients refuse that of a server: have one signed by it."
}

# What was told once stays: a certificate that is there is no one's to forget by leaving out a word.
deploy_bucket_tls() {
    case ${MINIO_TLS:-} in
        "") ;;
        off) kubectl -n "$minio" delete secret minio-tls --ignore-not-found ;;
        *) apply_certificate "$minio" minio-tls "$MINIO_TLS" ;;
    esac
    minio_ca=$(bucket_authority)
}

deploy_bucket() {
    manifest namespace.yaml | kubectl apply -f -
    # Its namespace alone, by the label: the Secrets are to be there before the pods that need them.
    manifest minio.yaml | kubectl apply -l "app.kubernetes.io/part-of=$NAMESPACE" -f -
    manifest policies.yaml | kubectl apply -f -
    create_secrets
    deploy_bucket_tls
    # A Job runs once; made anew it brings users, policies and notifications to what the files say now.
    kubectl -n "$minio" delete job minio-setup --ignore-not-found
    manifest minio.yaml | kubectl apply -f -
    kubectl -n "$minio" rollout status deployment minio --timeout=300s
    wait_for_setup
}

wait_for_setup() {
    local deadline=$((SECONDS + 300)) conditions
    echo "waiting for the bucket, its users and its notifications"
    while [ $SECONDS -lt $deadline ]; do
        conditions=$(kubectl -n "$minio" get job minio-setup -o jsonpath='{.status.conditions[?(@.status=="True")].type}')
        case $conditions in
            *Complete*) return ;;
            *Failed*) fail "The Job minio-setup failed." ;;
        esac
        sleep 1
    done
    fail "The Job minio-setup did not end within 300 s."
}
