"""Write down every address of the product: `make routes`.

A test compares the list with the application, so that no address appears or vanishes
unnoticed.
"""

import sys
from pathlib import Path

from flask import Flask

from app import create_app

LIST = Path(__file__).resolve().parent.parent / "tests" / "route-list.txt"


def routes(app: Flask) -> list[str]:
    """Return each address with its methods and endpoint, in order."""
    return sorted(
        f"{rule.rule} {'+'.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))}"
        f" {rule.endpoint}"
        for rule in app.url_map.iter_rules()
    )


def main() -> int:
    LIST.write_text("\n".join(routes(create_app())) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
