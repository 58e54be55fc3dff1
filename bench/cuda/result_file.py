"""A result with what it takes to believe it: command, date and machine. The shape is that of the bench's own (ResultFile.cs)."""

import json
import os
import platform
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path


def write(file: str, scenario: str, result) -> None:
    """Writes FILE anew; a measurement calls it after every row, so that what is cut off keeps what it has."""
    text = json.dumps(dict(scenario=scenario, command=" ".join([Path(sys.argv[0]).name, *sys.argv[1:]]), date=f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
                           machine=machine(), result=result), indent=2, ensure_ascii=False)
    Path(file).write_text(text + "\n", encoding="utf-8")


def machine() -> dict:
    known = dict(processor=processor(), cores=len(os.sched_getaffinity(0)), system=platform.platform(), runtime=f"Python {platform.python_version()}", card=card())
    return known | {name: sys.modules[name].__version__ for name in ("torch", "transformers", "vllm") if hasattr(sys.modules.get(name), "__version__")}


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def card() -> str | None:
    """Name and driver of the card that this process sees, asked without opening it."""
    first = os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]
    try:
        asked = subprocess.run(["nvidia-smi", "-i", first, "--query-gpu=name,driver_version", "--format=csv,noheader"], capture_output=True, text=True, timeout=20)
        return asked.stdout.strip() if asked.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired):
        return None
