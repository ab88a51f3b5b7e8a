#!/usr/bin/env bash
# Installs what test/docs/notebooks.test.ts needs, where it is missing: Jupyter (Debian packages) and, in
# .cache/jupyter, tslab and its kernel. With these, JUPYTER_PATH=.cache/jupyter/share/jupyter jupyter ...
# knows the kernel "tslab".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

tslab=tslab@1.0.22
packages=(jupyter-client jupyter-nbconvert python3-ipykernel)
cache=$PWD/.cache/jupyter

fail() {
  echo "install-jupyter: $*" >&2
  exit 1
}

# Debian's Jupyter belongs to Debian's python3, which need not be the first on the PATH.
jupyter_python() {
  local python
  for python in python3 /usr/bin/python3; do
    if "$python" -c 'import jupyter_client, nbconvert, ipykernel' 2> /dev/null; then
      echo "$python"
      return
    fi
  done
  return 1
}

if ! command -v jupyter-nbconvert > /dev/null || ! jupyter_python > /dev/null; then
  scripts/apt-install.sh "${packages[@]}" || fail "Jupyter is missing: install jupyter, nbconvert and ipykernel yourself"
fi
python=$(jupyter_python) || fail 'Jupyter is installed, but no python3 has jupyter_client, nbconvert and ipykernel'

if ! [ -x "$cache/node_modules/.bin/tslab" ]; then
  mkdir -p "$cache"
  echo '{ "private": true }' > "$cache/package.json"
  npm install --prefix "$cache" --ignore-scripts --no-audit --no-fund --loglevel=error "$tslab"
fi
# Always: the kernel's file has the absolute path in it.
"$cache/node_modules/.bin/tslab" install --python "$python" --prefix "$cache" --binary "$cache/node_modules/.bin/tslab" > /dev/null
test -f "$cache/share/jupyter/kernels/tslab/kernel.json" || fail 'tslab did not install its kernel'
echo "Jupyter: $(jupyter-nbconvert --version) (nbconvert), $tslab"
