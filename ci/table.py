#!/usr/bin/env python3
"""table.py <name>=<seconds>=<junit.xml>...: what ctest says of several machines, as one table.

First a line for each machine, then one for each test that failed somewhere, or did not run everywhere; last
why, for each reason once. Ends with 1 where a machine has a report, and no test that passed.
"""
import re
import sys
import xml.etree.ElementTree as xml


def reason_of_skip(output):
    """What GTEST_SKIP() said, in one line."""
    said = re.search(r": Skipped\n(.*?)\n\n?\[  SKIPPED \]", output, re.DOTALL)
    return " ".join(said.group(1).split()) if said else "skipped"


def reason_of_failure(output, seconds):
    """The first failure, in one line."""
    said = re.search(r": Failure\n(.*?)\n(\n|\[  FAILED  \])", output + "\n\n", re.DOTALL)
    if said:
        return " ".join(said.group(1).split())
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    last = f"; its last line: {lines[-1]}" if lines else ""
    # ctest does not tell here which of them it was.
    return f"out of time, crashed or killed, after {seconds} s{last}"


def results_of(path):
    """The test's name: (word, why). None where there is no report, or half of one."""
    try:
        cases = list(xml.parse(path).getroot().iter("testcase"))
    except (OSError, xml.ParseError):
        return None
    results = {}
    for case in cases:
        output = case.findtext("system-out") or ""
        skipped = case.find("skipped")
        if case.find("failure") is not None or case.get("status") == "fail":
            word, why = "FAILED", reason_of_failure(output, round(float(case.get("time", 0))))
        elif case.get("status") == "disabled":
            word, why = "disabled", ""
        elif skipped is not None and skipped.get("message", "SKIP").startswith("SKIP"):
            word, why = "skipped", reason_of_skip(output)
        elif skipped is not None:  # its program is missing, say
            word, why = "FAILED", "not run: " + skipped.get("message")
        else:
            word, why = "ok", ""
        results[case.get("name")] = (word, why)
    return results


def main(arguments):
    machines = []
    for argument in arguments:
        name, seconds, path = argument.split("=", 2)
        machines.append((name, int(seconds), results_of(path)))

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
    return int(any(results is not None and ("ok", "") not in results.values() for _, _, results in machines))


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
