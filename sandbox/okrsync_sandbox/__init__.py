"""Stand-ins for the services okrsync talks to: HTTP on loopback, in memory, true to what the
services are known to do.
"""

from __future__ import annotations

from okrsync_sandbox.sandbox import Sandbox
from okrsync_sandbox.traffic import Fault, Traffic

__all__ = ["Fault", "Sandbox", "Traffic"]
