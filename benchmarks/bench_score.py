"""`jiangcai score` against pandas and numpy, from 10⁴ to 3·10⁶ marks.

The yardstick is what a script with binary floats would do in the same minute: read the
same file, trimmed means by a plain numpy sort, ranks by lexsort. Ours is exact, checks
every mark and writes the results; it may take three times as long and 1.5 GB.
"""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from benchmarks.report import keep

ROOT = Path(__file__).parents[1]
ASPECTS, JUDGES = 60, 5
LARGE = 1_000_000  # marks; below, starting up is most of it
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


def run(*command: str | Path) -> tuple[float, float]:
    """Return seconds and peak memory in MB of one program."""
    start, peak = time.perf_counter(), 0.0
    process = subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.DEVNULL, cwd=ROOT
    )
    while process.poll() is None:
        peak = max(peak, read_peak(process.pid))
        time.sleep(0.01)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(map(str, command)))
    return time.perf_counter() - start, peak


def read_peak(pid: int) -> float:
    """Return the most memory a process has held, in MB; 0 where it is over.

    What `wait4` tells would count the memory of whoever started it too.
    """
    try:
        status = Path(f"/proc/{pid}/status").read_text("utf-8")
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) / 1000 if lines else 0


def best(*command: str | Path) -> tuple[float, float]:
    """Return the better of two runs; the first one also warms the file up."""
    return min(run(*command) for _ in range(2))


def measure(folder: Path, entries: int) -> list[str]:
    scheme, marks = folder / "s.scheme.toml", folder / "marks.csv"
    write_scheme(scheme)
    write_marks(marks, entries)
    out = folder / "results.csv"
    floor, floor_peak = best(sys.executable, "-c", YARDSTICK, marks)
    ours, peak = best(sys.executable, "cli.py", "score", scheme, marks, "-o", out)
    count = entries * ASPECTS * JUDGES
    assert ours < 3 * floor or count < LARGE, (ours, floor)  # noqa: S101
    assert peak < 1500, peak  # noqa: S101
    return [
        f"{count:,}",
        f"{ours:.2f} s",
        f"{floor:.2f} s",
        f"{ours / floor:.2f}",
        f"{ours / count * 1e6:.1f} µs",
        f"{peak:.0f} MB",
        f"{floor_peak:.0f} MB",
    ]


def bench_score(tmp_path: Path) -> None:
    keep(
        "Scoring a file of marks",
        "`jiangcai score` (60 aspects, 5 judges, trimmed mean) against"
        " `pandas.read_csv`, a plain numpy trimmed mean and lexsort of the same file."
        " Both with the start of Python; the better of two runs. Goal at 3,000,000"
        " marks: ratio at most 3, under 1,500 MB.",
        ("marks", "ours", "yardstick", "ratio", "per mark", "peak", "its peak"),
        [measure(tmp_path, entries) for entries in (33, 333, 3_333, 10_000)],
    )
