"""`jiangcai` that gives marks ids of its own: who sends again doubles a mark."""

import pytest

from cli import main
from tests.faults.servers import no_ids

no_ids.install(pytest.MonkeyPatch())

if __name__ == "__main__":
    main()
