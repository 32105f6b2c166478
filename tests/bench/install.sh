#!/bin/sh
# Make the peers' environment; what can't be made is said, and its contenders are then "not run".
set -eu
cd "$(dirname "$0")"
python=${PYTHON:-python3}
if ! cmp -s requirements.lock .venv/installed 2>/dev/null; then
	"$python" -m venv --clear .venv
	.venv/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes -r requirements.lock
	cp requirements.lock .venv/installed
fi
if ! command -v npm >/dev/null; then
	echo "  no npm: Emmett and message-db will not be run"
elif ! cmp -s package-lock.json node_modules/installed 2>/dev/null; then
	npm ci --silent --no-audit --no-fund --ignore-scripts
	cp package-lock.json node_modules/installed
fi
