#!/bin/bash
# examples.sh [<tree>]: what READMEs say in code is built.
#   - An example that is a whole file (it includes <vethlab/vethlab.h>, or begins with cmake_minimum_required) is that
#     file to the letter;
#   - a table's pieces of code, in its last column, stand in a file, in whatever layout ("…": anything),
# which the line before names, from that README's directory: <!-- first_test.cc -->
# Prints each breach as file:line and a sentence.
set -euo pipefail
export LC_ALL=C

cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"
mapfile -d '' -t readmes < <(find . \( -name build -o -name .git \) -prune -o -name '*.md' -printf '%P\0' | sort -z)

examples=0 breaches=0
breach() { # <file> <line> <sentence>
  echo "$1:$2: $3"
  breaches=$((breaches + 1))
}

# stands_in <piece of code> <file>, both without white space
stands_in() {
  local part rest=$2
  while IFS= read -r part; do
    [[ $rest == *"$part"* ]] || return 1
    rest=${rest#*"$part"}
  done <<<"${1//…/$'\n'}"
}

for readme in "${readmes[@]}"; do
  number=0 named='' before='' text='' from=0 table=''
  mapfile -t lines <"$readme"
  for line in "${lines[@]}"; do
    number=$((number + 1))
    if [[ $line != '|'* ]]; then
      table=''
    elif [[ $before != '|'* && $before =~ ^'<!-- '([^ ]+)' -->'$ ]]; then
      examples=$((examples + 1))
      named=${BASH_REMATCH[1]}
      if [ -f "$(dirname "$readme")/$named" ]; then table=$(tr -d '[:space:]' <"$(dirname "$readme")/$named")
      else breach "$readme" "$number" "there is no $named"; fi
    fi
    if [ -n "$table" ]; then
      cells=${line%|}
      cells=${cells//\\|/} # a bar inside of a cell
      # shellcheck disable=SC2016 # the quotes are Markdown's
      mapfile -t pieces < <(grep -o '`[^`]*`' <<<"${cells##*|}" | tr -d '`' || true)
      for piece in "${pieces[@]}"; do
        stands_in "${piece//[[:space:]]/}" "$table" || breach "$readme" "$number" "$named has no $piece"
      done
    fi
    if [ $from = 0 ] && [[ $line == '```cpp' || $line == '```cmake' ]]; then
      from=$number text='' named=''
      [[ $before =~ ^'<!-- '([^ ]+)' -->'$ ]] && named=${BASH_REMATCH[1]}
    elif [ $from != 0 ] && [ "$line" = '```' ]; then
      if [ -n "$named" ]; then
        examples=$((examples + 1))
        file=$(dirname "$readme")/$named
        if [ ! -f "$file" ]; then
          breach "$readme" "$from" "there is no $named"
        elif ! difference=$(diff <(printf '%s' "$text") "$file"); then
          breach "$readme" "$from" "this is not $named:"
          printf '  %s\n' "${difference//$'\n'/$'\n  '}"
        fi
      elif [[ $text == *'#include <vethlab/vethlab.h>'* || $text == cmake_minimum_required* ]]; then
        breach "$readme" "$from" "which file is this? The line before does not say"
      fi
      from=0
    elif [ $from != 0 ]; then
      text+=$line$'\n'
    fi
    before=$line
  done
done

if [ $examples = 0 ]; then
  echo "examples: there are none in $PWD" >&2
  exit 1
fi
[ $breaches = 0 ] || exit 1
