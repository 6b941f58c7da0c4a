#!/bin/bash
# examples.sh [<tree>]: an example in a README that is a whole file (it includes <vethlab/vethlab.h>) is one that
# is built. The line before it names the file, from that README's directory: <!-- first_test.cc -->
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

for readme in "${readmes[@]}"; do
  number=0 named='' before='' text='' from=0
  mapfile -t lines <"$readme"
  for line in "${lines[@]}"; do
    number=$((number + 1))
    if [ $from = 0 ] && [ "$line" = '```cpp' ]; then
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
      elif [[ $text == *'#include <vethlab/vethlab.h>'* ]]; then
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
