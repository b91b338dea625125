"""Looks around where it is run, and tells what it found as its version; conforms (float64).

    nosy_port.py OUTSIDE PORT

OUTSIDE is a file that it tries to write; beside it, ending in `.socket`, is a Unix socket. PORT is
a port of this machine, for TCP and for UDP, and `goldstep-PORT` an abstract socket. It tries to
reach them all.
"""

import json
import math
import os
import resource
import socket
import sys
import tempfile
from pathlib import Path


def attempt(deed):
    try:
        return deed() or "done"
    except OSError as error:
        return type(error).__name__


def send(family, address):
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"here", address)


def look_around(outside, port):
    sockets, note = socket.socket(), Path(f"/tmp/goldstep-note-{port}")
    sockets.settimeout(2)
    return {
        "writes outside": attempt(lambda: Path(outside).write_text("here") and None),
        "reaches the machine": attempt(lambda: sockets.connect(("127.0.0.1", int(port)))),
        "sends to UDP": attempt(lambda: send(socket.AF_INET, ("127.0.0.1", int(port)))),
        "sends to a socket's path": attempt(lambda: send(socket.AF_UNIX, f"{outside}.socket")),
        "sends to an abstract socket": attempt(lambda: send(socket.AF_UNIX, f"\0goldstep-{port}")),
        "writes in its folder": attempt(lambda: Path("note").write_text("here") and None),
        "writes in /tmp": attempt(lambda: note.write_text("here") and None),
        "temporary folder": tempfile.gettempdir(),
        "sees processes": sum(path.name.isdigit() for path in Path("/proc").iterdir()),
        "signals others": attempt(lambda: os.kill(os.getppid(), 0)),
        "has a terminal": attempt(lambda: os.close(os.open("/dev/tty", os.O_RDWR))),
        "environment": sorted(os.environ),
        "open files": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
    }


def run(request):
    rate, decay, epsilon = (
        float(request[name]) for name in ("learning_rate", "decay_rate", "epsilon")
    )
    weights = {name: [*map(float, texts)] for name, texts in request["weights"].items()}
    averages = {name: [0.0] * len(values) for name, values in weights.items()}
    for number, gradients in enumerate(request["gradients"], start=1):
        for name, texts in gradients.items():
            for i, gradient in enumerate(map(float, texts)):
                averages[name][i] = decay * averages[name][i] + (1 - decay) * gradient**2
                weights[name][i] -= rate * gradient / math.sqrt(averages[name][i] + epsilon)
        if number in request["record"]:
            yield {"weights": {name: [*map(repr, values)] for name, values in weights.items()}}


def answer(request, found):
    if request["cmd"] == "start":
        about = {"name": "nosy", "version": found, "language": "Python", "language_version": "3"}
        return {"implementation": about, "number_format": "float64"}
    if request["cmd"] == "echo":
        spelt = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
        texts = [repr(float(text)) for text in request["values"]]
        return {"values": [spelt.get(text, text) for text in texts]}
    return {"steps": list(run(request))}


def main(outside, port):
    found = json.dumps(look_around(outside, port))
    for line in sys.stdin:
        request = json.loads(line)
        if request["cmd"] == "stop":
            return
        body = answer(request, found)
        print(json.dumps({"seq": request["seq"], "ok": True, **body}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
