"""The quote: which of a section's sentences, items or rows answer a question.

Chosen by words alone, weighed by how rare they are: on sentences of one
section this finds as much as their vectors do (docs/retrieval.md), and costs
nothing. What the section's headings say already tells its parts not apart,
so the rest of the question decides; where nothing is left of it, the section
as a whole is asked for, and its list or its opening is the answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from qa.answering.aliases import states_names
from qa.answering.figures import asks_amount, asks_money, asks_price, has_money, has_sum, is_beside_pay
from qa.answering.matter import matter_of
from qa.answering.usual import MAKING, PAY, matter_under, of_term
from qa.reading.passages import section_units
from qa.stores.words import terms
from qa.types import Block, Hit

Span = tuple[int, int]
# How rare stemmed words are in the guides: one weight a word, from 0 up.
Rarity = Callable[[Sequence[str]], list[float]]

_ASKS_NUMBER = re.compile(
    r"\b(how (?:much|many|long|old|fast|big|high|often|far)|percent\w*|number|rates?|median|average|years?|hours?|"
    r"cost\w*|range|growth|growing|grow)\b",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(r"\bhow long\b|\byears?\b|\bwhen\b|\bhours?\b", re.IGNORECASE)
_TIME = re.compile(r"\d\s?\+?\s*(?:years?|months?|weeks?|days?|hours?)\b|\b(?:19|20)\d\d\b", re.IGNORECASE)
_ASKS_LIST = re.compile(
    r"\b(?:what|which|list|name|any|some|the)\b.*\b\w{3,}(?:[^s\W]s|ies)\b|\bwhat (?:do|does|did)\b.*\bdo\b|"
    r"\b(?:skills|duties|tasks|responsibilities|qualities|tools|challenges|requirements|examples)\b",
    re.IGNORECASE,
)
# One that says no more than so leans on the next, and that on it.
_SAYS_WHETHER = re.compile(
    r"^(?:yes|no|not (?:always|necessarily|really|usually|yet)|it depends|sometimes)\W*$", re.IGNORECASE
)
_ASKS_NAMES = re.compile(r"\b(?:called|known|names?|titles?|aka)\b", re.IGNORECASE)
# A sentence that opens so leans on the one before it.
_LEANS = re.compile(
    r"^(?:they|them|their|this|these|those|that|it|its|he|she|such|however|also|but|in addition|for example|both|"
    r"others?|some)\b",
    re.IGNORECASE,
)
_ADDRESS_ONLY = re.compile(r"^(?:source:\s*)?https?://\S+$", re.IGNORECASE)
# A unit that holds a figure where one is asked for, stands in the passage whose
# meaning is nearest, or opens its section, is worth so much more, as a share of the question.
_FIGURE, _PASSAGE, _OPENS = 0.25, 0.1, 0.12
# What a word of the question counts that the headings have too, and one that they haven't.
_NAMED, _REST = 0.5, 2
# The part of the question that headings must cover for the whole section to be asked for.
_WHOLE = 0.8
# A neighbouring sentence joins the quote that is worth this share of the best.
_JOINS = 0.4
# Quotes that share so much of their words say the same.
_SAME = 0.8
_FIGURES = re.compile(r"\d[\d.,]*")
_DIGIT = re.compile(r"\d")
_LONGEST_PAIR, _LONGEST_LIST = 420, 900  # characters
_FEW = 60  # characters of a quote that says little alone


@dataclass(frozen=True, slots=True)
class _Figure:
    """The kind of figure that a question asks for; ``pay`` where it is wages alone, ``price`` what is paid else."""

    money: bool
    time: bool
    number: bool
    pay: bool
    price: bool

    @classmethod
    def asked_by(cls, question: str) -> _Figure:
        time, number = _ASKS_TIME.search(question), _ASKS_NUMBER.search(question)
        amount, price = asks_amount(question), asks_price(question)
        return cls(amount or price or asks_money(question), bool(time), bool(number), amount and not price, price)

    def worth(self, unit: str, header: str) -> float:
        """What a figure in a unit counts, which may stand in a table with a ``header``."""
        if self.money and (has_sum(unit, header) if self.price else has_money(unit, header)):
            # Wages aren't what is paid beside them, nor the other way round.
            apart = is_beside_pay(unit) if self.pay else self.price and not asks_price(f"{header}\n{unit}")
            return _FIGURE if apart else 2 * _FIGURE
        stated = (self.time and _TIME.search(unit)) or (self.number and _DIGIT.search(unit))
        return _FIGURE if stated else 0.0


@dataclass(frozen=True, slots=True)
class Quote:
    """The place of a quote in its document, and how well it fits, from 0 up.

    ``lead`` is the place of what it is read under, where that isn't in it: a
    table's header, or the sentence that a list item belongs to.
    """

    start: int
    end: int
    fit: float
    lead: Span | None = None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question's words: what each counts, as a share of all; those that the headings and names don't say; and the
    share that these do."""

    counts: dict[str, float]
    rest: Set[str]
    covered: float

    @classmethod
    def of(
        cls, question: str, hit: Hit, named: Set[str], any_word: bool, rarity: Rarity, knows: Callable[[str], bool]
    ) -> _Asked:
        """``named`` are the words of the headings; ``any_word`` tells whether words for a usual matter say no more
        than a heading for it does."""
        section = hit.section
        aliases = set(terms(" ".join(hit.document.aliases)))
        asked = [term for term in dict.fromkeys(matter_of(question) or terms(question)) if knows(term)]
        if asks_amount(question):  # a sum answers, with whatever word for pay
            asked = [term for term in asked if term in named | aliases or not (of_term(term) == PAY or term in MAKING)]
        if any_word:
            matters = {matter_under(heading, section.topic) for heading in section.headings} - {""}
            named = named | {term for term in asked if of_term(term) in matters}  # "tasks" under "Duties"
        weights = dict(zip(asked, rarity(asked), strict=True))
        whole = sum(weights.values()) or 1.0
        rest = weights.keys() - named - aliases
        # Where nothing else is asked, a heading's words tell no part of its section from another.
        counts = {
            term: weight / whole * (_REST if term in rest else _NAMED if rest or term not in named else 0)
            for term, weight in weights.items()
        }
        return cls(counts, rest, 1 - sum(weights[term] for term in rest) / whole)

    def found_in(self, words: Set[str]) -> float:
        return sum(count for term, count in self.counts.items() if term in words)


