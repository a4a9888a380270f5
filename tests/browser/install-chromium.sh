#!/bin/sh
# Makes sure a browser is there for the tests: Debian's chromium, when no other is found.
set -eu
for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
if ! command -v apt-get >/dev/null 2>&1; then
  echo "No chromium here and no apt-get to install it: install Chromium, then run this again." >&2
  exit 1
fi
echo "No browser found: installing Debian's chromium for the tests."
$sudo apt-get update -qq
$sudo apt-get install -y -qq --no-install-recommends chromium fonts-noto-core >/dev/null
