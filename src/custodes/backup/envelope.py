"""The file of a back-up, and reading it as if somebody had made it who means harm.

Outside a plain tar: ``README.txt``, ``key.age``, ``content.age``. ``content.age`` is a gzipped tar, encrypted with age
(age-encryption.org/v1, by `pyrage`) to a key made for this file; ``key.age`` holds that key, encrypted with the passphrase.
So it is written and read in a stream of any length, and opens with the `age` program too. A copy that stays on the machine
(before an upgrade) is the inner tar alone, in the clear.

Inside: ``manifest.json`` first, then the files that it names, in its order. What is not in it is refused.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import tarfile
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyrage

from custodes.backup.manifest import (
    BackupFile,
    BackupRefused,
    Manifest,
    WrongPassphrase,
    encode_manifest,
    read_manifest,
)

MANIFEST, KEY, CONTENT, README = "manifest.json", "key.age", "content.age", "README.txt"
_MOST_MANIFEST = 256 << 20
_MOST_KEY = 64 << 10
_PIECE = 1 << 20
_TEXT = """This is a back-up of Custodes (明鉴), encrypted with a passphrase (age-encryption.org/v1).

    custodes restore FILE --into FOLDER      puts it back
    custodes verify backup FILE              checks it

Without Custodes:  age -d key.age > key && age -d -i key content.age | tar xz
"""

Progress = Callable[[int, int], None]
"""``(bytes done, in all)``."""
_NOT_OURS = (
    tarfile.TarError,
    EOFError,
    zlib.error,
    pyrage.DecryptError,
    pyrage.IdentityError,
    UnicodeError,
    ValueError,
)


def seal(out: IO[bytes], folder: Path, manifest: Manifest, passphrase: str | None, progress: Progress) -> None:
    """Write a back-up.

    Args:
        out: an empty file, open for writing and seekable.
        folder: holds the files that the manifest names.
        passphrase: None writes the inner tar in the clear.

    Raises:
        OSError: a file can't be read or written.
    """
    if passphrase is None:
        _write_content(out, folder, manifest, progress)
        return
    identity = pyrage.x25519.Identity.generate()
    _add(out, README, _TEXT.encode())
    _add(out, KEY, pyrage.passphrase.encrypt(str(identity).encode(), passphrase))
    head = out.tell()
    out.write(bytes(tarfile.BLOCKSIZE))  # its length is known at the end
    with _pumped(lambda pipe: _write_content(pipe, folder, manifest, progress)) as content:
        pyrage.encrypt_io(content, out, [identity.to_public()])
    size = out.tell() - head - tarfile.BLOCKSIZE
    _pad(out, size)
    out.write(bytes(2 * tarfile.BLOCKSIZE))
    out.seek(head)
    out.write(_header(CONTENT, size))


def _write_content(out: IO[bytes], folder: Path, manifest: Manifest, progress: Progress) -> None:
    done, total = 0, sum(item.size for item in manifest.items)
    with (
        gzip.GzipFile(fileobj=out, mode="wb", compresslevel=3, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.GNU_FORMAT) as tar,
    ):
        data = encode_manifest(manifest)
        tar.addfile(_info(MANIFEST, len(data)), io.BytesIO(data))
        for item in manifest.items:
            with (folder / item.name).open("rb") as file:
                tar.addfile(_info(item.name, item.size), file)
            done += item.size
            progress(done, total)


def unseal(
    path: Path, passphrase: str | None, into: Path | None, progress: Progress = lambda done, total: None
) -> Manifest:
    """Read a back-up to its end and check every byte of it.

    Args:
        passphrase: None for a copy in the clear.
        into: an empty folder that gets the files; None checks only.

    Raises:
        WrongPassphrase: the passphrase does not open it.
        BackupRefused: it is damaged, of a newer format, or holds what no back-up holds.
        OSError: a file can't be read or written.
    """
    try:
        with path.open("rb") as file:
            if not is_sealed(path):
                return _read_content(file, into, progress)
            with tarfile.open(fileobj=file, mode="r:") as outer:
                key = _key(_part(file, outer, KEY, _MOST_KEY).read(), passphrase)
                content = _part(file, outer, CONTENT, path.stat().st_size)
            with _pumped(lambda pipe: pyrage.decrypt_io(content, pipe, [key])) as plain:
                return _read_content(plain, into, progress)
    except BackupRefused:
        raise
    except OSError as error:
        if error.errno is not None:
            raise
        raise _damaged(path, error) from error  # how `pyrage` says that a stream does not decrypt
    except _NOT_OURS as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> BackupRefused:
    return BackupRefused(f"{path} is no back-up, or is damaged or cut off: {error}")


def is_sealed(path: Path) -> bool:
    """Whether a file is encrypted: else it is a copy in the clear, or no back-up at all."""
    try:
        with tarfile.open(path, mode="r:") as outer:
            first = outer.next()
            return first is not None and first.name == README
    except tarfile.TarError:
        return False


def _key(data: bytes, passphrase: str | None) -> Any:
    if passphrase is None:
        raise WrongPassphrase("This back-up is encrypted: its passphrase is needed.")
    try:
        opened = pyrage.passphrase.decrypt(data, passphrase)
    except pyrage.DecryptError as error:
        raise WrongPassphrase("The passphrase does not open this back-up.") from error
    return pyrage.x25519.Identity.from_str(opened.decode("ascii"))


def _part(file: IO[bytes], outer: tarfile.TarFile, name: str, most: int) -> _Slice:
    member = outer.getmember(name) if name in outer.getnames() else None
    end = os.fstat(file.fileno()).st_size
    if member is None or not member.isreg() or member.size > most or member.offset_data + member.size > end:
        raise BackupRefused(f"The back-up has no whole {name}: it is damaged or cut off.")
    return _Slice(file.fileno(), member.offset_data, member.size)


class _Slice(io.RawIOBase):
    """A part of a file, read by its own position."""

    def __init__(self, fd: int, start: int, size: int) -> None:
        self._fd, self._at, self._end = os.dup(fd), start, start + size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        wanted = self._end - self._at if size < 0 else min(size, self._end - self._at)
        data = os.pread(self._fd, wanted, self._at)
        self._at += len(data)
        return data

    def close(self) -> None:
        if not self.closed:
            os.close(self._fd)
        super().close()


def _read_content(source: IO[bytes], into: Path | None, progress: Progress) -> Manifest:
    with tarfile.open(fileobj=source, mode="r|gz") as tar:
        first = tar.next()
        if first is None or first.name != MANIFEST or not first.isreg() or first.size > _MOST_MANIFEST:
            raise BackupRefused("The back-up does not begin with its list of contents.")
        taken = tar.extractfile(first)
        manifest = read_manifest(taken.read() if taken is not None else b"")
        done, total = 0, sum(item.size for item in manifest.items)
        if into is not None and total > shutil.disk_usage(into).free:
            raise BackupRefused(f"The back-up holds {total:,} bytes, more than there is room for in {into}.")
        for item in manifest.items:
            member = tar.next()
            if member is None or member.name != item.name or member.type != tarfile.REGTYPE or member.size != item.size:
                raise BackupRefused(
                    f"The back-up should go on with {item.name} and does not: it is damaged or was changed."
                )
            content = tar.extractfile(member)
            assert content is not None
            _take(content, item, into)
            done += item.size
            progress(done, total)
        if tar.next() is not None:
            raise BackupRefused("The back-up holds more than its list of contents says.")
    while source.read(_PIECE):  # to the end of the encryption: what was cut off there is noticed
        pass
    return manifest


def _take(content: IO[bytes], item: BackupFile, into: Path | None) -> None:
    """Check one file, and keep it under the name that `read_manifest` has let pass."""
    digest = hashlib.sha256()
    fd = None
    if into is not None:
        target = into / item.name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        while piece := content.read(_PIECE):
            digest.update(piece)
            view = memoryview(piece)
            while fd is not None and view:
                view = view[os.write(fd, view) :]
        if fd is not None:
            os.fsync(fd)
    finally:
        if fd is not None:
            os.close(fd)
    if digest.hexdigest() != item.sha256:
        raise BackupRefused(f"{item.name} in the back-up is not what was put there: it is damaged or was changed.")


@contextmanager
def _pumped(work: Callable[[IO[bytes]], None]) -> Iterator[IO[bytes]]:
    """What `work` writes, to be read here while it writes; its error is raised here in place of what it caused."""
    reading, writing = os.pipe()
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with os.fdopen(writing, "wb", buffering=_PIECE) as pipe:
                work(pipe)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, name="backup-pump", daemon=True)
    source = os.fdopen(reading, "rb", buffering=_PIECE)
    thread.start()
    try:
        yield source
    except _NOT_OURS as error:
        # What ends too early ended because the other side failed: its error is the one that says why.
        source.close()
        thread.join()
        raise (failed[0] if failed and not isinstance(failed[0], BrokenPipeError) else error) from None
    except BaseException:
        source.close()
        thread.join()
        raise
    source.close()
    thread.join()
    if failed:
        raise failed[0]


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _header(name: str, size: int) -> bytes:
    return _info(name, size).tobuf(tarfile.GNU_FORMAT)


def _add(out: IO[bytes], name: str, data: bytes) -> None:
    out.write(_header(name, len(data)))
    out.write(data)
    _pad(out, len(data))


def _pad(out: IO[bytes], size: int) -> None:
    out.write(bytes(-size % tarfile.BLOCKSIZE))
