# Certificates that a person gives: whether they fit is seen before anything is changed.
# shellcheck shell=bash

check_certificate() { # VARIABLE FOLDER NAME: a chain, its key and, where it is there, the authority, for a server of this name
    local variable=$1 folder=$2 name=$3 chain=$2/tls.crt
    command -v openssl >/dev/null || fail "openssl is not installed. It is needed to look at the certificate that $variable names."
    for file in tls.crt tls.key; do
        [ -r "$folder/$file" ] ||
            fail "$variable is '$folder', where no $file can be read. Name a folder with tls.crt, the certificate and those \
between it and the authority, tls.key, its key, and ca.crt, the authority's; or, for a trial, have them made: knative/certificates"
    done
    openssl x509 -in "$chain" -noout 2>/dev/null || fail "$variable: $chain holds no certificate in PEM."
    [ "$(openssl x509 -in "$chain" -noout -pubkey)" = "$(openssl pkey -in "$folder/tls.key" -passin pass: -pubout 2>/dev/null)" ] ||
        fail "$variable: $folder/tls.key is not the key of $chain, or has a password."
    openssl x509 -in "$chain" -noout -checkend 0 >/dev/null ||
        fail "$variable: $chain has expired: $(openssl x509 -in "$chain" -noout -enddate)"
    openssl x509 -in "$chain" -noout -checkhost "$name" | grep -q 'does match' ||
        fail "$variable: $chain is not for $name. It is for $(openssl x509 -in "$chain" -noout -ext subjectAltName 2>/dev/null | sed -n 's/^ *DNS/DNS/p')"
    check_authority "$variable" "$folder"
}

check_authority() { # VARIABLE FOLDER
    local variable=$1 folder=$2 said
    [ -e "$folder/ca.crt" ] || return 0
    said=$(openssl verify -purpose sslserver -CAfile "$folder/ca.crt" -untrusted "$folder/tls.crt" "$folder/tls.crt" 2>&1) ||
        fail "$variable: $folder/tls.crt is not signed by $folder/ca.crt: $(grep -m 1 '^error' <<<"$said")"
}

# The names of the files are those that Kubernetes and cert-manager have for them in such Secrets.
apply_certificate() { # NAMESPACE NAME FOLDER: as a Secret
    local files=(--from-file="$3/tls.crt" --from-file="$3/tls.key")
    [ ! -e "$3/ca.crt" ] || files+=(--from-file="$3/ca.crt")
    kubectl -n "$1" create secret generic "$2" --type=kubernetes.io/tls "${files[@]}" --dry-run=client -o yaml |
        kubectl apply --server-side --force-conflicts -f -
}
