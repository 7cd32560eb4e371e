"""The server of the images with limits of time so short that a test need not wait for them.

Run as `python tests/contract/short.py main:app`, in the folder of a function.
"""

from __future__ import annotations

from lr_core.http import bodies, direct, exchange, heads
from lr_core.http.server import main

if __name__ == "__main__":
    bodies.BODY_S = exchange.SILENCE_S = direct.STALLED_S = heads.HEAD_S = 0.5
    direct.IDLE_LOOKS = 2
    main()
