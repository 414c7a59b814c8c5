"""What concentration, ties and diversification do to dependence, and to what one failure can cost."""

from model import load_scenario
from model.ensemble import Run
from tests.directions.figures import DOWN, UP, Case, mean_of


def dependence(run: Run) -> float:
    """Return the mean concentration of labs on suppliers, by what they need."""
    labs = run.history.labs
    need = labs["alive"] * (labs["need_inference_h100e"] + labs["need_training_h100e"])
    return float(((need * labs["dependence_hhi"]).sum(axis=1) / need.sum(axis=1)).mean())


def from_rivals(run: Run) -> float:
    """Return the mean share of supply that labs have from suppliers tied to rivals, by what they need."""
    labs = run.history.labs
    need = labs["alive"] * (labs["need_inference_h100e"] + labs["need_training_h100e"])
    return float(((need * labs["rival_supply_share"]).sum(axis=1) / need.sum(axis=1)).mean())


SYSTEMIC = mean_of("systemic_loss_share")

AZURE, AWS = (load_scenario("small").suppliers[name]["installed_h100e"] for name in ("azure", "aws"))
LARGER = {"suppliers.azure.installed_h100e": 1.3 * AZURE, "suppliers.aws.installed_h100e": AWS - 0.3 * AZURE}

CASES = {
    "risk-averse labs spread over suppliers": Case({"risk_aversion": 4}, dependence, DOWN, {"risk_aversion": 0}),
    "wary labs hold less from the affiliates of rivals": Case(
        {"rival_discount_share": 0.4}, from_rivals, DOWN, {"rival_discount_share": 0.0}
    ),
    # one might expect the opposite. A lab that asks one supplier goes on to others anyway while that one has too
    # little. One that asks many pays less: contracts take the place of own sites and spot, which depend on nobody, and
    # all of a deal goes to the cheapest of many
    "labs that ask more suppliers depend on them more": Case(
        {"suppliers_asked": 6}, dependence, UP, {"suppliers_asked": 1}
    ),
    # the same capacity in all. That the partner is a rival's affiliate does not matter for this: it is small, and what
    # labs do not take from it they take elsewhere
    "a larger supplier costs more when it fails": Case(LARGER, SYSTEMIC, UP),
    "more suppliers soften the worst failure": Case(
        {"supplier_entry_per_month": 0.2}, SYSTEMIC, DOWN, {"supplier_entry_per_month": 0.0}
    ),
}
