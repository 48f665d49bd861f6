"""The command `jiangcai`.

Exit status: 0 done · 1 ran, and the answer is "no" · 2 bad input or usage, and nothing
changed. Commands that need no database (score, scheme, verify FILE) start none.
"""

import sys

import click
from flask.cli import FlaskGroup, ScriptInfo

from errors import DomainError


def _create_app() -> object:
    from app import create_app  # noqa: PLC0415 - `score` needs no application

    return create_app()


class _Group(FlaskGroup):
    """FlaskGroup whose refusals end with status 2 and a plain message."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except DomainError as error:
            click.echo(error.message, err=True)
            sys.exit(2)


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
