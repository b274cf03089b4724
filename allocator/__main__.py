"""`python -m allocator` is `allocator`."""

from __future__ import annotations

import sys

from allocator.cli import main

sys.exit(main())
