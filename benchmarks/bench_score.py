"""`jiangcai score` against pandas and numpy, from 10⁴ to 3·10⁶ marks.

The yardstick is what a script with binary floats would do in the same minute: read the
same file, trimmed means by a plain numpy sort, ranks by lexsort. Ours is exact, checks
every mark and writes the results; it may take three times as long and 1.5 GB.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[1]
ASPECTS, JUDGES = 60, 5
YARDSTICK = """
import sys
import numpy as np
import pandas as pd
table = pd.read_csv(sys.argv[1])
entry, aspect = table.entry.factorize()[0], table.aspect.factorize()[0]
order = np.lexsort((table.value.to_numpy(), aspect, entry))
points = table.value.to_numpy()[order].reshape(-1, 60, 5)
totals = points[:, :, 1:4].mean(axis=2).sum(axis=1)
print(np.lexsort((np.arange(len(totals)), -totals))[:3])
"""


def write_scheme(path: Path) -> None:
    lines = ['format = "jiangcai-scheme/1"', "[rounding]", "component = 2", "total = 2"]
    lines += ["[[components]]", 'code = "P"', "max = 600", f"judges = {JUDGES}"]
    lines += ['aggregate = "trimmed_mean"', "[[components.criteria]]", 'code = "P1"']
    for number in range(ASPECTS):
        lines += ["[[components.criteria.aspects]]", f'code = "P1.{number}"']
        lines += ['kind = "score"', "max = 10"]
    path.write_text("\n".join(lines), "utf-8")


def write_marks(path: Path, entries: int) -> None:
    values = np.random.default_rng(1).integers(0, 101, (entries, ASPECTS, JUDGES))
    with path.open("w", encoding="utf-8") as file:
        file.write("entry,aspect,judge,value\n")
        for entry, sheet in enumerate(values.tolist()):
            file.writelines(
                f"E{entry:05d},P1.{aspect},J{judge},{value / 10}\n"
                for aspect, row in enumerate(sheet)
                for judge, value in enumerate(row)
            )


def seconds(*command: str | Path) -> float:
    start = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own command
        command, check=True, capture_output=True, cwd=ROOT
    )
    return time.perf_counter() - start


@pytest.mark.parametrize("entries", [33, 333, 3_333, 10_000])
def bench_score(tmp_path: Path, entries: int) -> None:
    scheme, marks = tmp_path / "s.scheme.toml", tmp_path / "marks.csv"
    write_scheme(scheme)
    write_marks(marks, entries)
    out = tmp_path / "results.csv"

    yardstick = seconds(sys.executable, "-c", YARDSTICK, marks)
    ours = seconds(sys.executable, "cli.py", "score", scheme, marks, "-o", out)

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    print(
        f"\n{entries * ASPECTS * JUDGES:>9} marks: {ours:5.2f} s, yardstick"
        f" {yardstick:5.2f} s, ratio {ours / yardstick:4.2f}, peak {peak:5.0f} MB"
    )
    assert ours < 3 * yardstick  # noqa: S101
    assert peak < 1500  # noqa: S101