def best_quote(question: str, hit: Hit, rarity: Rarity, knows: Callable[[str], bool]) -> Quote:
    """The sentence or two, list, list item or table row that fits a question best."""
    text, section = hit.document.text, hit.section
    named = _named(hit)
    words = _candidates(question, hit, named)
    if not words:
        return Quote(hit.passage_start, hit.passage_end, 0.0)
    units, blocks = list(words), hit.document.blocks_within(section.start, section.end)
    figure = _Figure.asked_by(question)
    asked = _Asked.of(question, hit, named, not figure.number, rarity, knows)
    headers = _headers(text, section.path, blocks) if figure.money else {}
    figures = [figure.worth(text[slice(*u)], headers.get(u[0], section.path)) for u in units]
    plain = [asked.found_in(words[u]) + f for u, f in zip(units, figures, strict=True)]
    worth = [w + _PASSAGE * (hit.passage_start <= u[0] < hit.passage_end) for w, u in zip(plain, units, strict=True)]
    worth[figures.index(max(figures)) if figure.money else 0] += _OPENS  # of sums the first counts
    best = max(range(len(units)), key=lambda n: (worth[n], -n))
    here = next(n for n, b in enumerate(blocks) if b.start <= units[best][0] and units[best][1] <= b.end)
    block = blocks[here]
    whole_list = asked.covered >= _WHOLE and not (figure.number or figure.money) and _ASKS_LIST.search(question)
    opens = _opens(text, blocks, here, units[best])
    of_list = "item" in (block.kind, *(b.kind for b in blocks[here + 1 : here + 2]))
    if (whole_list or (opens and of_list)) and (found := _list(text, blocks, here)):
        return Quote(*found, worth[best])
    if block.kind in ("item", "row") and not block.header:
        told = not asked.rest.isdisjoint(words[units[best]])
        same = figures if block.kind == "row" else plain  # a career's name tells no row of its table from another
        alike = [] if told else [u for u, w in zip(units, same, strict=True) if w >= same[best]]
        return Quote(*(_run(blocks, here, alike) or units[best]), worth[best], _lead(text, blocks, here))
    if block.header or (opens and here + 1 < len(blocks)):  # a table, or what a line opens that is no list
        first = here if block.header else here + 1
        return Quote(units[best][0], _last_of(blocks, first, units[best][0]).end, worth[best])
    if lines := _lines(text, blocks, here):
        return Quote(*lines, worth[best])
    start, end = _grown(units, _joined(text, units, worth, best, block), block)
    opening = text[block.start : start]  # "18. At least as a trainee": a figure alone goes with what follows it
    if opening.strip() and not any(letter.isalpha() for letter in opening):
        start = block.start
    return Quote(start, end, worth[best])


