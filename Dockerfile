# Both functions, one file: `docker build --target predict .` and `docker build --target train .`.

# Python, with bytecode for its own library: the public image ships none, a read-only root can keep none,
# and a pod that wakes from zero would compile it each time. Unchecked: what is in an image does not change.
# By default the tag; `make build`, `make publish` and `make deploy` name it by its digest, in requirements/python-image.txt.
ARG PYTHON_IMAGE=python:3.13-slim
FROM ${PYTHON_IMAGE} AS runtime
RUN python -m compileall -q --invalidation-mode unchecked-hash -x '/(site|dist)-packages/' \
    "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"

# What needs pip stays here. The environments stand where the images will have them, for an environment knows its place.
FROM runtime AS build
WORKDIR /build
COPY requirements/predict.txt requirements/train.txt ./
RUN for function in predict train; do \
        python -m venv --without-pip "/opt/$function" && \
        python -m pip --python "/opt/$function/bin/python" install --no-cache-dir --disable-pip-version-check \
            --no-compile --only-binary :all: --require-hashes --no-deps -r "$function.txt" && \
        find "/opt/$function" -type d -name tests -prune -exec rm -r {} + && \
        python -m compileall -q --invalidation-mode unchecked-hash "/opt/$function" || exit 1; \
    done
WORKDIR /app
COPY lr_core lr_core
COPY functions functions
RUN python -m compileall -q --invalidation-mode unchecked-hash /app

# A root that is read-only still has /dev/shm; the stock `functions-framework` command wants a folder for temporary files.
FROM runtime AS predict
COPY --from=build /opt/predict /opt/predict
COPY --from=build /app/lr_core /app/lr_core
COPY --from=build /app/functions/predict /app
ENV PATH=/opt/predict/bin:$PATH TMPDIR=/dev/shm
WORKDIR /app
USER 65532:65532
EXPOSE 8080
CMD ["python", "-m", "lr_core.http.server", "main:app"]

FROM runtime AS train
COPY --from=build /opt/train /opt/train
COPY --from=build /app/lr_core /app/lr_core
COPY --from=build /app/functions/train /app
ENV PATH=/opt/train/bin:$PATH TMPDIR=/dev/shm
WORKDIR /app
USER 65532:65532
EXPOSE 8080
CMD ["python", "-m", "lr_core.http.server", "main:app"]
