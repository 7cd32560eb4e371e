# The bucket as its operator sees it: MinIO's client, and what it mirrors.
# shellcheck shell=bash

bucket=lr/linear-regression
authority=
resolve=

become_operator() {
    command -v mc >/dev/null || fail "mc, MinIO's client, is not installed. See https://min.io/docs/minio/linux/reference/minio-mc.html"
    open_door "$minio" minio 9000
    local password
    password=$(kubectl -n "$minio" get secret minio-root -o go-template='{{base64decode .data.MINIO_ROOT_PASSWORD}}')
    minio_ca=$(bucket_authority)
    if [ -n "$minio_ca" ]; then
        trust_bucket
    else
        export MC_HOST_lr="http://operator:$password@${door_url#*://}"
    fi
    prefixes=$(mc --quiet --json ls "$bucket/") || fail "The bucket $bucket cannot be listed: $prefixes"
}

# By MinIO's own name, which its certificate is for, though the door is on this machine.
trust_bucket() {
    local port=${door_url##*:}
    authority=$(mktemp)
    echo "$minio_ca" >"$authority"
    export SSL_CERT_FILE=$authority MC_HOST_lr="https://operator:$password@minio.$minio:$port"
    resolve=minio.$minio:$port=127.0.0.1
}

mc() { command mc ${resolve:+--resolve "$resolve"} "$@"; }

copy() { # FROM TO [OPTION...]
    local from=$1 to=$2
    shift 2
    mc --quiet mirror --overwrite "$@" "$from" "$to" >/dev/null
}

# A prefix without an object is none. It is looked up in what was listed: a question that fails would look like a no.
is_there() { grep -qF "\"key\":\"$1/\"" <<<"$prefixes"; } # PREFIX

count() { find "$1" -type f | wc -l; } # FOLDER
