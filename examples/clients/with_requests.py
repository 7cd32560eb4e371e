"""Ask a model by KServe's V1 protocol with requests: with_requests.py [URL]."""

import sys

import requests

url = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:5000"
rows = [[0.05], [-0.02]]

answer = requests.post(f"{url}/v1/models/default:predict", json={"instances": rows}, timeout=10)
if not answer.ok:
    sys.exit(answer.text)  # an RFC 9457 problem: all that is wrong, and where
print("predictions", answer.json()["predictions"])
print("made by", answer.headers["LR-Model-Version"])