def _named(hit: Hit) -> set[str]:
    """The words of a section's headings, and the abbreviation of its topic, which says no more than it."""
    return {*terms(hit.section.path), "".join(word[0] for word in hit.section.topic.lower().split())}


def _candidates(question: str, hit: Hit, named: Set[str]) -> dict[Span, set[str]]:
    """The sentences, items and rows of a section that may be quoted, with their words.

    A line that repeats the headings tells nothing, nor does a figure alone, nor
    what else a career is called, unless that is asked: they are left out if
    there are others.
    """
    text = hit.document.text
    called = bool(_ASKS_NAMES.search(question))
    units = (u for u in section_units(hit.document, hit.section) if not _ADDRESS_ONLY.match(text[slice(*u)]))
    words = {u: set(terms(text[slice(*u)])) for u in units}

    def tells(unit: Span) -> bool:
        says = any(term[0].isalpha() for term in words[unit]) and bool(words[unit] - named)
        return says and (called or not states_names(text[slice(*unit)]))

    return {unit: words[unit] for unit in words if tells(unit)} or words


def same_fact(one: str, other: str) -> bool:
    """Whether two quotes say the same: nearly the same words, with the same figures."""
    a, b = set(terms(one)), set(terms(other))
    return bool(a and b) and len(a & b) >= _SAME * len(a | b) and _FIGURES.findall(one) == _FIGURES.findall(other)


def _headers(text: str, path: str, blocks: Sequence[Block]) -> dict[int, str]:
    """What each row is read under, by where it starts: the section's headings and its table's header."""
    headers: dict[int, str] = {}
    header = path
    for before, block in zip((None, *blocks), blocks, strict=False):
        if block.kind == "row" and (block.header or before is None or before.kind != "row"):
            header = f"{path}\n{text[block.start : block.end]}" if block.header else path
        if block.kind == "row" and not block.header:
            headers[block.start] = header
    return headers


def _opens(text: str, blocks: Sequence[Block], here: int, span: Span) -> bool:
    """Whether a sentence of a block leads to what follows: it ends in a colon, or a list follows that it leads to."""
    follows = blocks[here + 1].kind if here + 1 < len(blocks) and span[1] == blocks[here].end else ""
    leads = blocks[here].kind == "paragraph" and follows in ("item", "row") and _opens_list(text, span)
    return leads or text[: span[1]].endswith(":")


def _opens_list(text: str, span: Span) -> bool:
    """Whether what stands before a list or table leads to it: it ends no sentence."""
    return not text[slice(*span)].rstrip().endswith((".", "!", "?"))


def _line_over(text: str, blocks: Sequence[Block], first: int) -> Block | None:
    """The line that leads to the list that begins at ``first``."""
    before = blocks[first - 1] if first else None
    leads = before is not None and before.kind == "paragraph" and _opens_list(text, (before.start, before.end))
    return before if leads else None


def _list(text: str, blocks: Sequence[Block], near: int) -> Span | None:
    """The list that the block ``near`` opens or is of, else the first: at least two items, with the line over them."""
    places = [n for n, block in enumerate(blocks) if block.kind == "item"]
    if len(places) < 2:
        return None
    first = _first_of(blocks, next((n for n in places if n >= near), places[0]))
    start = blocks[first].start - len(blocks[first].marker.lstrip())
    if line := _line_over(text, blocks, first):
        start = line.start
    return start, _last_of(blocks, first, start).end


