"""The command `jiangcai`.

Exit status: 0 done · 1 ran, and the answer is "no" · 2 bad input or usage, and nothing
changed. Commands that need no database (score, scheme, verify FILE, mirror) start none.
"""

import importlib
import sys
from typing import Any

import click
from flask import Flask
from flask.cli import FlaskGroup, NoAppException, ScriptInfo

from errors import DomainError

# Commands that start no application, or start it themselves: they answer at once, and
# also where there is no database yet. The command is in the first module; the others
# add to what it can do.
STANDALONE = {
    "score": ("scoring.results.cli",),
    "scheme": ("scoring.scheme.cli",),
    "verify": ("ledger.log.cli", "scoring.bundle.cli"),
    "mirror": ("ledger.mirror.cli",),
    "init": ("web.cli",),
    "doctor": ("web.cli",),
    "serve": ("web.cli",),
    "backup": ("web.cli",),
    "restore": ("web.cli",),
    "venue": ("web.cli",),
    "board": ("web.boards",),
    "demo": ("demo.cli",),
}


def _create_app() -> Flask:
    from app import create_app  # noqa: PLC0415 - `score` needs no application

    try:
        return create_app()
    except (OSError, ValueError) as error:
        # Keys that are missing, damaged or open to others: see config.load_keys.
        raise NoAppException(str(error)) from error


class _Group(FlaskGroup):
    """FlaskGroup whose refusals end with status 2 and a plain message."""

    def __init__(self, **settings: Any) -> None:  # noqa: ANN401 - click's own
        super().__init__(**settings)
        self.params.clear()  # Flask's --app, --env-file and --debug are not ours

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *STANDALONE})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in STANDALONE:
            return super().get_command(ctx, name)
        module, *_more = [importlib.import_module(name) for name in STANDALONE[name]]
        commands: list[click.Command] = module.commands
        return next(command for command in commands if command.name == name)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DomainError as error:
            click.echo(error.message, err=True)
            sys.exit(2)
        except Exception as error:
            if not _is_database_away(error):
                raise
            click.echo(f"The database does not answer: {error}", err=True)
            click.echo("`jiangcai doctor` says more.", err=True)
            sys.exit(2)


def _is_database_away(error: Exception) -> bool:
    from sqlalchemy.exc import OperationalError  # noqa: PLC0415 - only on a failure

    return isinstance(error, OperationalError)


@click.group(
    cls=_Group,
    create_app=_create_app,
    add_default_commands=False,
    add_version_option=False,
    load_dotenv=False,
    set_debug_flag=False,
)
def main() -> None:
    """Run skills competitions and the craftsman talent pool they feed."""


__all__ = ["ScriptInfo", "main"]

if __name__ == "__main__":
    main()
