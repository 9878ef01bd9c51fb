"""Counts what the tests of a build did: `summary.py RESULTS` reads the XML that ./dev test had
written there and prints the line `N passed, N failed[, N skipped]`, before it a line for each that
failed, and what skipped ones say cannot be done. A GoogleTest program counts with each of its cases,
any other ctest entry as one. Exits 1 when anything failed."""

import pathlib
import sys
import xml.etree.ElementTree as xml


def count_cases(path):
    """(passed, failed, skipped) of one GoogleTest report; None when it is no whole XML."""
    try:
        root = xml.parse(path).getroot()
    except xml.ParseError:
        return None
    passed = failed = skipped = 0
    for case in root.iter("testcase"):
        if case.get("status") == "notrun":
            continue
        if case.find("failure") is not None:
            failed += 1
        elif case.get("result") == "skipped" or case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def failed_cases(path):
    """Names and first words of what failed in a GoogleTest report."""
    for case in xml.parse(path).getroot().iter("testcase"):
        failure = case.find("failure")
        if failure is not None:
            words = " ".join(failure.get("message", "").split())[:300]
            yield f"{case.get('classname')}.{case.get('name')}: {words}"


def reasons(test):
    """Why a ctest entry was skipped, as far as it says."""
    for line in (test.findtext("system-out") or "").splitlines():
        if "cannot" in line:
            yield line.strip()[:200]


def main():
    results = pathlib.Path(sys.argv[1])
    cases = {}
    for path in results.glob("*.xml"):
        counted = count_cases(path)
        if counted is not None:
            cases[path.stem] = counted
    total = [0, 0, 0]
    for test in xml.parse(results / "ctest.junit").getroot().iter("testcase"):
        status = test.get("status")
        counted = cases.get(test.get("name"))
        if status == "fail":
            name = test.get("name")
            report = results / f"{name}.xml"
            known = list(failed_cases(report)) if name in cases else []
            for line in known or ["crashed, ran out of time or is no GoogleTest: see above"]:
                print(f"failed: {name}: {line}")
            # A program that crashed or timed out may have written no failed case.
            counted = counted or (0, 0, 0)
            counted = (counted[0], max(counted[1], 1), counted[2])
        elif status != "run":
            counted = (0, 0, 1)
            for line in reasons(test):
                print(f"skipped: {test.get('name')}: {line}")
        elif counted is None:
            counted = (1, 0, 0)
        total = [a + b for a, b in zip(total, counted)]
    passed, failed, skipped = total
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
