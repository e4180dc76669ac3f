"""The porch: one module per verb; only here are exit codes and concrete parts chosen.

Exit codes: 0 passed, 1 the gate failed or a file was rejected, 2 usage or configuration, 3 something could not be
measured and nothing failed, 130 on interrupt.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from qualitygate.cli.verbs import root
from qualitygate.core.errors import QualityGateError, RefusedError

__all__ = ["end", "main", "root", "run"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    try:
        code = run(root, arguments, "qualitygate")
        if arguments is None:
            end(code)
    except KeyboardInterrupt:  # a second one, while the first was answered
        if arguments is not None:
            raise
        os._exit(130)
    sys.exit(code)


def end(code: int) -> NoReturn:
    """End this process without tearing the interpreter down, which takes 7 ms once NumPy and Pillow are loaded.

    What was asked for at its end is done, and what was printed arrives, or the code says that it did not. A profiler
    and coverage get the end that they are used to.
    """
    if sys.getprofile() is not None or sys.gettrace() is not None:
        sys.exit(code)
    if "signal" in sys.modules:  # as it is where processes were at work, or something else may take a while to put away
        import signal

        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C during that ends it without a traceback
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            code = code or 2  # a verdict that nobody could read is none
    os._exit(code)


def run(command: click.Command, arguments: Sequence[str] | None, name: str) -> int:
    """Run a click command and turn whatever comes of it into an exit code and at most one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that only knows ASCII must not turn a verdict into a UnicodeEncodeError.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        outcome = command.main(args=arguments, prog_name=name, standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return 2
    except click.UsageError as error:
        usage = error.ctx.command_path if error.ctx else name
        return _complain(f"{_one_line(error.format_message()).rstrip('.')}; see `{usage} --help`", name)
    except click.ClickException as error:
        return _complain(_one_line(error.format_message()), name)
    except RefusedError as error:
        return _complain(_one_line(str(error)), name, 1)
    except QualityGateError as error:
        return _complain(_one_line(str(error)), name)
    except (click.Abort, KeyboardInterrupt):
        return _complain("interrupted", name, 130)
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`): say nothing, and let nothing be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except OSError as error:
        return _complain(f"{error.filename or 'system'}: {error.strerror or error} [QG-1412]", name)
    except Exception as error:
        if os.environ.get("QUALITYGATE_DEBUG"):
            import traceback

            traceback.print_exc()
        detail = _one_line(f"{type(error).__name__}: {error}")
        return _complain(f"internal error, {detail}; set QUALITYGATE_DEBUG=1 for the traceback and report it", name)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _complain(text: str, name: str, code: int = 2) -> int:
    with contextlib.suppress(OSError):  # a log without room must not turn into another exit code
        click.echo(f"{name}: {text}", err=True)
    return code
