"""Choosing the firm that is looked at."""

import solara

from experiments.view.desk import Desk
from experiments.view.moment import Firm


@solara.component
def FirmChoice(desk: Desk) -> None:
    """Draw a choice of all labs and suppliers of the population."""
    names = names_of(desk)
    labels = {firm: label for label, firm in names.items()}
    solara.Select("Lab or supplier", list(names), labels[desk.firm.value], lambda label: desk.firm.set(names[label]))


def names_of(desk: Desk) -> dict[str, Firm]:
    """Return the firms of the population by the names under which they are offered."""
    scenario = desk.scenario
    labs = {f"{lab['label']} (lab)": Firm("lab", key) for key, lab in scenario.labs.items()}
    return labs | {f"{one['label']} (supplier)": Firm("supplier", key) for key, one in scenario.suppliers.items()}
