"""`python -m lr_core` is `lr-sgd`."""

from __future__ import annotations

from lr_core.cli import main

if __name__ == "__main__":
    main()
