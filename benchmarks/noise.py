"""Ten thousand random grids through the mapping: none may break it, and no OKR may be read out of
noise.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from noise_grids import run

if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    wrong = run(count)
    print(*wrong, sep="\n")
    print(f"{count} grids: none broke the mapping, {len(wrong)} of noise were read as OKRs")
    sys.exit(bool(wrong))