def _run(blocks: Sequence[Block], near: int, alike: Sequence[Span]) -> Span | None:
    """The items, or rows, around one that are worth as much as it, where no word of the question tells them apart."""
    first = _first_of(blocks, near)
    last = _last_of(blocks, first, blocks[first].start)
    same, end = set(alike), max(last.end, blocks[near].end)
    inside = [b for b in blocks[first:] if (b.start, b.end) in same and b.end <= end]
    if len(inside) < 2:
        return None
    return inside[0].start - len(inside[0].marker.lstrip()), inside[-1].end


def _lines(text: str, blocks: Sequence[Block], near: int) -> Span | None:
    """The short lines around one that are no sentences, such as "£29,900 Starter": they are read together."""

    def is_line(n: int) -> bool:
        if not 0 <= n < len(blocks) or blocks[n].kind != "paragraph":
            return False
        own = text[blocks[n].start : blocks[n].end]
        return len(own) < _FEW and own[-1] not in ".!?:"

    if not is_line(near):
        return None
    first = last = near
    while is_line(last + 1) and blocks[last + 1].end - blocks[first].start <= _LONGEST_PAIR:
        last += 1
    while is_line(first - 1) and blocks[last].end - blocks[first - 1].start <= _LONGEST_PAIR:
        first -= 1
    return blocks[first].start, blocks[last].end


def _first_of(blocks: Sequence[Block], near: int) -> int:
    """The place of the first item, or row, of the run that ``near`` is of."""
    first = near
    while first and blocks[first - 1].kind == blocks[near].kind:
        first -= 1
    return first


def _last_of(blocks: Sequence[Block], first: int, start: int) -> Block:
    """The last item, or row, of the run that begins at ``first``, as far as a quote may reach."""
    last = first
    while last + 1 < len(blocks) and blocks[last + 1].kind == blocks[first].kind:
        if blocks[last + 1].end - start > _LONGEST_LIST:
            break
        last += 1
    return blocks[last]


def _lead(text: str, blocks: Sequence[Block], near: int) -> Span | None:
    """The header of a row's table, or the line that introduces an item's list."""
    first = _first_of(blocks, near)
    if blocks[near].kind == "row":
        return (blocks[first].start, blocks[first].end) if blocks[first].header and first != near else None
    line = _line_over(text, blocks, first)
    return (line.start, line.end) if line else None


def _joined(text: str, units: Sequence[Span], worth: Sequence[float], best: int, block: Block) -> Span:
    """The best sentence, with a neighbour of its paragraph where that helps it."""
    start, end = units[best]
    if text[start:end].endswith("?") and best + 1 < len(units):  # what the guide asks is answered by what follows
        bare = best + 2 < len(units) and _SAYS_WHETHER.match(text[slice(*units[best + 1])])
        return start, units[best + 2 if bare else best + 1][1]

    def beside(n: int) -> bool:
        inside = 0 <= n < len(units) and block.start <= units[n][0] and units[n][1] <= block.end
        return inside and not _opens_list(text, units[n])

    before, after = best - 1, best + 1
    if beside(before) and (_LEANS.match(text[start:end]) or _SAYS_WHETHER.match(text[slice(*units[before])])):
        return units[before][0], end
    best_side = max((n for n in (after, before) if beside(n)), key=lambda n: worth[n], default=None)
    if best_side is None or worth[best_side] < _JOINS * worth[best]:
        return start, end
    joined = min(start, units[best_side][0]), max(end, units[best_side][1])
    return joined if joined[1] - joined[0] <= _LONGEST_PAIR else (start, end)


def _grown(units: Sequence[Span], quote: Span, block: Block) -> Span:
    """A quote of a few words with the sentences that follow in its paragraph: "We asked 64." says little alone."""
    start, end = quote
    for first, last in units:
        if end - start >= _FEW or last > block.end:
            break
        if first >= end and last - start <= _LONGEST_PAIR:
            end = last
    return start, end
