"""Figures in a quote: whether they are asked for, and how fresh they are."""

from __future__ import annotations

import re
from datetime import date, timedelta

from qa.types import Document, Figures, Section

_ASKS_MONEY = re.compile(
    r"\b(salar\w*|pay|paid|pays|paying|earn\w*|wages?|income|money|compensation|remuneration)\b", re.IGNORECASE
)
# Not "is training paid", nor "how do I claim sick pay", nor "how do I earn a degree".
_ASKS_AMOUNT = re.compile(
    r"\bhow (?:much|well)\b.*\b(?:earn\w*|mak(?:e|es|ing)|pays?|paid)\b|\bsalar(?:y|ies)\b|"
    r"\bhow much (?:do|does|would|will|can) \w[\w' -]*\bget\W*$|"
    r"\b(?:what|do|does|can|could|will|would)\b.*\bearn\b(?! (?:an?|the|my|your|their|while)\b)|"
    r"^\W*(?:pay|wages?|earnings|income)\b|"
    r"(?<!sick )(?<!leave )(?<!holiday )(?<!maternity )(?<!overtime )(?<!\w-)\b(?:pay|wages?|earnings|income)\W*$",
    re.IGNORECASE,
)
_ASKS_PRICE = re.compile(r"\b(?:costs?|prices?|fees?|tuition|charges?|bonus(?:es)?|rent|afford)\b", re.IGNORECASE)
_BESIDE_PAY = re.compile(
    r"\b(?:allowances?|supplements?|bonus(?:es)?|overtime|deduct\w*|budgets?|costs?|fees?|tuition|grants?|bursar\w+|"
    r"scholarships?|loans?|pensions?|licen[cs]es?|charges?|repay\w*|fines?|tips|extra|courses?)\b",
    re.IGNORECASE,
)
_SIGNS = r"[$\u00a2-\u00a5\u0e3f\u20a0-\u20c0]"  # Unicode's signs of currencies
_CODES = (
    "USD|EUR|GBP|CHF|CAD|AUD|NZD|SEK|NOK|DKK|ISK|PLN|CZK|HUF|RON|BGN|TRY|INR|PKR|LKR|BDT|JPY|CNY|KRW|SGD|HKD|MYR|THB|"
    "IDR|PHP|VND|AED|SAR|QAR|ILS|EGP|MAD|ZAR|KES|TZS|UGX|NGN|GHS|BRL|MXN|ARS|CLP|COP|KSh|TSh|USh|RM|Rp|Rs\\.?"
)
_SIGN = rf"{_SIGNS}|\b(?:{_CODES}|kr|zł|Kč|dollars?|euros?|pounds?|rupees?|shillings?|lakhs?|LPA|rand)(?!\w)"
_MONEY = re.compile(
    rf"(?:{_SIGNS}|\b(?:{_CODES}))\s?\d|\d\s?(?:{_SIGN})|(?<!\w)R\s?\d{{1,3}}(?:[,\u202f\u00a0 ]\d{{3}}|\d)+\b",
    re.IGNORECASE,
)
_CURRENCY = re.compile(_SIGN, re.IGNORECASE)
_FIGURE = re.compile(r"\d{2,}|\d[.,]\d")
# An amount without a sign that is known: at least five digits, its thousands set apart, or "45k".
_BARE = re.compile(r"\d{5,}|\d{1,3}(?:[,.\u202f\u00a0 ]\d{3})+\b|\b\d{2,3}k\b", re.IGNORECASE)
_SHARE = re.compile(r"\d\s?(?:%|percent\b|per cent\b)", re.IGNORECASE)
# An amount, a share, a count in thousands, or a statement about what is to come.
_FIGURES = re.compile(
    rf"{_SHARE.pattern}|\b\d{{1,3}}(?:,\d{{3}})+\b|"
    r"\b(?:projected|projections?|forecasts?|"
    r"(?:expected to|should|will) (?:grow|rise|increase|fall|decline|change))\b",
    re.IGNORECASE,
)


def asks_money(question: str) -> bool:
    """Whether a question has to do with money."""
    return bool(_ASKS_MONEY.search(question))


def asks_amount(question: str) -> bool:
    """Whether only a sum of money answers a question."""
    return bool(_ASKS_AMOUNT.search(question))


def asks_price(question: str) -> bool:
    """Whether a question is for what something costs, or what is paid beside wages."""
    return bool(_ASKS_PRICE.search(question))


def has_money(text: str, header: str = "") -> bool:
    """Whether a text states a sum of money; one in a table's row may have its currency in the ``header``."""
    return bool(_MONEY.search(text) or (_CURRENCY.search(header) and _FIGURE.search(text)))


def has_sum(quote: str, header: str = "") -> bool:
    """Whether a quote states a sum, in whatever currency, or a share of one; ``header`` as for has_money."""
    return has_money(quote, header) or bool(_BARE.search(quote) or _SHARE.search(quote))


def is_beside_pay(text: str) -> bool:
    """Whether a text is about what is paid, or taken, beside wages: an allowance, a fee, a grant."""
    return bool(_BESIDE_PAY.search(text))


def has_pay(document: Document, section: Section) -> bool:
    """Whether a section states a sum of money, in whatever currency where it has to do with pay."""
    text = document.section_text(section)
    said = f"{section.path}\n{text}"
    return has_money(text) or (asks_money(said) and (bool(_BARE.search(text)) or has_money(text, said)))


def freshness(
    document: Document, quote: str, today: date, review_days: int, header: str = ""
) -> tuple[Figures | None, str]:
    """What to say of the figures in a quote, ``header`` as for has_money: their
    date, region and currency as the guide states them, and a note where its
    review is older than ``review_days``.

    None and "" for a quote without pay, demand or a forecast. The currency
    is named where there is money.
    """
    money = has_money(quote, header)
    if not (money or _FIGURES.search(quote)):
        return None, ""
    known = document.metadata
    figures = Figures(
        date=known.get("figures_date", ""),
        region=known.get("region", ""),
        currency=known.get("currency", "") if money else "",
    )
    return (figures if str(figures) else None), _note(known.get("reviewed", ""), today, review_days)


def _note(reviewed: str, today: date, review_days: int) -> str:
    try:
        day = date.fromisoformat(reviewed[:10])
    except ValueError:
        return ""
    if today - day <= timedelta(days=review_days):
        return ""
    return f"This guide was last reviewed on {day.isoformat()}: check its figures against a newer source."
