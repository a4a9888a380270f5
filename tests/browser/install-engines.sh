#!/bin/sh
# Firefox and WebKit for the tests of tests/browser/test_engines.py, from Debian. Without them these tests are skipped, and say so.
set -eu
command -v firefox-esr >/dev/null 2>&1 && command -v WebKitWebDriver >/dev/null 2>&1 && command -v Xvfb >/dev/null 2>&1 && exit 0
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo -n"
if ! command -v apt-get >/dev/null 2>&1 || ! $sudo true 2>/dev/null; then
  echo "Firefox and WebKit cannot be installed here: nothing of the forms will be tested in them." >&2
  exit 0
fi
echo "Installing Debian's firefox-esr and webkit2gtk-driver for the tests."
$sudo apt-get update -qq || true
$sudo apt-get install -y -qq --no-install-recommends firefox-esr webkit2gtk-driver xvfb >/dev/null ||
  echo "Firefox and WebKit could not be installed: nothing of the forms will be tested in them." >&2
