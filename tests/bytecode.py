"""Python keeps what it has compiled, whatever the environment says: the tests start it some hundred
times, and pytest compiles all of them in each worker. Imported before anything else of ours.
"""

from __future__ import annotations

import os
import sys

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
