# HTTPS at the gateway: one certificate for all that Kourier leads to.
# shellcheck shell=bash

kourier=(-n knative-serving deployment/net-kourier-controller)

# The domain of every Service that no label gives another one.
gateway_domain() {
    # shellcheck disable=SC2016  # the template's own variables
    kubectl -n knative-serving get configmap config-domain \
        -o go-template='{{range $name, $selector := .data}}{{if ne $name "_example"}}{{if not $selector}}{{$name}}{{"\n"}}{{end}}{{end}}{{end}}' |
        head -n 1
}

# The name by which the gateway tells a function: as Knative has made it, else as it makes it by default.
gateway_name() { # FUNCTION
    local url
    url=$(kubectl -n "$NAMESPACE" get ksvc "lr-$1" --ignore-not-found -o jsonpath='{.status.url}' 2>/dev/null)
    if [ -n "$url" ]; then echo "${url#*://}"; else echo "lr-$1.$NAMESPACE.$(gateway_domain)"; fi
}

# The Secret whose certificate the gateway has: its namespace and name, or nothing. The ConfigMap wins over the variables.
gateway_certificate() {
    local by_config by_variables
    by_config=$(kubectl -n knative-serving get configmap config-kourier --ignore-not-found \
        -o jsonpath='{.data.certs-secret-namespace} {.data.certs-secret-name}')
    by_variables=$(kubectl get "${kourier[@]}" -o jsonpath="{.spec.template.spec.containers[0].env[?(@.name=='CERTS_SECRET_NAMESPACE')].value} \
{.spec.template.spec.containers[0].env[?(@.name=='CERTS_SECRET_NAME')].value}")
    for found in "$by_config" "$by_variables"; do
        case $found in
            " " | *" " | " "* | "") ;;
            *) echo "$found" && return ;;
        esac
    done
}

own_gateway_certificate() { echo "kourier-system $NAMESPACE-gateway-tls"; }

has_gateway_tls() { [ "$(gateway_certificate)" = "$(own_gateway_certificate)" ]; }

check_gateway_tls() {
    local found function
    case ${GATEWAY_TLS:-} in
        "" | off) return ;;
    esac
    found=$(gateway_certificate)
    [ -z "$found" ] || has_gateway_tls ||
        fail "Kourier has a certificate already, in the Secret '${found#* }' of the namespace '${found% *}', and it has one for all. \
Where that one is for this deployment's names, too, leave out GATEWAY_TLS."
    for function in predict predict-grpc train; do
        check_certificate GATEWAY_TLS "$GATEWAY_TLS" "$(gateway_name $function)"
    done
}

deploy_gateway_tls() {
    case ${GATEWAY_TLS:-} in
        "") return ;;
        off) remove_gateway_tls && return ;;
    esac
    apply_certificate kourier-system "$NAMESPACE-gateway-tls" "$GATEWAY_TLS"
    if has_gateway_tls; then
        # It reads the Secret when a route changes, and not when the Secret does.
        kubectl -n knative-serving rollout restart deployment/net-kourier-controller
    else
        set_gateway_certificate kourier-system "$NAMESPACE-gateway-tls"
    fi
    # The gateway goes on with what it knows meanwhile, and the old controller stays until the new one is ready.
    kubectl -n knative-serving rollout status deployment/net-kourier-controller --timeout=120s || {
        set_gateway_certificate "" ""
        fail "Kourier does not start with this certificate. It was told to go on without."
    }
}

set_gateway_certificate() { # NAMESPACE NAME
    kubectl set env "${kourier[@]}" "CERTS_SECRET_NAMESPACE=$1" "CERTS_SECRET_NAME=$2"
}

# The Secret last: without it Kourier's controller does not start.
remove_gateway_tls() {
    has_gateway_tls || return 0
    set_gateway_certificate "" ""
    kubectl -n knative-serving rollout status deployment/net-kourier-controller --timeout=120s
    kubectl -n kourier-system delete secret "$NAMESPACE-gateway-tls" --ignore-not-found
}
