#!/bin/bash
# layers.sh [<tree>]: the rules that hold the rooms apart. Prints each breach as file:line and a sentence.
#
#   base < mounts < netns, netlink, icmp, probe, process, capture, firewall, json, evidence < lab < diagnosis < expect < fixtures   (includes point left only)
set -euo pipefail
export LC_ALL=C

cd "${1:-$(dirname "${BASH_SOURCE[0]}")/..}"
mapfile -d '' -t files < <(find framework fixtures scenarios tests -type f \
  \( -name '*.h' -o -name '*.cc' \) -print0 2>/dev/null | sort -z)
if [ ${#files[@]} = 0 ]; then
  echo "layers: no sources in $PWD" >&2
  exit 1
fi

# Plain awk (mawk): two passes, the first only to learn which headers are private.
awk '
function rank(room) {
  if (room == "base") return 1
  if (room == "mounts") return 2
  if (room ~ /^(netns|netlink|icmp|probe|process|capture|firewall|json|evidence)$/) return 3
  if (room == "lab") return 4
  if (room == "diagnosis") return 5
  if (room == "expect") return 6
  if (room == "vethlab.h") return 7
  if (room == "fixtures") return 8
  return 0
}

function breach(sentence) {
  printf "%s:%d: %s\n", FILENAME, FNR, sentence
  breaches++
}

# The line without comments and without what stands in quotes.
function code_of(line,    out, n, rest, close_at) {
  out = ""
  while (line != "") {
    if (in_raw != "") {
      n = index(line, in_raw)
      if (!n) return out
      line = substr(line, n + length(in_raw))
      in_raw = ""
      out = out "\"\""
    } else if (in_comment) {
      n = index(line, "*/")
      if (!n) return out
      line = substr(line, n + 2)
      in_comment = 0
    } else if (match(line, /\/\/|\/\*|R"[^(]*\(|"([^"\\]|\\.)*"|\047([^\047\\]|\\.)+\047/)) {
      n = RSTART
      rest = substr(line, n, RLENGTH)
      out = out substr(line, 1, n - 1)
      if (rest == "//") return out
      line = substr(line, n + RLENGTH)
      if (rest == "/*") in_comment = 1
      else if (rest ~ /^R/) in_raw = ")" substr(rest, 3, length(rest) - 3) "\""
      else out = out (rest ~ /^"/ ? "\"\"" : (out ~ /[0-9A-Fa-f]$/ ? rest : "0"))  # 1 000: a separator
    } else return out line
  }
  return out
}

function shown(what, name) {
  breach("a public header shows no " what ": <" name \
         "> belongs in the .cc, or in a header whose first line is // private")
}

function is_private(file) { return file in private_header }

# The name under which a header of ours is included.
function spelled(file) { sub(/^(framework|fixtures)\//, "", file); return file }

function check_include(name,    other, up) {
  if (name ~ /(^|\/)\.\.?\//) {
    breach("include it as <vethlab/...>, not by way of " name)
    return
  }
  if (name ~ /^vethlab\// && room != "") {
    other = name
    sub(/^vethlab\//, "", other)
    sub(/\/.*/, "", other)
    if (!rank(other)) breach("<" name "> is in no room of the framework")
    else if (other != room && rank(other) == rank(room))
      breach(room " and " other " are siblings: neither includes the other, here <" name ">")
    else if (rank(other) > rank(room))
      breach(room " must not include <" name ">: " other " is above it")
  }
  if (room != "" && rank(room) < rank("expect") && name ~ /^(gtest|gmock)\//)
    breach("GoogleTest enters at expect, so " room " must not include <" name ">")
  if (is_header && room != "" && !is_private(FILENAME)) {
    if (name ~ /^netlink\// || name ~ /^linux\/(rt|ge)?netlink/)
      shown("netlink library or kernel header", name)
    if (name ~ /^boost\//)
      shown("Boost", name)
    if (name ~ /^fmt\//)
      shown("fmt", name)
    if (name in private_name)
      breach("a public header must not include a private one: <" name "> is not installed")
  }
}

FNR == 1 {
  in_comment = 0
  in_raw = ""
  is_header = FILENAME ~ /\.h$/
  ours = FILENAME !~ /^tests\//
  room = ""
  if (FILENAME ~ /^(framework|fixtures)\/vethlab\//) {
    room = FILENAME
    sub(/^[a-z]*\/vethlab\//, "", room)
    sub(/\/.*/, "", room)
    if (pass == 2) {
      checked++
      if (!rank(room)) breach("there is no room " room ": see the order in ci/layers.sh")
    }
  }
  seen_comment = 0
}

pass == 1 {
  if (is_header && !seen_comment && /^ *\/\//) {
    seen_comment = 1
    if (/^ *\/\/ *[Pp]rivate/) {
      private_header[FILENAME] = 1
      private_name[spelled(FILENAME)] = 1
    }
  }
  next
}

!in_comment && in_raw == "" && match($0, /^[ \t]*#[ \t]*include[ \t]*[<"][^>"]+/) {
  name = substr($0, RSTART, RLENGTH)
  sub(/^[^<"]*[<"]/, "", name)
  check_include(name)
  next
}

{
  code = " " code_of($0)
  if (is_header && code ~ /[^A-Za-z0-9_]using[ \t]+namespace[^A-Za-z0-9_]/)
    breach("no using namespace in a header: it would reach everybody who includes it")
  if (!ours) next

  if (room != "netns") {
    # Not a member (x.fork), not another namespace-qualified one (x::fork); ::fork is the call itself.
    if (match(code, /(^|[^A-Za-z0-9_.>:]|[^A-Za-z0-9_]::)(fork|vfork|clone3?|unshare|setns)[ \t]*\(/)) {
      word = substr(code, RSTART, RLENGTH)
      gsub(/[^a-z0-9]/, "", word)
      breach(word "() is called in framework/vethlab/netns/ only")
    }
    if (match(code, /(SYS|__NR)_(fork|vfork|clone3?|unshare|setns)[^A-Za-z0-9_]/))
      breach("the system call " substr(code, RSTART, RLENGTH - 1) " is made in framework/vethlab/netns/ only")
  }
  if (match(code, /[^A-Za-z0-9_.>](sleep|usleep|nanosleep|clock_nanosleep|sleep_for|sleep_until)[ \t]*\(/)) {
    word = substr(code, RSTART, RLENGTH)
    gsub(/[^a-z_]/, "", word)
    breach("no " word "() here: wait for an event, with a deadline")
  }
}

END {
  if (breaches) exit 1
  printf "layers: %d files of the framework, all in their place\n", checked
}' pass=1 "${files[@]}" pass=2 "${files[@]}"
