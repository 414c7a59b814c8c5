"""The page docs/explain.md: what `bazaar explain` tells, and one story of it."""

from experiments.explain.command import choose, shown
from experiments.explain.lab import lab_story
from experiments.explain.record import record_month, row_of, whole_run
from experiments.explain.words import Section
from experiments.markdown import table
from experiments.report import ILLUSTRATIVE
from model.scenario import load_scenario

SCENARIO, SEED = "colossus", 1

ABOUT = """\
# Explain

*Written by `make docs`; do not edit.*

An ensemble says what tends to happen; `bazaar explain` says why it happened once. It takes one month of one run, says
in sentences and tables why a lab, a supplier or the spot price did what it did, and draws one picture of four panels.

```
bazaar explain
bazaar explain scenario=colossus seed=1 month=14 lab=anthropic
bazaar explain supplier=spacex_colossus
bazaar explain scenario=small price=spot month=3 output=json
```

- `lab=NAME`: need and forecast; its strategy and manner; the cost of each channel and the split; whether cash bound;
  whom it asked, on which package of terms, with the risk charge in its parts; reservation prices of both sides, the
  price, and who matched a rival; offers by round, and why each supplier gave what it gave; what was signed, with its
  terms, and what is built to suit; own sites; on whom it depends; the next six months.
- `supplier=NAME`: the list price in its parts; what was free for each delivery month; how it ranked the labs, and the
  least it would take in parts; the chance of a recall in parts, and its draws; profitability, order, what power and
  chips left of it, and what bound the whole market; the next six months.
- `price=spot`: the book and the orders at the margin; the change since the month before in parts.

Without any of the three it is the buyer of the month's largest deal; without `month=` it is the month of the first
partnership as large as an anchor deal, and for `price=spot` that of the largest change. Anything that `bazaar run`
takes of a scenario may be added, such as `parameters.bargaining_rule=faratin`. The run is run 0 of `bazaar run` with
the same seed. The picture goes to the folder `explain` in `results=FOLDER`.

## How far to believe it

- Nothing is reconstructed from results: `ComputeMarket.lines()` runs the month and stops after each of its lines, and
  all tables are copied there. A market that is watched has the bits of one that is not, and one that is not watched
  pays nothing.
- Plans, prices, offers, signatures, orders and failures are acted again on copies by the rules of the market itself,
  and tests compare what comes out with what the market wrote. This holds for all strategies that reckon what channels
  cost; of one that plans by chance the plan is told as it stands.
- Parts add up. Dependence and rivalry are what the risk charge loses when their parameter is zero, the others come
  from the rule that reckons them; what no named part explains is shown as *other*.
- The change of the spot price is taken apart by clearing the book of the month before again and again, each time with
  one more of its parts as it is this month: supply offered, asks, labs' inference, their flexible training, the fringe.
  The steps add up to the change; in another order each of them would be somewhat different.
- It is one run. What is typical is for `bazaar run` to say.
"""


def explain_page() -> str:
    """Return the page, with the story that `bazaar explain` tells when nothing is asked of it."""
    scenario = load_scenario(SCENARIO)
    run = whole_run(scenario, SEED)
    month, subject = choose(scenario, run, -1, [])
    recorded = record_month(scenario, SEED, month, run)
    story = lab_story(recorded, row_of(recorded, "lab", subject.key))
    head = [ABOUT, f"## An example: {story.headline}", "", ILLUSTRATIVE, ""]
    head += ["`bazaar explain` tells, with prices in USD per H100e-hour:", ""]
    return "\n".join([*head, *(line for section in story.sections for line in section_lines(section))])


def section_lines(section: Section) -> list[str]:
    """Return a section as lines of Markdown."""
    lines = [f"### {section.title}", "", *(f"{sentence}\n" for sentence in section.sentences)]
    if section.rows:
        lines += table(tuple(section.rows[0]), (tuple(map(shown, row.values())) for row in section.rows))
    return lines
