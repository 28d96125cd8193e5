"""`okrsync completion`: shell completion."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from okrsync.cli import okrsync


@click.command(
    name="completion",
    epilog="Example: okrsync completion bash > ~/.local/share/bash-completion/completions/okrsync",
)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> int:
    """Print the completion script for a shell. Save it where your shell looks for completions."""
    completion_class = get_completion_class(shell)
    # click.Choice admits only shells that click has a class for.
    assert completion_class is not None
    click.echo(completion_class(okrsync, {}, "okrsync", "_OKRSYNC_COMPLETE").source())
    return 0
