"""`jiangcai pool`: the group; topics above add their commands to it."""

import click


@click.group()
def pool() -> None:
    """The craftsman talent pool."""


commands = [pool]
