"""The Lambda package: built by Zappa from an environment that holds the runtime only, the same bytes every time."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import boucle
from boucle.amazon.settings import EXCERPT, SHELLS, SURVEYS
from boucle.core.errors import BoucleError
from boucle.deployment.data_files import find_data
from boucle.deployment.excerpt import write_excerpt
from boucle.deployment.import_graph import find_modules
from boucle.deployment.zappa_settings import (
    ENTRY_POINTS,
    EXCLUDED_PATTERNS,
    REGION,
    RUNTIME,
    ZappaTarget,
    build_zappa_settings,
)
from boucle.pages.common import shells

PLATFORMS = ("manylinux2014_x86_64", "manylinux_2_17_x86_64")
"""What Lambda's oldest Linux can load."""
TASK_ROOT = "/var/task"
MAX_PACKAGE_BYTES = 4_500_000
EPOCH = (1980, 1, 1, 0, 0, 0)
EXCLUDED_FILES = frozenset({"package_info.json", "handler.py"})
"""Zappa adds the hour, the user and a random number; and a second, unguarded way in."""


class NotPackaged(BoucleError):
    """There is no package; the message says why."""


@dataclass(frozen=True, slots=True)
class LambdaPackage:
    """The zip file that was made, and its sizes in bytes: as it is uploaded, and unpacked."""

    file: Path
    size: int
    unpacked: int


def build_package(
    *, requirements: Path, surveys: Path, built_site: Path, output: Path, region: str = REGION
) -> LambdaPackage:
    """Write the package, at most 4.5 MB, ready for both stages. Raises NotPackaged or Unfollowed."""
    with TemporaryDirectory(prefix="boucle-package-") as folder:
        project, environment = Path(folder, "project"), Path(folder, "environment")
        packages = environment / "lib" / RUNTIME / "site-packages"
        _install(requirements, packages)
        _copy_sources(project, surveys, built_site)
        for part in (project, packages):
            _compile(part)
        refuse_idle(EXCLUDED_PATTERNS, project, packages)
        package = _repack_reproducibly(_zip_with_zappa(project, environment, region), output)
    if package.size > MAX_PACKAGE_BYTES:
        raise NotPackaged(
            f"{output} has {package.size:,} bytes, more than {MAX_PACKAGE_BYTES:,}: look for what came in"
        )
    return package


def _install(requirements: Path, packages: Path) -> None:
    """Exactly what is pinned, for Lambda's Linux whatever this machine is."""
    platforms = [word for platform in PLATFORMS for word in ("--platform", platform)]
    _run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile", *platforms),
            *("--python-version", RUNTIME.removeprefix("python"), "--target", str(packages)),
            *("--requirement", str(requirements)),
        ],
        "the runtime's packages could not be installed",
    )
    shutil.rmtree(packages / "bin", ignore_errors=True)


def _copy_sources(project: Path, surveys: Path, built_site: Path) -> None:
    _copy_code(project)
    # The site serves the recordings: the API only says where they are.
    shutil.copytree(surveys, project / SURVEYS, ignore=shutil.ignore_patterns("*.opus"))
    write_excerpt(project / EXCERPT)
    if not (built_site / shells.FOLDER).is_dir():
        raise NotPackaged(f"{built_site} holds no built site, whose pages the API needs: run `boucle build` first")
    shutil.copytree(built_site / shells.FOLDER, project / SHELLS / shells.FOLDER)


def _copy_code(project: Path) -> None:
    """Our modules that the entry points may import, and the data that these read: nothing else is asked for there."""
    root = Path(boucle.__file__).parent.parent
    modules = find_modules(root, "boucle", ENTRY_POINTS)
    code = {module.file for module in modules if module.file}
    for file in code.union(*map(find_data, modules)):
        copy = project / file.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)


def refuse_idle(patterns: Iterable[str], *folders: Path) -> None:
    """A pattern that matches nothing any more leaves in what it was to leave out. Raises NotPackaged."""
    idle = [pattern for pattern in patterns if not any(any(folder.glob(pattern)) for folder in folders)]
    if idle:
        raise NotPackaged(
            f"LEFT_OUT in deployment/zappa_settings.py matches nothing with {', '.join(idle)}: correct it"
        )


def _compile(folder: Path) -> None:
    """Bytecode in the place of its source, which nothing reads there and which was a quarter of the package."""
    _run(
        [
            *(sys.executable, "-m", "compileall", "-q", "-f", "-b", "--invalidation-mode", "unchecked-hash"),
            *("-s", str(folder), "-p", TASK_ROOT, str(folder)),
        ],
        "the code could not be compiled",
        # The order of a set's constants would change from run to run.
        PYTHONHASHSEED="0",
    )


def _zip_with_zappa(project: Path, environment: Path, region: str) -> Path:
    settings = project / "zappa_settings.json"
    settings.write_text(json.dumps(build_zappa_settings("boucle", ZappaTarget(region=region))), encoding="utf-8")
    _run(
        [sys.executable, "-m", "zappa.cli", "package", "api", "--output", "package.zip", "--disable_progress"],
        "Zappa could not make the package",
        cwd=project,
        VIRTUAL_ENV=str(environment),
    )
    settings.unlink()
    return project / "package.zip"


def _repack_reproducibly(made: Path, output: Path) -> LambdaPackage:
    """The files of an archive in another one: sorted, undated, without what changes and without compiled sources."""
    output.parent.mkdir(parents=True, exist_ok=True)
    unpacked = 0
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(output, "w") as target:
        names = set(source.namelist()) - EXCLUDED_FILES - {"zappa_settings.json"}
        # Zappa adds an empty `__init__.py` where it finds compiled ones only, and Python would take it for the package.
        for name in sorted(file for file in names if f"{file}c" not in names):
            content = source.read(name)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            target.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
            unpacked += len(content)
    return LambdaPackage(output, output.stat().st_size, unpacked)


def _run(command: list[str], failure: str, cwd: Path | None = None, **environment: str) -> None:
    done = subprocess.run(  # noqa: S603  # our own words, and no shell
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise NotPackaged(f"{failure}: {(done.stderr or done.stdout).strip()[-2000:]}")
