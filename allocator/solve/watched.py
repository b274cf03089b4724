"""A program run as a process of its own, whose output is read while it runs.

Programs keep what they print until a few thousand characters have come together, unless
they print to a terminal. So the process is given a pseudo-terminal, where the system has
them; as its controlling one, so that the process is hung up when nobody reads it any more,
whatever became of us. Elsewhere a pipe has to do, and the output comes late.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Sequence

try:
    import pty
    import tty
except ImportError:  # not a Unix
    pty = tty = None  # type: ignore[assignment]

_READ_AT_ONCE = 1 << 16
# A session's first process that opens a terminal is controlled by it.
_ON_TERMINAL = ["/bin/sh", "-c", 'exec "$@" <"$0" >"$0" 2>&1']


class Watched:
    """A running process and what it has printed so far.

    Parameters
    ----------
    command : sequence of str
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._parts: list[bytes] = []
        self._reading, self._theirs, terminal = _opened()
        try:
            with _hang_ups_taken():
                self._process = (
                    subprocess.Popen(
                        [*_ON_TERMINAL, os.ttyname(self._theirs), *command],
                        stdin=subprocess.DEVNULL,
                        start_new_session=True,
                    )
                    if terminal
                    else subprocess.Popen(
                        command, stdin=subprocess.DEVNULL, stdout=self._theirs, stderr=subprocess.STDOUT
                    )
                )
        except BaseException:
            os.close(self._reading)
            os.close(self._theirs)
            raise
        self._reader = threading.Thread(target=self._read, name="log", daemon=True)
        self._reader.start()
        self._waiter = threading.Thread(target=self._wait, name="end", daemon=True)
        self._waiter.start()

    @property
    def text(self) -> str:
        """What it has printed so far."""
        return b"".join(self._parts).decode(errors="replace")

    @property
    def ended(self) -> bool:
        """Whether it has ended and all it printed is in `text`."""
        return not self._waiter.is_alive() and not self._reader.is_alive()

    @property
    def exit_status(self) -> int | None:
        return self._process.returncode

    def wait(self, seconds: float) -> bool:
        """Wait for its end, but no longer than `seconds`; whether it has ended."""
        self._waiter.join(seconds)
        if self._waiter.is_alive():
            return False
        self._reader.join()
        return True

    def interrupt(self) -> None:
        """Ask it to end, as Ctrl-C does; where that cannot be, end it."""
        if os.name != "posix":
            self.kill()
        elif self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """End it now."""
        if self._process.poll() is None:
            self._process.kill()
        self._waiter.join()
        self._reader.join()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # a terminal that was left says so by an error
            while part := os.read(self._reading, _READ_AT_ONCE):
                self._parts.append(part)
        os.close(self._reading)

    def _wait(self) -> None:
        self._process.wait()
        # Kept open until here, or reading would end before the process has opened its side.
        os.close(self._theirs)


@contextlib.contextmanager
def _hang_ups_taken() -> Iterator[None]:
    """Start a process that a hang-up ends, though we may be told to ignore them (nohup): that is inherited."""
    here = threading.current_thread() is threading.main_thread()
    if os.name != "posix" or not here or signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


def _opened() -> tuple[int, int, bool]:
    """The two ends of a way from the process to us, and whether it is a terminal."""
    if pty is not None:
        with contextlib.suppress(OSError):  # none is left
            reading, theirs = pty.openpty()
            tty.setraw(theirs)
            return reading, theirs, True
    return (*os.pipe(), False)
