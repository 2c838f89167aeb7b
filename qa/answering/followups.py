"""Follow-up questions: what an earlier question was about goes with the next.

"And the salary?" keeps the career and changes the matter; "What about
juniors?" keeps the matter and changes the career; a question that can stand
alone is left as it is. What decides, in this order: the careers that the
question names, whether anything else is asked of them, whether it points
back or is too short to stand alone, and whether the guides answer it better
elsewhere than where the talk is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from qa.answering.guides import ALIKE, Guides
from qa.answering.matter import ARTICLE, article, matter_of
from qa.answering.names import Mention, Name, singular, without_names
from qa.answering.smalltalk import without_courtesy
from qa.answering.unknown import CUE, compares, unknown, without_guides
from qa.answering.usual import ENTRY, usual
from qa.stores.words import WORD, terms

LEADS_ON = re.compile(
    r"^\W*(?:(?:and|also|but|or|so|then|plus|what about|how about|what of|same for|same with|and for|for)\b[\s,:]*)+",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"\b(?:(?-i:[Ii]ts?)|they|them|theirs?|he|she|him|his|her|such|"
    r"the (?:job|role|work|career|field|profession|occupation|position))\b|\b(?:one|ones|(?-i:[Ii]t))\W*$|"
    # Not a relative pronoun: "doctors that prescribe", "is it true that".
    r"(?:^|\b(?:do|does|did|is|are|was|were|for|of|in|about|like|with|to|from|by|at|on|than|besides|as|and|before|after)"
    r"\s+)(?:that|this|these|those)\b",
    re.IGNORECASE,
)
_FOR_FORM = re.compile(r"\b(?:is|was|be|'s) it\b.*\b(?:to|that|as)\b", re.IGNORECASE)  # "is it hard to become"
_DOUBTS = re.compile(
    r"\W*(?:but )?(?:why(?: (?:is|'s) (?:that|it))?|really|seriously|how come|are you sure|"
    r"is (?:that|it) (?:so|true|right))\W*",
    re.IGNORECASE,
)
_AS = re.compile(r"^(?:as|for|of|with)\s+", re.IGNORECASE)
_ASKS = re.compile(r"\b(whats?|how|who|whom|whose|which|where|when|why)\b", re.IGNORECASE)
# Sets careers that were talked of one by one against each other: "which pays more", "which one starts earlier".
_WHICH_OF = re.compile(
    r"(?:which|who)(?: (?:one|job|career|role|of (?:them|these|those|the \w+)))? (?!jobs|careers|guides)\w*s\b.*"
    r"\b(?:more|less|fewer|better|worse|best|worst|most|least|(?:quick|fast|easi|hard|tough|high|low|long|short|earli|lat|"
    r"safe|big|small|cheap|clos|near|great|busi|soon|simpl)(?:e?r|e?st))\b",
    re.IGNORECASE,
)
MOST_CAREERS = 4  # of a comparison
# A question with more words that carry meaning stands alone, the second figure unless it points back.
_MOST_TERMS, _MOST_POINTING = 3, 6
# How much nearer (in cosine) other guides must be for a question to leave what the talk is about: for one that
# points back or leads on, for one that is only short, and for one with a word foreign to its guides. Chosen on
# the bundled set's follow-ups against its single questions with others before them.
_FARTHER_LEANING, _FARTHER, _FARTHER_FOREIGN = 0.22, 0.19, 0.08
# The cosine from which a guide is what was asked about, even if people are named that no guide is about.
_SURELY = 0.55
_OF_WAY = frozenset(terms("long take takes time cost costs hard difficult"))


@dataclass(frozen=True, slots=True)
class Understood:
    """A question as it is searched.

    ``topics`` are the careers that it is about, as far as the guides have
    them; one that is set against these may have no guide. ``about`` is what
    the question left to its history, or "" where it stands alone; ``matter``
    is the question before any career was put in. ``talk`` are the careers
    last named before a question that names none; ``instead`` is the question
    as it stands alone, where other guides come nearer to it: for the case that
    those of its topics don't cover it. ``earlier`` are careers that were talked
    of one by one before its topics.
    """

    question: str
    topics: tuple[Name, ...] = ()
    about: str = ""
    matter: str = ""
    talk: tuple[Name, ...] = ()
    instead: Understood | None = None
    earlier: tuple[Name, ...] = ()

    def mentions(self, guides: Guides) -> list[Mention]:
        """The careers that the question names, with those of its topics that have no guide."""
        found = guides.mentions(self.question, [t.topic for t in self.topics])
        for topic in self.topics:
            if not topic.document:
                places = re.finditer(re.escape(topic.name), self.question, re.IGNORECASE)
                found += [Mention(*here.span(), topic) for here in places]
        return sorted(found, key=lambda m: m.start)


def in_context(
    question: str, history: Sequence[str], guides: Guides, covers: Callable[[Understood], bool] = lambda _: True
) -> Understood:
    """Resolve a question against the earlier ones, oldest first.

    ``covers`` tells whether the guides of the talk cover a question that other guides come nearer to; where they
    don't, it stands alone.
    """
    talk = _Talk(guides, covers)
    before: Understood | None = None
    for earlier in history:
        before = talk.after(before, rest) if (rest := without_courtesy(earlier)) else before
    return talk.after(before, without_courtesy(question) or question)


class _Manner(NamedTuple):
    """How a question is put: whether it leans on what was said, by pointing back to it or by leading on from it, and
    whether the guides know its words."""

    leans: bool
    points: bool
    known: bool


class _Talk:
    """Resolves questions, each against the one before it."""

    def __init__(self, guides: Guides, covers: Callable[[Understood], bool]) -> None:
        self._guides = guides
        self._covers = covers

    def after(self, before: Understood | None, question: str) -> Understood:
        """A question as it is meant after another."""
        found = self._resolved(question, before)
        if found.instead is not None:
            ways = (found, found.instead)
            found = next(filter(self._covers, ways), ways[bool(found.about)])  # alone where neither is covered
        if before is None:
            return found
        topics = {t.topic for t in found.topics}
        left = before.topics if topics and len(before.topics) == 1 else ()
        return replace(found, earlier=tuple(t for t in (*before.earlier, *left) if t.topic not in topics))

    def _resolved(self, question: str, before: Understood | None) -> Understood:
        mentions = self._guides.mentions(question, [t.topic for t in before.topics] if before else [])
        if before is None:
            return self._alone(question, mentions)
        if mentions:
            return self._with_careers(question, mentions, before)
        if before.topics and _DOUBTS.fullmatch(question):
            asked = f"{before.question.rstrip(' ?.!')}: {question}"
            return replace(before, question=asked, about=named(before.topics), instead=None)
        return self._without_careers(question, before)

    def _without_careers(self, question: str, before: Understood) -> Understood:
        """A question that names no career: of the last ones, unless it stands alone."""
        guides = self._guides
        led = LEADS_ON.match(question)
        rest = question[led.end() :].strip(" ?.!,") if led else question.strip(" ?.!,")
        content = len(matter_of(rest))
        bare = led or " " not in rest
        if bare and content == 1 and (beside := guides.beside(_word_of(rest), before.topics)):
            return self._of_another(before, beside)
        other = self._one_by_one(rest, before) or (
            self._of_unknown(question, rest, bool(led), before) if content else None
        )
        if other:
            return other
        people = guides.people_in(question) if content else []
        # In "a crane operator, what does he earn" it points to what it names itself.
        points = bool(_POINTS_BACK.search(question)) and not _FOR_FORM.search(question) and not people
        leans = bool(led or points)
        others = bool(people) and not led
        alone = Understood(question, talk=() if others else before.topics or before.talk)
        # "How much do nurses earn?" is about no career before, and "asdf" about nothing; "is maths important" may be.
        if others and usual(_without(people, rest)):
            return alone
        known = leans or not content or guides.knows(rest) or bool(usual(rest))
        if (not known and " " not in rest and not guides.are_words(rest)) or content > (
            _MOST_POINTING if leans else _MOST_TERMS
        ):
            return alone
        found = self._in_talk(question, rest, before, alone, _Manner(leans, points, known))
        return replace(found, instead=alone) if others and found.about and not found.instead else found

    def _in_talk(self, question: str, rest: str, before: Understood, alone: Understood, manner: _Manner) -> Understood:
        """A short question asked of what the talk is about, if it is about anything; ``alone`` as it stands by
        itself."""
        topics, about = self._topic(before)
        if not about:
            return alone
        if before.topics and set(matter_of(rest)) <= _OF_WAY and usual(self._matter(before)) == ENTRY:
            # "How long does it take?" after "How do I become one?" says no more than that it asks of the same.
            return Understood(f"{about}: becoming one, {question}", topics, about)
        leans, points, known = manner
        elsewhere = not known or self._is_elsewhere(rest, topics, manner)
        in_talk = Understood(f"{about}: {question}", topics, about, rest)
        if elsewhere and known and not points and self._guides.has_foreign_word(rest, topics):
            return replace(alone, instead=in_talk)  # what the talk's guides have no word of is hardly asked of them
        if elsewhere and leans:  # "do they work nights" leaves no talk behind, wherever its answer is
            alone = Understood(question, topics)
        return replace(in_talk, instead=alone) if elsewhere else in_talk

    def _one_by_one(self, rest: str, before: Understood) -> Understood | None:
        """A question that sets against each other the careers that were talked of one by one."""
        if len(before.topics) != 1 or not before.earlier:
            return None
        careers = (*before.earlier, *before.topics)[-MOST_CAREERS:]
        plain = CUE.sub(" ", rest).strip()
        if _WHICH_OF.match(rest):
            return _together(careers, rest)
        asked = matter_of(plain)
        return _together(careers, plain if asked else "") if plain != rest and (usual(plain) or not asked) else None

    def _matter(self, before: Understood) -> str:
        """What was asked last, apart from the careers."""
        return before.matter or without_names(before.question, before.mentions(self._guides))

    def _of_unknown(self, question: str, rest: str, led: bool, before: Understood) -> Understood | None:
        """A question that names a career which the guides don't: set against the last ones, or in their place."""
        if before.topics and compares(question) and (career := self._guides.unknown_career_in(rest)):
            remaining = rest.replace(career, "", 1)
            return self._beside(before, unknown(career), remaining if matter_of(remaining) else "")
        if len(matter_of(rest)) <= 2 and (led or len(rest.split()) <= 2) and self._guides.is_career(rest):
            career = ARTICLE.sub("", _AS.sub("", rest))
            return self._of_another(before, Name(career, career, ""))
        return None

    def _with_careers(self, question: str, mentions: Sequence[Mention], before: Understood) -> Understood:
        """A question that names careers: of the last matter if it asks nothing else."""
        remaining = without_names(question, mentions)
        asked = matter_of(remaining)
        one, first = len(mentions) == 1, mentions[0]
        if one and not asked and before.topics and compares(question):
            return self._beside(before, first.name)
        led = LEADS_ON.match(question)
        bare = not _ASKS.search(question[led.end() :] if led else question)
        points = len(asked) == 1 and _POINTS_BACK.search(remaining) and not usual(remaining)
        other = one and bare and not first.full and first.name.topic not in {t.topic for t in before.topics}
        part = question[first.start : first.end] if other else ""
        if part and self._guides.have_headed(part, before.topics):
            return self._without_careers(question, before)  # "and partners?" of a guide that has their leave
        if one and bare and (not asked or points):
            return self._of_another(before, first.name)
        kind = question[led.end() : first.start] if one and led and not question[first.end :].strip(" ?.!,") else ""
        if ARTICLE.match(kind):  # "and an experienced nurse?"
            name = f"{ARTICLE.sub('', kind)}{first.name.name}"
            return self._of_another(before, replace(first.name, name=name))
        return self._alone(question, mentions)

    def _alone(self, question: str, mentions: Sequence[Mention]) -> Understood:
        """A question that stands alone, with the careers that it names, or sets against those that it names."""
        others = without_guides(question, mentions, self._guides) if mentions else []
        return Understood(question, topics_of(sorted((*mentions, *others), key=lambda m: m.start)))

    def _topic(self, before: Understood) -> tuple[tuple[Name, ...], str]:
        """What the talk is about: the careers named, else what retrieval finds near to what the guides cover, else a
        career without a guide."""
        if before.topics:
            return before.topics, named(before.topics)
        if before.about:  # a career that no guide is about
            return (), before.about
        meaning, found = self._guides.nearness(before.question, None)
        if meaning < _SURELY and (career := self._guides.unknown_career_in(before.question)):
            return (), unknown(career).topic
        if found and (meaning >= _SURELY or (meaning >= ALIKE and self._covers(before))):
            return (found,), found.topic
        return before.talk, named(before.talk)

    def _is_elsewhere(self, rest: str, topics: Sequence[Name], manner: _Manner) -> bool:
        """Whether a question is better answered away from what the talk is about: "is it dangerous" isn't by another
        career's guide."""
        guides, content = self._guides, len(matter_of(rest))
        if not topics or content == 0 or (content == 1 and len(rest.split()) <= 2):
            return False
        foreign = content > 1 and not manner.leans and guides.has_foreign_word(rest, topics)
        farther = _FARTHER_FOREIGN if foreign else _FARTHER_LEANING if manner.leans else _FARTHER
        meaning, found = guides.nearness(rest, None)
        if found is None or (manner.points and guides.is_of_career(found)):
            return False
        inside = max(guides.nearness(rest, topic)[0] for topic in topics if topic.document)
        return meaning - inside > farther

    def _of_another(self, before: Understood, name: Name) -> Understood:
        """The last question's matter, asked of another career."""
        topics = (name,) if name.document else ()
        last = before.question
        mentions = before.mentions(self._guides)
        if 1 < len(before.topics) < MOST_CAREERS:  # one more to compare
            return self._beside(before, name if name.document else unknown(name.name))
        if mentions:
            first, matter = mentions[0], without_names(last, mentions)
            if len(topics_of(mentions)) == 1:
                last = f"{_with_article(last[: first.start], name.name)}{last[first.end :]}"
            else:  # what was asked of several
                matter = before.matter or matter
                last = f"{name.name}: {_tidy(matter)}"
        elif before.about and before.about in last:  # a career unknown to the guides was put in
            matter = last.replace(before.about, "", 1)
            last = last.replace(before.about, name.name, 1)
        else:
            known, _ = self._topic(before)
            matter = _without_words_of(known, last) if known else self._without_strangers(last)
            last = f"{name.name}: {matter}" if matter_of(matter) else name.name
        return Understood(last, topics, name.topic, _tidy(matter).strip("?.!"))

    def _without_strangers(self, text: str) -> str:
        """A text that names no career of the guides, without other words for people."""
        career = self._guides.unknown_career_in(text)
        return _without([*([career] if career else []), *self._guides.people_in(text)], text)

    def _beside(self, before: Understood, name: Name, asked: str = "") -> Understood:
        """What is asked, or the last question's matter, of its careers and of another."""
        topics = tuple({t.topic: t for t in (*before.topics, name)}.values())
        text = CUE.sub(" ", asked or without_names(before.question, before.mentions(self._guides)))
        return _together(topics, LEADS_ON.sub("", _tidy(text), count=1) if matter_of(text) else "")


