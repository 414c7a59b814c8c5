"""What a page begins with: the command line sets the game, the address of the page may name another."""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from experiments.view.game import MOST_MONTHS, Game, scenario_of, with_number
from model.scenario import BadRequest, config_names
from model.settings import CommandText, Setting, check_value, nearest

GAME = Game("colossus")
"""The game that `bazaar view` was asked for."""
SEED = Setting("seed", int, 1, "-", "seed of all luck", 0, 2**31)
MONTHS = Setting("month", int, 0, "months", "months run", 0, MOST_MONTHS)
PARAMETERS = "parameters."
KNOWN = ("scenario", "seed", "month", "parameters.NAME")
"""What an address may hold."""


def opened(query: str) -> tuple[Game, str]:
    """Return the game that an address asks for, and in one line what in it could not be done.

    The address may hold scenario, seed, month and parameters, such as `?scenario=small&parameters.usable_share=0.9`.
    """
    try:
        game = _asked(parse_qsl(query, keep_blank_values=True))
        scenario_of(game)
    except BadRequest as error:
        return GAME, str(error)
    return game, ""


def _asked(asked: Sequence[tuple[str, str]]) -> Game:
    game, keys = GAME, [key for key, _ in asked]
    for key, text in asked:
        if keys.count(key) > 1:
            raise BadRequest(f"{key} stands in the address more than once")
        if key == "scenario":
            game = game._replace(scenario=known_scenario(text, game))
        elif key == "seed":
            game = game._replace(seed=int(check_value(SEED, key, CommandText(text))))
        elif key == "month":
            game = game._replace(months=int(check_value(MONTHS, key, CommandText(text))))
        elif key.startswith(PARAMETERS):
            game = with_number(game, key.removeprefix(PARAMETERS), text)
        else:
            raise BadRequest(f"{key} means nothing in an address{nearest(key, KNOWN)}")
    return game


def known_scenario(name: str, game: Game) -> str:
    """Return the name of a scenario, or raise BadRequest with the nearest."""
    names = config_names("scenario", game.own)
    if name not in names:
        raise BadRequest(f"no scenario is called {name}{nearest(name, names)}")
    return name


def link(game: Game) -> str:
    """Return what an address must say to show this game, but for what was done by hand."""
    parts = [f"scenario={game.scenario}", f"seed={game.seed}", f"month={game.months}"]
    return "?" + "&".join([*parts, *(f"parameters.{name}={value}" for name, value in game.numbers)])
