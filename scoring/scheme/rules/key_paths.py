"""Key paths: `components[0].criteria[1]."a b"` and the same as a tuple."""

import json
import re

from scoring.scheme.rules.table import join_path

Path = tuple[str | int, ...]

_STEP = re.compile(
    r'\[(?P<index>[0-9]{1,6})\]|(?P<dot>\.?)(?:(?P<bare>[A-Za-z0-9_-]+)|(?P<text>"(?:[^"\\]|\\.)*"))',
    re.ASCII,
)
_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def write_path(path: Path) -> str:
    """Return a key path as text; keys that are not plain are quoted as in JSON."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _BARE.fullmatch(step):
            text = join_path(text, step)
        else:
            quoted = json.dumps(step, ensure_ascii=False)
            text = f"{text}.{quoted}" if text else quoted
    return text


def find_path(text: str) -> Path | None:
    """Return the key path that a text is, None where it is none."""
    steps: list[str | int] = []
    at = 0
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None or bool(found["dot"]) != _needs_dot(found, steps):
            return None
        if found["index"] is not None:
            steps.append(int(found["index"]))
        elif found["bare"] is not None:
            steps.append(found["bare"])
        else:
            try:
                steps.append(json.loads(found["text"]))
            except ValueError:
                return None
        at = found.end()
    return tuple(steps) if steps and isinstance(steps[0], str) else None


def _needs_dot(found: re.Match[str], steps: list[str | int]) -> bool:
    return bool(steps) and found["index"] is None


def put(tree: dict[str, object], path: Path, value: object) -> bool:
    """Set what stands at a key path, making the tables and lists on the way.

    Returns:
        False where the path does not fit the tree: a key of a list, a table's index,
        or an index beyond the list's next one. Nothing that is set is replaced.
    """
    here: object = tree
    for at, step in enumerate(path):
        is_last = at + 1 == len(path)
        following: object = (
            value if is_last else [] if isinstance(path[at + 1], int) else {}
        )
        if isinstance(here, dict) and isinstance(step, str):
            if is_last and step in here:
                return False
            here = here.setdefault(step, following)
        elif isinstance(here, list) and isinstance(step, int) and step <= len(here):
            if step == len(here):
                here.append(following)
            elif is_last:
                return False
            here = here[step]
        else:
            return False
    return True
