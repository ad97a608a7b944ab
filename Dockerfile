# docker run --rm -v "$PWD:/work" IMAGE --since origin/main db/migrations

# The parser is C: linked statically it needs no libc of the image that it runs in.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=1 go build -trimpath -tags netgo,osusergo \
    -ldflags '-s -w -linkmode external -extldflags "-static"' -o /migracheck ./cmd/migracheck

# --since, --previous and --staged run git. What is mounted belongs to somebody
# else, which git refuses to read unless it is told otherwise.
FROM alpine:3.22
# hadolint ignore=DL3018
RUN apk add --no-cache git && git config --system --add safe.directory '*'
COPY --from=build /migracheck /usr/local/bin/migracheck
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["migracheck"]
