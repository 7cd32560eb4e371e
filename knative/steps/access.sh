# Who may call predict and train: a Secret with the hashes of keys, made once. `lr-sgd keys create` makes more of them.
# shellcheck shell=bash

first_key=

sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -c1-64; }

create_access() {
    local digest
    digest=$(printf %s "${LR_KEY:-}" | sha256)
    if [ -z "$(kubectl -n "$minio" get secret lr-access --ignore-not-found -o name)" ]; then
        if [ -z "${LR_KEY:-}" ]; then
            first_key=lr_$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
            digest=$(printf %s "$first_key" | sha256)
        fi
        create_secret lr-access "LR_API_KEYS=first:admin:$digest"
    elif [ -n "${LR_KEY:-}" ] && ! kubectl -n "$minio" get secret lr-access -o go-template='{{base64decode .data.LR_API_KEYS}}' |
        grep -qi "$digest"; then
        fail "The key in LR_KEY is none of those in the Secret lr-access of the namespace $minio. Unset it, or add it as docs/access.md says."
    fi
    copy_secret lr-access
}

# Only whoever made it can say it: the cluster has its hash.
say_first_key() {
    [ -n "$first_key" ] || return 0
    cat <<END

The first key, with the role admin. It is said this once; docs/access.md says how to make others and take this one away:
  export LR_KEY=$first_key
END
}
