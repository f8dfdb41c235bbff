#!/usr/bin/env bash
# Installs what tests need besides the .NET SDK, from Debian's packages (as root): PostgreSQL and RabbitMQ for the stores and the broker,
# a browser for the pages, Node for the clients of others, curl and openssl for what the samples type. What is there already is left alone.
# Tests start and end these servers themselves, on ports and in folders of their own.
set -euo pipefail

missing=()
compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing+=(postgresql)
[ -x /usr/bin/chromium ] || missing+=(chromium)
command -v npm >/dev/null || missing+=(nodejs npm)
command -v curl >/dev/null || missing+=(curl)
command -v openssl >/dev/null || missing+=(openssl)

install() {
    echo "> apt-get install $*"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
}

if [ ${#missing[@]} -gt 0 ]; then install "${missing[@]}"; fi

# A call of its own: in one with npm, Debian's packages can hold each other back.
if [ ! -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; then install rabbitmq-server; fi
