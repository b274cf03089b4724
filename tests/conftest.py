"""What every room's tests share."""

from __future__ import annotations

import signal

# A run that is started in the background (`nohup … &`) ignores Ctrl-C, and so would all that tests start
# and interrupt: they would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
