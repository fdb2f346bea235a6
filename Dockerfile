# One build, five small images: docker build --target router|user|product|order|nats .

FROM node:20-bookworm-slim AS web
WORKDIR /src/web
COPY web/package.json web/package-lock.json ./
RUN npx --yes npm@11 ci --no-audit --no-fund
COPY schema/ ../schema/
COPY subgraphs/product/seed/ ../subgraphs/product/seed/
COPY web/ ./
RUN npm run build

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=web /src/web/dist/ web/dist/
# Linked statically, SQLite's C included, so that the images hold a program and nothing else.
RUN go build -o /out/ -trimpath -tags netgo,osusergo,sqlite_omit_load_extension \
      -ldflags '-s -w -extldflags "-static"' \
      ./router ./subgraphs/user ./subgraphs/product ./subgraphs/order ./subgraphs/health \
      github.com/nats-io/nats-server/v2 \
 && mkdir /out/data

# Certificates, time zones and the user nonroot (65532); no shell.
FROM gcr.io/distroless/static-debian12:nonroot AS base
COPY --from=build /out/health /bin/health
# A new volume takes its owner from the folder that it is mounted on.
COPY --from=build --chown=65532:65532 /out/data /data
ENV DATA_DIR=/data
USER 65532:65532
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=5 CMD ["/bin/health", "http://127.0.0.1:8080/readyz"]

FROM base AS nats
COPY --from=build /out/nats-server /bin/nats-server
COPY subgraphs/nats.conf /etc/nats.conf
VOLUME /data
EXPOSE 4222
HEALTHCHECK --interval=5s --timeout=3s --start-period=10s --retries=5 CMD ["/bin/health", "http://127.0.0.1:8222/healthz"]
ENTRYPOINT ["/bin/nats-server", "-c", "/etc/nats.conf", "-a", "0.0.0.0", "-p", "4222", "-m", "8222", "-sd", "/data/nats"]

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
ENV ROUTER_LISTEN=0.0.0.0:8080 SCHEMA_DIR=/etc/trefoil/schema
EXPOSE 8080
ENTRYPOINT ["/bin/router", "serve", "--config", "/etc/trefoil/router.yaml"]
