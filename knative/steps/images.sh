# Images: how they are built, how they get to the cluster, and what names them.
# shellcheck shell=bash

engine() { # the one that answers, if any
    local name
    for name in docker podman; do
        if "$name" info >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
}

choose_programs() {
    local name
    if [ -n "${PUBLISHED:-}" ] || { [ -n "${BUILD_IMAGE:-}" ] && [ -n "${LOAD_IMAGE:-}" ]; }; then return; fi
    name=$(engine)
    if [ -n "$name" ] && [ -n "${IMAGE_REGISTRY:-}" ]; then
        default_programs "$(pinned_build "$name")" "$name push"
    elif [ -n "${IMAGE_REGISTRY:-}" ]; then
        fail "Neither docker nor podman answers. Start one, or set BUILD_IMAGE and LOAD_IMAGE to what builds and what pushes."
    elif [ -n "$name" ]; then
        default_programs "$(pinned_build "$name")" "load_into_minikube $name"
    else
        default_programs build_in_minikube is_in_minikube
    fi
    case "$BUILD_IMAGE $LOAD_IMAGE" in
        *_minikube*) need_minikube ;;
    esac
}

default_programs() { # BUILD_IMAGE LOAD_IMAGE
    BUILD_IMAGE=${BUILD_IMAGE:-$1}
    LOAD_IMAGE=${LOAD_IMAGE:-$2}
}

# The base by its digest, which a builder that was given need not be able to fetch.
pinned_build() { # ENGINE
    echo "$1 build --build-arg PYTHON_IMAGE=$(cat requirements/python-image.txt)"
}

need_minikube() {
    command -v minikube >/dev/null ||
        fail "minikube is not installed. Set IMAGE_REGISTRY to where your cluster pulls from, or LOAD_IMAGE to what hands \
an image to it; without docker and podman BUILD_IMAGE, too."
}

load_into_minikube() { # ENGINE TAG
    local folder
    folder=$(mktemp -d)
    "$1" save -o "$folder/image.tar" "$2"
    minikube image load "$folder/image.tar"
    rm -r "$folder"
}

# minikube hands options on to the builder of its runtime, and buildctl has another word than docker and podman.
build_in_minikube() { # -t TAG --target NAME FOLDER
    local target=target=$4
    case $(kubectl get nodes -o jsonpath='{.items[0].status.nodeInfo.containerRuntimeVersion}') in
        containerd:*) target=opt=$target ;;
    esac
    minikube image build -t "$2" --build-opt "$target" "$5"
}

# A build that failed ends with status 0 in minikube.
is_in_minikube() { # TAG
    minikube image ls | grep -qxF "$1" || fail "minikube does not have $1; what stands above may say why."
}

# Named by what enters the image: the same tag with other content would run the old one, or none.
image_tag() { # IMAGE
    local files
    files=$(find Dockerfile .dockerignore requirements/python-image.txt "requirements/$1.txt" lr_core "functions/$1" -type f ! -name '*.pyc' | LC_ALL=C sort)
    printf '%s/lr-%s:%s' "${IMAGE_REGISTRY:-dev.local}" "$1" "$(
        { echo "$files" && git hash-object --no-filters --stdin-paths <<<"$files"; } | git hash-object --stdin | cut -c1-12
    )"
}

# Where the Service of the same name runs with it already, nothing is built.
provide_image() { # IMAGE
    local tag
    tag=$(image_tag "$1")
    if [ "$(present "$1")" = "$tag True" ]; then
        echo "$tag is there already"
        return
    fi
    [ -z "${PUBLISHED:-}" ] || return 0  # the cluster pulls what was built before
    build_image "$1"
    load_image "$1"
}

build_image() { # IMAGE
    # shellcheck disable=SC2086  # a command with its first words
    $BUILD_IMAGE -t "$(image_tag "$1")" --target "$1" .
}

load_image() { # IMAGE
    local tag
    tag=$(image_tag "$1")
    echo "handing $tag to where it runs"
    # shellcheck disable=SC2086  # likewise
    $LOAD_IMAGE "$tag"
}
