"""A time stamping authority of the tests: `openssl ts` behind a small server of this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

_CONFIG = """
[ req ]
distinguished_name = name
prompt = no
[ name ]
CN = Test
[ root ]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
[ stamping ]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[ tsa ]
default_tsa = one
[ one ]
serial = {folder}/serial
crypto_device = builtin
signer_cert = {folder}/tsa.crt
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""


@dataclass
class Authority:
    """One that answers at `url`; `answer` takes the place of what it would say, `drips` are seconds between its bytes, `asked` is what came."""

    folder: Path
    url: str = ""
    answer: bytes | None = None
    drips: float = 0.0
    asked: list[bytes] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """Its root; `both` is that and the certificate that signs."""
        return self.folder / "root.crt"

    @property
    def both(self) -> Path:
        return self.folder / "both.pem"

    def stamp(self, query: bytes) -> bytes:
        (self.folder / "query").write_bytes(query)
        self._run("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query", "-out", "reply")
        return (self.folder / "reply").read_bytes()

    def make(self) -> None:
        """Root, certificate for stamping, and their keys."""
        (self.folder / "tsa.cnf").write_text(_CONFIG.format(folder=self.folder))
        (self.folder / "serial").write_text("01\n")
        key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "tsa.cnf")
        self._run(
            "req", "-x509", *key, "-extensions", "root", "-subj", "/CN=Root", "-keyout", "root.key", "-out", "root.crt"
        )
        self._run("req", *key, "-subj", "/CN=Stamping", "-keyout", "tsa.key", "-out", "tsa.csr")
        signing = ("-CA", "root.crt", "-CAkey", "root.key", "-CAcreateserial", "-extfile", "tsa.cnf")
        self._run("x509", "-req", "-in", "tsa.csr", *signing, "-extensions", "stamping", "-out", "tsa.crt")
        (self.folder / "both.pem").write_text(
            (self.folder / "tsa.crt").read_text() + (self.folder / "root.crt").read_text()
        )

    def _run(self, *words: str) -> None:
        subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)


@contextmanager
def authority(folder: Path) -> Iterator[Authority]:
    """One with keys of its own, while the block runs."""
    made = Authority(folder)
    made.make()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            made.asked.append(query)
            answer = made.stamp(query) if made.answer is None else made.answer
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            for byte in range(len(answer)) if made.drips else ():
                try:
                    self.wfile.write(answer[byte : byte + 1])
                except OSError:
                    return
                Event().wait(made.drips)  # tests put a stop to `time.sleep`
            if not made.drips:
                self.wfile.write(answer)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_port}/"
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield made
        server.shutdown()
        thread.join()
