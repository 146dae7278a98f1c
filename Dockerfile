# The operator and its Jobs: one image, whose entrypoint is `dat`.
#
#   docker build --tag dat-operator .
#
# BASE is any Debian 12 with Python 3.11, its venv module and ca-certificates; by the digest of all platforms, as a tag can be moved.
# `docker buildx imagetools inspect python:3.11-slim-bookworm` prints today's.
ARG BASE=docker.io/library/python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b

# Nothing, unless a builder that reaches no index brings the packages of both lock files:
# --build-context wheels=DIR --build-arg PIP_NO_INDEX=1
FROM scratch AS wheels

FROM ${BASE} AS venv
# pip takes them from its environment, if they are given.
ARG PIP_INDEX_URL
ARG PIP_NO_INDEX
RUN python3 -m venv /opt/dat
COPY hack/image/build.txt requirements/runtime.txt /tmp/
# One package comes as source only: its build tool is locked too, instead of what pip would fetch.
RUN --mount=type=bind,from=wheels,target=/wheels \
    pip="/opt/dat/bin/python -m pip --no-cache-dir --disable-pip-version-check --quiet" \
    && install="install --no-compile --no-deps --no-build-isolation --use-pep517 --find-links=/wheels --require-hashes" \
    && $pip $install --requirement=/tmp/build.txt \
    && $pip $install --requirement=/tmp/runtime.txt \
    && $pip check \
    && $pip uninstall --yes setuptools pip \
    && find /opt/dat/bin -type f -delete
# The root file system is read-only later. Hashes instead of times: the same inputs give the same bytes.
RUN /opt/dat/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /opt/dat/lib
RUN printf '%s\n' '#!/opt/dat/bin/python' 'from dat_operator.entry.cli.main import main' 'main()' > /opt/dat/bin/dat \
    && chmod 755 /opt/dat/bin/dat

# Stages and layers end with what changes most: after an edit only the sources are copied and compiled.
FROM venv AS package
COPY operator/dat_operator /opt/dat/app/dat_operator
RUN /opt/dat/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/dat/app

FROM ${BASE}
LABEL org.opencontainers.image.title="dat-operator" \
      org.opencontainers.image.description="Kubernetes operator for hierarchical buyback-and-burn of pump.fun tokens on Solana" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
# By default glibc takes larger and larger buffers from the heap, and their gaps stay with the process: 10 MiB of the operator.
ENV MALLOC_MMAP_THRESHOLD_=65536
ENV PATH=/opt/dat/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/opt/dat/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 65532:65532
WORKDIR /
ENTRYPOINT ["/opt/dat/bin/dat"]
COPY --from=venv /opt/dat /opt/dat
COPY --from=package /opt/dat/app /opt/dat/app
