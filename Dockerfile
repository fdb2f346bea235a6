# One build, five small images: docker build --target router|user|product|order|nats .
# It needs BuildKit (Docker 23 has it by default; before, DOCKER_BUILDKIT=1) or Podman, for the caches.

# The images that these are made of. To pin them, or to take them from a registry of yours, set each
# as NAME@sha256:…: docker compose and --build-arg take them.
ARG NODE_IMAGE=node:20-bookworm-slim
ARG GO_IMAGE=golang:1.26-bookworm
# Certificates, time zones and the user nonroot (65532); no shell.
ARG BASE_IMAGE=gcr.io/distroless/static-debian12:nonroot

FROM ${NODE_IMAGE} AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npx --yes npm@11 ci --no-audit --no-fund
COPY schema/ ../schema/
COPY subgraphs/product/seed/ ../subgraphs/product/seed/
COPY web/ ./
RUN npm run build

FROM ${GO_IMAGE} AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
COPY --from=web /src/web/dist/ web/dist/
# Linked statically, SQLite's C included, so that the images hold a program and nothing else.
RUN --mount=type=cache,target=/go/pkg/mod --mount=type=cache,target=/root/.cache/go-build \
    GOFLAGS=-buildvcs=false go build -o /out/ -trimpath -tags netgo,osusergo,sqlite_omit_load_extension \
      -ldflags '-s -w -extldflags "-static"' \
      ./router ./subgraphs/nats ./subgraphs/user ./subgraphs/product ./subgraphs/order ./subgraphs/health \
 && mkdir -m 0700 /out/data /out/keys /out/keys/user /out/keys/product /out/keys/order /out/keys/router

FROM ${BASE_IMAGE} AS base
COPY --from=build /out/health /bin/health
# A new volume takes its owner and mode from the folder that it is mounted on.
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build --chown=65532:65532 /out/data /key
ENV DATA_DIR=/data
USER 65532:65532
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=1s --timeout=3s --start-period=30s --retries=5 CMD ["/bin/health", "http://127.0.0.1:8080/readyz"]

FROM base AS nats
COPY --from=build /out/nats /bin/nats
# The keys with which the services prove who they are: a volume for each, which that service has at /key.
COPY --from=build --chown=65532:65532 /out/keys /keys
ENV NATS_LISTEN=0.0.0.0:4222 NATS_MONITOR=127.0.0.1:8222 NATS_KEYS=/keys
VOLUME /data
EXPOSE 4222
HEALTHCHECK --interval=1s --timeout=3s --start-period=30s --retries=5 CMD ["/bin/health", "http://127.0.0.1:8222/healthz"]
ENTRYPOINT ["/bin/nats"]

FROM base AS user
COPY --from=build /out/user /bin/user
ENV USER_LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/bin/user"]

FROM base AS product
COPY --from=build /out/product /bin/product
ENV PRODUCT_LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/bin/product"]

FROM base AS order
COPY --from=build /out/order /bin/order
ENV ORDER_LISTEN=0.0.0.0:8080
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/bin/order"]

# The last stage is what is built if no target is named.
FROM base AS router
COPY --from=build /out/router /bin/router
COPY schema/ /etc/trefoil/schema/
COPY router/router.yaml /etc/trefoil/router.yaml
COPY --from=web /src/web/dist/persisted-documents.json /etc/trefoil/
ENV ROUTER_LISTEN=0.0.0.0:8080 SCHEMA_DIR=/etc/trefoil/schema \
    TRUSTED_MANIFEST=/etc/trefoil/persisted-documents.json
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/bin/router", "serve", "--config", "/etc/trefoil/router.yaml"]