def _together(topics: tuple[Name, ...], matter: str) -> Understood:
    """A matter, or none, asked of several careers."""
    return Understood(f"{named(topics)}: {matter}".rstrip(": "), topics, named(topics), matter)


def _without(words: Sequence[str], text: str) -> str:
    """A text without some of its words."""
    return re.sub(rf"\b(?:{'|'.join(map(re.escape, words))})\b", " ", text) if words else text


def _word_of(text: str) -> str:
    """The one word of a text that says what is asked."""
    words: list[str] = WORD.findall(text)
    return next(word for word in words if matter_of(word))


def topics_of(mentions: Sequence[Mention]) -> tuple[Name, ...]:
    """One name for each career mentioned, in order."""
    found: dict[str, Name] = {}
    for mention in mentions:
        found.setdefault(mention.name.topic, mention.name)
    return tuple(found.values())


def named(names: Sequence[Name]) -> str:
    """Careers as one phrase."""
    return " and ".join(name.topic for name in names)


def _with_article(before: str, name: str) -> str:
    """What stands before a name, with it; its article, if there is one, as its first letter has it, and none
    before several."""
    own = "" if singular(name) != name else f"{article(name)} "
    return re.sub(r"\ban? $", own, before, flags=re.IGNORECASE) + name


def _tidy(matter: str) -> str:
    """A matter without what is left where careers were taken out of it."""
    return " ".join(matter.split()).strip(" :")


def _without_words_of(names: Sequence[Name], text: str) -> str:
    """A text without the words that make up careers: "is data science growing" without "data science"."""
    stems = {stem for name in names for stem in (*terms(name.name), *terms(name.topic))}

    def of_a_name(word: str) -> bool:
        return any(s == t or (len(s) > 4 and s[:5] == t[:5]) for s in terms(word) for t in stems)

    return " ".join(word for word in text.split() if not of_a_name(word))
