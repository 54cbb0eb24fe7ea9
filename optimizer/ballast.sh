#!/bin/sh
# The command `ballast`.  A signal that reaches Python while it starts ends in "Fatal Python error":
# it is held back until `optimizer/__main__.py` hears it, where the system's env can do that.
home=$(dirname "$(readlink -f "$0")")
if env --block-signal=INT,TERM true 2>/dev/null; then
    exec env --block-signal=INT,TERM "$home/python" -m optimizer "$@"
fi
exec "$home/python" -m optimizer "$@"
