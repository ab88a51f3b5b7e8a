#!/usr/bin/env bash
# Installs Debian packages, as root or with sudo, and upgrades none: scripts/apt-install.sh PACKAGE…
set -euo pipefail

fail() {
  echo "apt-install: $*" >&2
  exit 1
}

command -v apt-get > /dev/null || fail "there is no apt-get: install what $* are elsewhere yourself"
root=()
if [ "$(id -u)" -ne 0 ]; then
  sudo -n true 2> /dev/null || fail "it takes root: apt-get install $*"
  root=(sudo -n)
fi
"${root[@]}" apt-get update -qq || echo 'apt-install: the package lists are as they were' >&2
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-upgrade --no-install-recommends "$@" > /dev/null ||
  fail "apt-get could not install $*"
