"""Other names that a guide's opening states."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa.answering.aliases import stated_aliases
from qa.answering.names import Names
from qa.answering.naming import write_names
from qa.reading.blocks import assemble
from qa.reading.markdown import read_markdown


def stated(opening: str, title: str = "Operating Department Practitioner") -> list[str]:
    document = assemble("guide", read_markdown(f"# {title}\n\n{opening}\n\n## Pay\n\nAlso known as a wage.\n"))
    return stated_aliases(document, title)


@pytest.mark.parametrize(
    ("opening", "names"),
    [
        ("Alternative titles for this job include Arborist, tree climber", ["Arborist", "tree climber"]),
        ("Other job titles: theatre aide or scrub aide.", ["theatre aide", "scrub aide"]),
        ("Also known as a wine waiter and a wine steward.", ["wine waiter", "wine steward"]),
        ("Other titles include hair and make-up designer, dresser", ["hair and make-up designer", "dresser"]),
        ("They help. Sometimes called theatre aides, they hand over tools.", ["theatre aides"]),
        ("ODP for short.", ["ODP"]),
        ("An operating department practitioner (ODP) helps in theatres.", ["ODP"]),
        ("## Alternative titles for this job include Theatre aide\n\nThey help.", ["Theatre aide"]),
        ("They are also called theatre aides or scrub aides (SAs).", ["theatre aides", "scrub aides", "SA"]),
        ("Operating department practitioners are sometimes called anaesthetic aides.", ["anaesthetic aides"]),
        ("They help. In India the job is often advertised as OT technician.", ["OT technician"]),
        (
            "They help.\n\n## At a glance\n\n| | |\n| --- | --- |\n| Also called | Scrub aide, OT aide |\n",
            ["Scrub aide", "OT aide"],
        ),
        # Of another thing, or no name at all.
        ("Their masks are also called respirators.", []),
        ("They take the test, also known as the big one.", []),
        ("Also known as those who stay when everybody else has gone home for the night.", []),
        ("They work in hospitals (NHS) all over the country.", []),
        ("They help surgeons.", []),
    ],
)
def test_names_that_an_opening_states(opening: str, names: list[str]) -> None:
    assert stated(opening) == names


def test_a_chapter_states_its_own(tmp_path: Path) -> None:
    text = "# Careers\n\nWe hire.\n\n# Porter\n\nAlso called mover.\n\n# Clerk\n\nAlso called typist.\n"
    document = assemble("careers", read_markdown(text))
    write_names(tmp_path, [document])
    names = Names.read(tmp_path)
    assert names.found_in("what does a typist earn") == ["Clerk"]
    assert names.found_in("movers' pay") == ["Porter"]


def test_a_name_of_two_careers_is_none(tmp_path: Path) -> None:
    documents = [assemble(title, read_markdown(f"# {title}\n\nAlso called helper.\n")) for title in ("Porter", "Clerk")]
    write_names(tmp_path, documents)
    assert Names.read(tmp_path).found_in("helper pay") == []
