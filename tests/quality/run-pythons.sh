#!/bin/sh
# The fast tests under every supported Python that is on this machine, each in an environment of its own in .pythons/.
# Says which Pythons are not here; fails if one is here and the tests fail.
set -u
cd "$(dirname "$0")/../.."
TESTS="${TESTS:-}"  # a folder, to try less
failed="" ; absent="" ; passed=""

find_python() {
  for candidate in "$(command -v "python$1")" "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".*/bin/python; do
    [ -x "$candidate" ] && "$candidate" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" 2> /dev/null \
      && echo "$candidate" && return
  done
  command -v uv > /dev/null && uv python find --no-python-downloads "$1" 2> /dev/null
}

try_python() {
  folder=".pythons/$1"
  [ -x "$folder/bin/python" ] || "$2" -m venv "$folder" || return 1
  "$folder/bin/python" -m pip install --quiet --require-hashes -r requirements/dev.txt || return 1
  "$folder/bin/python" -m pip install --quiet --no-build-isolation --no-deps --editable . || return 1
  "$folder/bin/python" -m pytest -q -m "not slow and not browser" $TESTS
}

for version in "$@"; do
  python=$(find_python "$version")
  if [ -z "$python" ]; then absent="$absent $version"; continue; fi
  echo "== Python $version ($python)"
  if try_python "$version" "$python"; then passed="$passed $version"; else failed="$failed $version"; fi
done
echo "Python: passed:${passed:- none}; FAILED:${failed:- none}; NOT HERE, so not tried:${absent:- none}"
[ -z "$failed" ]
