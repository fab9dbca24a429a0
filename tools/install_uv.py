"""Put uv into the project's own .uv folder, with what a bare Python brings.

pip does it where Python has a working ``venv``: it knows the mirrors and proxies that a person has configured. Some
systems ship Python without pip; there uv's wheel comes from the package index directly, checked by SHA-256.
"""

import hashlib
import io
import platform
import re
import subprocess
import sys
import sysconfig
import urllib.parse
import urllib.request
import zipfile
from pathlib import Path

UV_VERSION = "0.13.9"
FOLDER = Path(__file__).resolve().parent.parent / ".uv"
INDEX = "https://pypi.org/simple/uv/"


def with_pip() -> bool:
    """Install uv into a virtual environment; False if this Python cannot make one."""
    made = subprocess.run([sys.executable, "-m", "venv", FOLDER], capture_output=True, check=False)
    if made.returncode:
        return False
    subprocess.run([FOLDER / "bin" / "pip", "install", "--quiet", f"uv=={UV_VERSION}"], check=True)
    return True


def without_pip() -> None:
    """Download uv's wheel for this machine, check it, and unpack the program."""
    with urllib.request.urlopen(INDEX) as answer:
        links = re.findall(r'href="([^"]+/(uv-[^"/]+\.whl))#sha256=([0-9a-f]+)"', answer.read().decode())
    libc = "musllinux" if "musl" in (sysconfig.get_config_var("HOST_GNU_TYPE") or "") else "manylinux"
    system = {"Linux": libc, "Darwin": "macosx"}[platform.system()]
    wanted = re.compile(rf"uv-{re.escape(UV_VERSION)}-.*{system}.*{platform.machine()}\.whl")
    url, name, sha256 = next(link for link in links if wanted.fullmatch(link[1]))
    with urllib.request.urlopen(urllib.parse.urljoin(INDEX, url)) as answer:
        content = answer.read()
    if hashlib.sha256(content).hexdigest() != sha256:
        raise SystemExit(f"{name} arrived damaged; try again")
    program = FOLDER / "bin" / "uv"
    program.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        program_name = next(entry for entry in archive.namelist() if entry.endswith("scripts/uv"))
        partial = program.with_suffix(".partial")
        partial.write_bytes(archive.read(program_name))
    partial.chmod(0o755)
    partial.replace(program)


if __name__ == "__main__":
    if not with_pip():
        without_pip()
