"""The application: puts the rooms together and nothing else.

Rooms are found by their layout: a topic's `views.bp`, `api.bp` and `cli.commands` are
registered by being there. Endpoints read "<room>.<topic>.<view>".
"""

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

from flask import Blueprint, Flask

import config
import home
from accounts.access.services import NavItem
from extensions import babel, csrf, db, limiter, login_manager, migrate
from web import (
    audit,
    door,
    errors,
    feed,
    i18n,
    logs,
    metrics,
    security,
    templating,
    venue,
)
from web.views import checkpoints

ROOMS = ("ledger", "people", "accounts", "competition", "scoring", "talentpool")


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """Build the application from the environment, with `overrides` on top."""
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config.from_mapping(config.from_environment())
    app.config.from_mapping(overrides or {})
    logs.install()
    _start_extensions(app)
    import_role("models")
    templating.install(app)
    security.install(app)
    errors.install(app)
    metrics.install(app)
    app.register_blueprint(home.bp)
    app.register_blueprint(audit.bp)
    app.register_blueprint(checkpoints.bp)
    app.register_blueprint(feed.bp)
    venue.install(app)
    app.extensions["nav"] = sorted(
        (item for module in _register_rooms(app) for item in _nav(module)),
        key=lambda item: item.order,
    )
    app.extensions["desk"] = [
        module.desk_items
        for module in import_role("views")
        if hasattr(module, "desk_items")
    ]
    app.extensions["event_links"] = [
        module.event_links
        for module in import_role("views")
        if hasattr(module, "event_links")
    ]
    door.install(app)
    for module in import_role("services"):
        # A room that answers another room's signals says so by `listen()`.
        getattr(module, "listen", lambda: None)()
    return app


def import_role(role: str) -> list[ModuleType]:
    """Import every topic's modules of one role, lowest room first.

    A role that outgrew one file is a package: its parts count as modules of that role.
    """
    return [
        module
        for room in ROOMS
        for topic in _topics(room)
        if importlib.util.find_spec(f"{room}.{topic}.{role}")
        for module in _with_parts(f"{room}.{topic}.{role}")
    ]


def _with_parts(name: str) -> Iterator[ModuleType]:
    module = importlib.import_module(name)
    yield module
    for part in pkgutil.iter_modules(getattr(module, "__path__", ())):
        yield importlib.import_module(f"{name}.{part.name}")


def _topics(room: str) -> list[str]:
    package = importlib.import_module(room)
    return sorted(m.name for m in pkgutil.iter_modules(package.__path__) if m.ispkg)


def _start_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(config.ROOT / "migrations"))
    csrf.init_app(app)
    login_manager.init_app(app)
    limiter.init_app(app)
    i18n.install(app, babel)


def _register_rooms(app: Flask) -> Iterator[ModuleType]:
    parents = {room: Blueprint(room, room) for room in ROOMS}
    pages, apis = import_role("views"), import_role("api")
    for module, bp in _blueprints((*pages, *apis)):
        room = module.__name__.split(".")[0]
        parents[room].register_blueprint(bp)
        if module in apis:
            # The API is called with a token or an Origin we check, not with a form.
            csrf.exempt(bp)
    for parent in parents.values():
        app.register_blueprint(parent)
    for module in import_role("cli"):
        for command in getattr(module, "commands", ()):
            app.cli.add_command(command)
    yield home
    yield audit
    yield from pages


def _blueprints(
    modules: Sequence[ModuleType],
) -> Iterator[tuple[ModuleType, Blueprint]]:
    """Yield each blueprint once; the parts of a package share one."""
    seen: set[int] = set()
    for module in modules:
        bp = getattr(module, "bp", None)
        if bp is not None and id(bp) not in seen:
            seen.add(id(bp))
            yield module, bp


def _nav(module: ModuleType) -> tuple[NavItem, ...]:
    return tuple(getattr(module, "NAV", ()))
