"""Whether git has another version of a file, without running what the repository configures.

`git status` starts programs that a repository configures: a file system monitor, hooks, filters of
`.gitattributes`, a remote for missing objects. A document may be in an untrusted repository, so git
only lists its blobs of the file, with all of these disabled, and the comparison is done here.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

TIMEOUT_S = 20.0
_OPTIONS = (
    "--no-pager",
    "--no-optional-locks",  # the index is not written, so no hook runs
    "--no-replace-objects",
    "--literal-pathspecs",
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "core.pager=cat"),
    *("-c", "diff.external="),
    *("-c", "protocol.allow=never"),
)
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}


def is_modified(file: Path) -> bool:
    """Whether git tracks the file, and its index or its last commit has another version."""
    git = shutil.which("git")
    if git is None:
        return False
    place = file.resolve()
    index = _blobs(git, place, "ls-files", "--stage", "-z", "--")
    if index is None:
        return False  # no repository, or one that git does not trust
    head = _blobs(git, place, "ls-tree", "-z", "HEAD", "--") or set()
    known = index | head
    if not known:
        return False
    if index != head:
        return True  # added, staged, or in conflict
    try:
        data = place.read_bytes()
    except OSError:
        return False
    return not known <= {_blob(each, len(next(iter(known)))) for each in _spellings(data)}


def _spellings(data: bytes) -> list[bytes]:
    """Return the bytes as they are, and with the line ends that git converts to."""
    return [data, data.replace(b"\r\n", b"\n")]


def _blob(data: bytes, digits: int) -> str:
    """Return git's object name for a content; it has 64 digits in SHA-256 repositories."""
    algorithm = hashlib.sha256 if digits == 64 else hashlib.sha1
    return algorithm(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _blobs(git: str, place: Path, *words: str) -> set[str] | None:
    """Return the object names that a git command lists for the file; None if it fails."""
    command = [git, "-C", str(place.parent), *_OPTIONS, *words, place.name]
    # In a git hook, GIT_DIR and others are set, maybe for another repository than the document's.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603  # no shell, our own words
            command,
            capture_output=True,
            env={**environment, **_ENVIRONMENT},
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    if done.returncode:
        return None
    listed = [entry.partition(b"\t")[0].split() for entry in done.stdout.split(b"\0") if entry]
    # Lines are `100644 NAME 0` from ls-files and `100644 blob NAME` from ls-tree.
    return {(fields[2] if fields[1] == b"blob" else fields[1]).decode() for fields in listed}
