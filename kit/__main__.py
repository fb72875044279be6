"""``python -m kit`` is the same as the command ``kit``."""

import sys

from kit.cli import main

sys.exit(main())
