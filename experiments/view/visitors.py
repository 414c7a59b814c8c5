"""Who is there: whether a page is still open, and from where it may be asked for."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from solara.server.kernel_context import PageStatus, get_current_context

HERE = frozenset(["127.0.0.1", "localhost", "::1"])
"""Names of this machine."""
FORBIDDEN = 403

Application = Callable[[Any, Any, Any], Awaitable[None]]
"""What answers requests, as ASGI has it."""


def anybody_there() -> bool:
    """Tell whether the page that this thread works for is open in a browser."""
    return PageStatus.CONNECTED in get_current_context().page_status.values()


def guarded(app: Application, host: str) -> Application:
    """Return an application that answers only its own pages: other web sites must not drive it.

    A request must be for this machine by one of its names or the address listened at, and come from no other site's
    page.
    """

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] in {"http", "websocket"} and not is_own(dict(scope["headers"]), host):
            await refuse(scope, send)
        else:
            await app(scope, receive, send)

    return answer


def is_own(headers: dict[bytes, bytes], host: str) -> bool:
    """Tell whether a request is for this machine, and from a page of its own where it says from which."""
    asked = headers.get(b"host", b"").decode("latin-1")
    origin = headers.get(b"origin", b"").decode("latin-1")
    named = urlsplit(f"//{asked}").hostname
    return (host not in HERE or named in HERE) and (not origin or urlsplit(origin).netloc == asked)


async def refuse(scope: Any, send: Any) -> None:
    """Say no."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    await send({"type": "http.response.start", "status": FORBIDDEN, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": b"only pages of this machine are answered"})
