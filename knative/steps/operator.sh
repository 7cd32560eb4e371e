# The bucket as its operator sees it: MinIO's client, and what it mirrors.
# shellcheck shell=bash

bucket=lr/linear-regression

become_operator() {
    command -v mc >/dev/null || fail "mc, MinIO's client, is not installed. See https://min.io/docs/minio/linux/reference/minio-mc.html"
    open_door "$minio" minio 9000
    local password
    password=$(kubectl -n "$minio" get secret minio-root -o go-template='{{base64decode .data.MINIO_ROOT_PASSWORD}}')
    export MC_HOST_lr="http://operator:$password@${door_url#*://}"
    prefixes=$(mc --quiet --json ls "$bucket/") || fail "The bucket $bucket cannot be listed: $prefixes"
}

copy() { # FROM TO [OPTION...]
    local from=$1 to=$2
    shift 2
    mc --quiet mirror --overwrite "$@" "$from" "$to" >/dev/null
}

# A prefix without an object is none. It is looked up in what was listed: a question that fails would look like a no.
is_there() { grep -qF "\"key\":\"$1/\"" <<<"$prefixes"; } # PREFIX

count() { find "$1" -type f | wc -l; } # FOLDER
