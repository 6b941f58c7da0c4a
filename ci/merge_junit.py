#!/usr/bin/env python3
"""merge_junit.py <junit.xml>... [--expect <list>]: several machines' shares of one suite, as one report.

Prints one JUnit file. Ends with 1, saying so, where a test is in two of them, or (with --expect: a file with a
test's name a line, as `ctest -N` or `--show-only=json-v1` has them) in none, or in one but not in the list.
"""
import argparse
import sys
import xml.etree.ElementTree as xml

COUNTED = ("tests", "failures", "errors", "disabled", "skipped")


def name_of(case):
    """ctest says a test's name twice; GoogleTest its suite's name, and its own."""
    suite, name = case.get("classname"), case.get("name")
    return name if suite in (None, "", name) else f"{suite}.{name}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("reports", nargs="+", metavar="junit.xml")
    parser.add_argument("--expect", metavar="list", help="a file: the name of each test that there should be")
    options = parser.parse_args()

    merged = xml.Element("testsuite", name="merged")
    found = {}
    wrong = []
    for path in options.reports:
        try:
            suite = xml.parse(path).getroot()
        except (OSError, xml.ParseError) as error:
            wrong.append(f"{path}: {error}")
            continue
        for count in COUNTED:
            merged.set(count, str(int(merged.get(count, 0)) + int(suite.get(count, 0) or 0)))
        merged.set("time", str(float(merged.get("time", 0)) + float(suite.get("time", 0) or 0)))
        for case in suite.iter("testcase"):
            name = name_of(case)
            if name in found:
                wrong.append(f"{name}: in {found[name]} and in {path}")
            found[name] = path
            merged.append(case)
    if options.expect:
        with open(options.expect, encoding="utf-8") as names:
            expected = {line.strip() for line in names if line.strip()}
        wrong += [f"{name}: in no report" for name in sorted(expected - found.keys())]
        wrong += [f"{name}: in {found[name]}, and not expected" for name in sorted(found.keys() - expected)]

    xml.ElementTree(merged).write(sys.stdout, encoding="unicode", xml_declaration=True)
    print()
    for line in wrong:
        print(f"merge_junit.py: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
