"""The server of the page: Solara's, on this machine only, with all that a browser loads from a package beside it."""

import errno
import gc
import importlib
import logging
import os
import signal
import socket
import warnings
from pathlib import Path
from typing import Any

from model.settings import BadRequest

PAGE = "experiments.view.app"
GRACE_SECONDS = 1
"""How long open pages may take to say goodbye."""
CULL = "10m"
"""How long a page that was closed is remembered, so that a connection that breaks can come back."""
HEART = "@widgetti/solara-vuetify-app@10.1.1"
"""The package of scripts without which a page stays blank."""


def serve(host: str, port: int) -> None:
    """Serve the page until Ctrl-C.

    Raises
    ------
    BadRequest
        Where the port is taken or cannot be used, or a package is missing.
    """
    listening = _listen(host, port)
    try:
        _serve(listening)
    finally:
        listening.close()


def _listen(host: str, port: int) -> socket.socket:
    """Return a socket at an address, so that whoever is told the address finds it open."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen()
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise BadRequest(f"port = {port} is taken by another program; take another, or port=0 for any") from None
        raise BadRequest(f"port = {port} of {host} cannot be used: {error.strerror}") from None
    return listening


def _serve(listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of packages about each other
        app = _application(host)
        import uvicorn
    gc.freeze()  # what is there by now stays, and is not looked through again whenever a visitor leaves something
    warnings.filterwarnings("ignore", "Cookies with samesite=none", UserWarning)
    logging.getLogger("solara").setLevel(logging.ERROR)
    config = uvicorn.Config(
        app, log_level="critical", log_config=None, timeout_graceful_shutdown=GRACE_SECONDS, server_header=False
    )
    print(f"Compute Bazaar is at http://{f'[{host}]' if ':' in host else host}:{port}  (Ctrl-C stops it)", flush=True)
    before = signal.getsignal(signal.SIGINT)
    try:
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        signal.signal(signal.SIGINT, before)


def _application(host: str) -> Any:
    """Return what answers requests, set up for one machine without a network."""
    os.environ |= {"SOLARA_APP": PAGE, "SOLARA_TELEMETRY_MIXPANEL_ENABLE": "false"}
    try:
        from solara import settings as client
        from solara.server import settings
    except ModuleNotFoundError as error:
        raise BadRequest(f"bazaar view needs the package {error.name}; install it with uv sync") from None
    settings.main.mode = "production"
    settings.theme.show_banner = False
    settings.theme.title = "Compute Bazaar"
    settings.telemetry.mixpanel_enable = False
    settings.kernel.cull_timeout = CULL
    client.assets.cdn = ""  # nothing is fetched: what is not in the package is not there
    if not (Path(settings.assets.proxy_cache_dir) / HEART).is_dir():
        raise BadRequest("bazaar view needs the package solara-assets; install it with uv sync")
    importlib.import_module(PAGE)  # before the server, so that nobody's first visit waits for it
    from solara.server.starlette import app

    from experiments.view.visitors import guarded

    return guarded(app, host)
