#!/bin/bash
# The test of examples.sh: small trees, each with one thing wrong, and what must be said of it.
set -euo pipefail

examples=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/examples.sh
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
wrong=0

good_tree() {
  rm -rf "$temporary/tree"
  mkdir -p "$temporary/tree/room"
  cd "$temporary/tree"
  printf '%s\n' '#include <vethlab/vethlab.h>' '' 'TEST(A, Does) {}' >room/first_test.cc
  { echo '# A room' && echo '<!-- first_test.cc -->' && echo '```cpp' && cat room/first_test.cc && echo '```'; } >room/README.md
  # shellcheck disable=SC2016 # the quotes are Markdown's
  printf '%s\n' '# A tree' '```cpp' 'EXPECT_REACHABLE(a, b);  // a part of a file' '```' \
    '<!-- room/idioms.cc -->' '| ip | here |' '|---|---|' \
    '| `a \| b` | one: `a.set_up("eth0");` `set_down()`, or `a.run([] { … });` |' >README.md
  printf '%s\n' '  a.set_up(' '      "eth0");' 'a.set_down();' 'a.run([] { EXPECT_EQ(1, 1); });' >room/idioms.cc
}

# said <exit status> <what it must say>
said() {
  local text status=0
  text=$("$examples" . 2>&1) || status=$?
  if [ $status != "$1" ] || [[ $text != *"$2"* ]]; then
    wrong=$((wrong + 1))
    printf 'examples_test: expected  … %s … (exit %s)\n                    got  %s (exit %s)\n' "$2" "$1" "$text" "$status"
  fi
}

good_tree
said 0 ''

good_tree
sed -i 's/Does/Did/' room/first_test.cc
said 1 'room/README.md:3: this is not first_test.cc:'

good_tree
rm room/first_test.cc
said 1 'room/README.md:3: there is no first_test.cc'

good_tree
sed -i '/<!--/d' room/README.md
said 1 'room/README.md:2: which file is this?'

good_tree
printf '%s\n' '```cmake' 'cmake_minimum_required(VERSION 3.25)' '```' >>room/README.md
said 1 'room/README.md:8: which file is this?'

good_tree
sed -i 's/a.run/b.run/' room/idioms.cc
said 1 'README.md:8: room/idioms.cc has no a.run([] { … });'

good_tree
rm room/idioms.cc
said 1 'README.md:6: there is no room/idioms.cc'

good_tree
rm room/README.md && sed -i '/<!--/d' README.md
said 1 'examples: there are none in '

if [ $wrong != 0 ]; then
  echo "examples_test: $wrong of 8 cases are wrong"
  exit 1
fi
echo "examples_test: 8 cases"
