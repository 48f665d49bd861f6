"""What rooms above put on a dossier page without the dossier knowing of them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from talentpool.dossiers.models import Craftsman

# A panel is a template, included in the page, and what that template is given as
# `panel`. Registered by name, so that starting twice does not show it twice.
Panel = tuple[str, dict[str, Any]]
panels: dict[str, Callable[[Session, Craftsman, datetime], Panel]] = {}
