"""Runs sipp, which is not ours, against a platform in this process."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

from tests.gb28181.sip.house import PASSWORD
from tests.patience import PATIENCE

HERE = Path(__file__).parent
SIPP = shutil.which("sipp")


async def sipp(scenario: str, port: int, folder: Path, *more: str, devices: tuple[str, ...] = ()) -> str:
    """Run a scenario to its end; what it said of itself. Each device makes one call.

    Raises:
        AssertionError: a call failed.
    """
    assert SIPP is not None, "apt-get install sip-tester"
    rows = [f"{device};[authentication username={device} password={PASSWORD}]" for device in devices]
    (folder / "devices.csv").write_text("\n".join(["SEQUENTIAL", *rows, ""]))
    command = [
        SIPP, f"127.0.0.1:{port}", "-sf", str(HERE / scenario), "-i", "127.0.0.1", "-nostdin", "-m", str(len(devices) or 1),
        "-timeout", f"{int(PATIENCE)}s", "-timeout_error", "-trace_err", "-error_file", str(folder / "errors.log"), *more,
    ]  # fmt: skip
    if devices:
        command += ["-inf", str(folder / "devices.csv")]
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=folder
    )
    try:
        out, _ = await asyncio.wait_for(process.communicate(), PATIENCE + 10)
    except BaseException:
        process.kill()
        await process.wait()
        raise
    errors = (folder / "errors.log").read_text(errors="replace") if (folder / "errors.log").exists() else ""
    assert process.returncode == 0, f"sipp ended with {process.returncode}\n{errors[-3000:]}\n{out.decode()[-1500:]}"
    return out.decode()
