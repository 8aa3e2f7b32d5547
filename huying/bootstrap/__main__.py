"""python3 -m huying.bootstrap run | test | words | assets | lock"""

import os
import shutil
import sys

OLDEST, NEWEST = (3, 11), (3, 14)


def good_python():
    """Carry on with a Python that will do: this one, or one of its sisters on the PATH; else say so and end."""
    if sys.version_info[:2] >= OLDEST:
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        sister = shutil.which("python3.%d" % minor)  # noqa: UP031  (older Pythons read this too)
        if sister:
            os.execv(sister, [sister, "-m", "huying.bootstrap", *sys.argv[1:]])
    have = "%d.%d" % sys.version_info[:2]  # noqa: UP031
    sys.exit(
        f"[python-too-old]\n  这里的 Python 是 {have}，需要 3.11 或更新。\n"
        "    → 装上 python3.11 以上，再运行 make run。\n"
        f"  This Python is {have}; 3.11 or newer is needed.\n"
        "    → Install python3.11 or newer, then make run again."
    )


if __name__ == "__main__":
    good_python()
    from huying.bootstrap.steps import main

    raise SystemExit(main(sys.argv[1:]))
