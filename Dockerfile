# docker run --rm -v "$PWD:/work" IMAGE --since origin/main db/migrations

# Built as releases are: without C, so it needs no libc of the image that it runs in.
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o /migracheck ./cmd/migracheck

# --since, --previous and --staged run git. What is mounted belongs to somebody
# else, which git refuses to read unless it is told otherwise.
FROM alpine:3.22
# hadolint ignore=DL3018
RUN apk add --no-cache git && git config --system --add safe.directory '*'
COPY --from=build /migracheck /usr/local/bin/migracheck
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["migracheck"]
