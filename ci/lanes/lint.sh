#!/bin/bash
# Layout, linters, layers; every public header compiled alone. All are run, then the verdict.
# shellcheck source=ci/lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"
need_packages lint
cd "$root"

bad=()
check() { # <name> <command>...
  local name=$1
  shift
  say "$name"
  if "$@"; then echo "fine"; else bad+=("$name"); fi
}

mapfile -d '' -t sources < <(tree_files | grep -zE '\.(h|cc)$' || true)
mapfile -d '' -t scripts < <(tree_files | xargs -0 grep -lZE -m1 '^#!.*\b(ba)?sh$' -- || true)

check "clang-format" clang-format --dry-run -Werror -- "${sources[@]}"
check "shellcheck" shellcheck -x -P "$root" -- "${scripts[@]}" ci/lib.sh
check "yamllint" yamllint --strict .github/workflows/ci.yml .gitlab-ci.yml ci/shards/kubernetes.yaml
check "layers" ci/layers.sh
check "layers refuse what they should" ci/layers_test.sh
check "reports are read as they should" ci/reports_test.sh
check "what READMEs say in code is built" ci/examples.sh
check "examples.sh refuses what it should" ci/examples_test.sh
check "every public header compiled alone" build lint all_verify_interface_header_sets

tidy() { # tests/consumer is outside of the build, on purpose
  printf '%s\0' "${sources[@]}" | grep -z '\.cc$' | grep -zv '^tests/consumer/' |
    xargs -0 -n1 -P"$jobs" clang-tidy --quiet -p build/lint 2> >(grep -v ' warnings\? generated' >&2)
}
check "clang-tidy" tidy

if [ ${#bad[@]} != 0 ]; then
  say "lint: not fine: $(printf '%s; ' "${bad[@]}")"
  exit 1
fi
say "lint: all fine"
