"""Without an endpoint: TLS to the host itself, and only with a certificate that is its own."""

import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.hub.tiktok.client import PAGES, TikTokClient
from app.hub.tiktok.errors import TransientError

TIKTOK = ("www.tiktok.com", 443)
Connect = Callable[..., socket.socket]


def certificate_for(name: str, folder: Path) -> Path:
    """A self-signed certificate with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


class Fine(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"fine")

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.mark.parametrize(
    ("name", "trusted", "is_taken"),
    [
        ("www.tiktok.com", True, True),
        ("www.tiktok.com", False, False),
        ("evil.example", True, False),
    ],
)
def test_only_a_trusted_certificate_of_the_host_itself_is_taken(
    *,
    name: str,
    trusted: bool,
    is_taken: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    certificate = certificate_for(name, tmp_path)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    server = HTTPServer(("127.0.0.1", 0), Fine)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    asked: list[tuple[str, int]] = []
    connect: Connect = socket.create_connection

    def to_the_server(address: tuple[str, int], *args: Any, **options: Any) -> socket.socket:
        """The network: TikTok's address leads to the server here."""
        asked.append(address)
        return connect(("127.0.0.1", server.server_port), *args, **options)

    monkeypatch.setattr(socket, "create_connection", to_the_server)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate if trusted else tmp_path / "none.pem"))
    client = TikTokClient()
    thread = Thread(target=server.handle_request)
    thread.start()
    try:
        if is_taken:
            # An http URL is asked over TLS as well.
            assert client.get("TikTok page", "http://www.tiktok.com/", hosts=PAGES).body == b"fine"
        else:
            with pytest.raises(TransientError, match="got none"):
                client.get("TikTok page", "http://www.tiktok.com/", hosts=PAGES)
    finally:
        thread.join()
        server.server_close()
    assert asked == [TIKTOK]
