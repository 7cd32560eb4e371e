#!/usr/bin/env bash
# Ask a model by KServe's V1 protocol, then by the Open Inference Protocol V2: curl.sh [URL]
set -euo pipefail

url=${1:-http://localhost:5000}

ask() { curl -sS --fail-with-body -H 'content-type: application/json' -d "$2" "$url/$1"; }

ask v1/models/default:predict '{"instances": [[0.05], {"bmi": -0.02}]}'
echo
ask v2/models/default/infer '{"inputs": [{"name": "X", "shape": [2, 1], "datatype": "FP64", "data": [0.05, -0.02]}]}'
echo
