#!/usr/bin/env python3
"""table.py <name>=<seconds>=<junit.xml>...: what ctest says of several machines, as one table.

First a line for each machine, then one for each test that failed somewhere, or did not run everywhere; last
why, for each reason once.
"""
import os
import re
import sys
import xml.etree.ElementTree as xml


def reason_of_skip(output):
    """What GTEST_SKIP() said, in one line."""
    said = re.search(r": Skipped\n(.*?)\n\n?\[  SKIPPED \]", output, re.DOTALL)
    return " ".join(said.group(1).split()) if said else "skipped"


def reason_of_failure(output):
    """The first failure, in one line."""
    said = re.search(r": Failure\n(.*?)\n(\n|\[  FAILED  \])", output + "\n\n", re.DOTALL)
    if not said:
        lines = [line for line in output.splitlines() if line.strip()]
        return lines[-1].strip() if lines else "no output"
    return " ".join(said.group(1).split())


def results_of(path):
    """The test's name: (word, why)."""
    results = {}
    for case in xml.parse(path).getroot().iter("testcase"):
        output = case.findtext("system-out") or ""
        if case.find("failure") is not None or case.get("status") == "fail":
            message = case.find("failure").get("message", "") if case.find("failure") is not None else ""
            why = "Timeout" if "Timeout" in message else reason_of_failure(output)
            results[case.get("name")] = ("FAILED", why)
        elif case.find("skipped") is not None:
            results[case.get("name")] = ("skipped", reason_of_skip(output))
        else:
            results[case.get("name")] = ("ok", "")
    return results


def main(arguments):
    machines = []
    for argument in arguments:
        name, seconds, path = argument.split("=", 2)
        machines.append((name, int(seconds), results_of(path) if os.path.exists(path) else None))

    width = max(len(name) for name, _, _ in machines)
    for name, seconds, results in machines:
        if results is None:
            print(f"{name:{width}}  no results, {seconds} s")
            continue
        words = [word for word, _ in results.values()]
        print(f"{name:{width}}  {len(words)} tests: {words.count('ok')} ok, {words.count('skipped')} skipped, "
              f"{words.count('FAILED')} failed; {seconds} s")

    reasons = []
    rows = []
    tests = sorted({test for _, _, results in machines for test in results or {}})
    for test in tests:
        found = [(results or {}).get(test, ("not run", "")) for _, _, results in machines]
        if all(word == "ok" for word, _ in found):
            continue
        cells = []
        for word, why in found:
            if why and why not in reasons:
                reasons.append(why)
            cells.append(f"{word} [{reasons.index(why) + 1}]" if why else word)
        rows.append([test, *cells])
    if rows:
        rows.insert(0, ["", *(name for name, _, _ in machines)])
        widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
        print()
        for row in rows:
            print("  ".join(f"{cell:{size}}" for cell, size in zip(row, widths)).rstrip())
        print()
        for number, why in enumerate(reasons, 1):
            print(f"[{number}] {why if len(why) < 400 else why[:400] + ' …'}")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
