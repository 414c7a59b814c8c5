"""`bazaar view`: the market in a browser."""

import ipaddress
import sys
import threading

from experiments.cli import DONE
from experiments.request import Request, own_folder, take
from experiments.view import opening
from experiments.view.game import Game, Table, scenario_of
from experiments.view.server import serve
from model.own_agents import own_agents
from model.settings import BadRequest, Setting

PATIENCE_SECONDS = 2.0
COMPILING = "bazaar: compiling the model for the page, which takes a minute or two and happens once"
SETTINGS = (
    Setting("scenario", str, "colossus", "text", "the scenario to begin with"),
    Setting("seed", int, 1, "-", "seed of all luck", 0, 2**31),
    Setting("port", int, 8765, "-", "port of the page; 0 = any that is free", 0, 65535),
    Setting("host", str, "127.0.0.1", "text", "address of this machine to listen at"),
    Setting("own", str, "", "folder", "a folder of your own with scenario/ or population/ files, and agents"),
)


def view(request: Request) -> int:
    """Serve the page until Ctrl-C and return the exit code."""
    values, words = take(request, SETTINGS)
    game = Game(values["scenario"], values["seed"], tuple(words), own=own_folder(values["own"]))
    own_agents(scenario_of(game))  # refuses what cannot be before anybody looks
    if not is_here(values["host"]):
        warning = "others on your network can open the page"
        print(f"bazaar: host = {values['host']} is not this machine alone: {warning}", file=sys.stderr)
    say = threading.Timer(PATIENCE_SECONDS, print, [COMPILING], {"file": sys.stderr, "flush": True})
    say.daemon = True
    say.start()
    Table().market(game._replace(months=1))  # so that no visitor waits for compiling, and what fails at once is said
    say.cancel()
    opening.GAME = game
    serve(values["host"], values["port"])
    print("bazaar: stopped", file=sys.stderr)
    return DONE


def is_here(host: str) -> bool:
    """Tell whether an address is of this machine alone; raise BadRequest where it is none."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        raise BadRequest(f"host = {host} is no address such as 127.0.0.1") from None
