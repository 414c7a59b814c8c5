"""The tabs: of each only what is visible is computed."""

import solara

from experiments.view.desk import Desk
from experiments.view.parts.firm import FirmChoice
from experiments.view.parts.log import Log
from experiments.view.parts.pictures import Pictures
from experiments.view.parts.story import Why
from experiments.view.parts.worlds import Worlds
from experiments.view.tabs import TABS

OTHERS = {"log": ("Events", Log), "worlds": ("Two worlds", Worlds), "why": ("Why", Why)}
"""Tabs that are more than panels."""


@solara.component
def Tabs(desk: Desk) -> None:
    """Draw the row of tabs and what the chosen one shows."""
    titles = {tab.name: tab.title for tab in TABS} | {name: title for name, (title, _) in OTHERS.items()}
    names = list(titles)
    place = names.index(desk.tab.value)
    with solara.v.Tabs(v_model=place, on_v_model=lambda number: desk.tab.set(names[number]), show_arrows=True):
        for title in titles.values():
            solara.v.Tab(children=[title])
    if desk.tab.value == "firm":
        FirmChoice(desk)
    if desk.tab.value in OTHERS:
        OTHERS[desk.tab.value][1](desk)
    else:
        Pictures(desk, TABS[place].panels).key(desk.tab.value)
