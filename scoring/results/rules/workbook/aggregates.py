"""Formulas from several judges' points to one number (rules S-20 to S-22)."""

from scoring.results.rules.workbook.cells import NOISE, guarded


def aggregate_formula(run: str, count: int, how: str, drop: int) -> tuple[str, str]:
    """Return the formula over a run of cells, and a test that the judges agree.

    Args:
        run: address of the judges' points, one below the other.
        count: of judges.
        how: as in the scheme.
        drop: how many highest and lowest a trimmed mean leaves out.

    Returns:
        The expression without "=", and the test, "" where any points will do.
    """
    if how == "agreed":
        test = f"MAX({run})-MIN({run})<{NOISE}" if count > 1 else ""
        return f"MAX({run})", test
    if how == "median":
        return f"MEDIAN({run})", ""
    if how == "closest_two" and count == 3:
        high, middle, low = (f"LARGE({run},{n})" for n in (1, 2, 3))
        is_higher = f"{guarded(f'{high}-{middle}')}<={guarded(f'{middle}-{low}')}"
        return f"IF({is_higher},{high}+{middle},{low}+{middle})/2", ""
    if how == "trimmed_mean" or (how == "closest_two" and count > 3):
        ends = "".join(
            f"-LARGE({run},{n})-SMALL({run},{n})" for n in range(1, drop + 1)
        )
        return f"(SUM({run}){ends})/{count - 2 * drop}", ""
    return f"SUM({run})/{count}", ""
