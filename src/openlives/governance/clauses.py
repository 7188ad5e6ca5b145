"""Finding terms that restrict, in licence texts that nobody knows and in the prose of cards.

Advice is no licence: what a card calls out of scope, not intended or not recommended restricts nobody. Terms of other things
(a data set, the code, the base) are not the model's. Permissions ("commercial use is allowed") are no restrictions.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from openlives.governance.card import Card, Line
from openlives.governance.evidence import QUOTE

LONGEST = 300_000  # letters of a text that are read


@dataclass(frozen=True, slots=True)
class Hit:
    """A restricting sentence: its kind (a token of `licences.RESTRICTIONS`), the line it begins on, its words."""

    kind: str
    line: int
    quote: str


NOT = r"\b(?:no|not|never|cannot|can't|mustn't|don't|prohibit\w*|forbid\w*|disallow\w*|exclud\w+)\b"
MAY_NOT = r"\b(?:may|must|shall|will|can|agrees?(?:\ to)?)\ not(?:\ to)?\b|\b(?:cannot|can't|mustn't|do\ not|don't)\b"
RESEARCH = r"(?:[\w-]+[\ ,/]+){0,5}research\b"
KINDS = {
    "non-commercial": rf"""
        {NOT}[^.;]{{0,60}}?\bcommercial(?:ly)?\b(?:\W+(?:us|purpos|appl|expl|product|activit|gain|or\b|licens)|\W*$|\W+in\b)
        | \bcommercial\W+(?:us\w+|purposes?|applications?|exploitation)\b[^.;]{{0,50}}?{NOT}
        | \bcommercial\W+us\w+[^.;]{{0,50}}?\b(?:requires?|needs?|contact|separate|permission|obtain)\b
        | \bfor\ commercial\ (?:us\w+|licens\w+|purposes?)[^.;]{{0,30}}\b(?:contact|reach|e-?mail|refer)\b
        | \bnon-?\ ?commercial\b(?=[^.;]*\b(?:only|solely|exclusively|purposes?|licen[cs]\w+|us\w+|research|basis)\b)
        | \b(?:only|solely|exclusively|licen[cs]\w+)\b[^.;]*\bnon-?\ ?commercial(?:ly)?\b
        | \bpersonal\ use\ only\b
        | 禁止商|不[得可能]?(?:被|允[许許])?(?:用[于於])?(?:任何)?商[用业業]|非商[用业業]|商用(?:利用)?[はを]?\W*(?:不可|禁止|でき(?:ない|ません)|認め)
        | 営利目的[^。]{{0,8}}(?:禁止|不可)|비상업|상업적\ ?(?:이용|사용)[^.]{{0,8}}(?:금지|불가)
        | \bpas\ d.utilisation\ commerciale|\buso\ comercial\ (?:est[áa]\ )?(?:prohibido|no)|\bno\ comercial\b
        """,
    "research-only": rf"""
        \b(?:only|solely|exclusively|strictly)\b\W+(?:to\ )?(?:be\ )?(?:\w+\ )?(?:for|to|in)\ {RESEARCH}
        | \b(?:for|to)\ {RESEARCH}\W*(?:us\w+|purposes?|and\ \w+(?:\ us\w+|\ purposes?)?)?(?:\ purposes?)?\W*\b(?:only|exclusively)\b
        | \bresearch[- ](?:use[- ])?only\b
        | \b(?:restricted|limited)\ to\ {RESEARCH}
        | (?:[仅只僅][限供用能可]|限于)[^。]{{0,10}}(?:学术|學術|科研|研究)|研究(?:目的|用途)[^。]{{0,6}}(?:のみ|に限)
        """,
    "output-training-ban": rf"""
        (?:{NOT}|{MAY_NOT})[^.;]{{0,200}}\b(?:outputs?|results?|materials?|responses|generations)\b[^.;]{{0,140}}
        \b(?:train|improv|develop|creat|build|fine-?tun)\w*\b[^.;]{{0,80}}(?:\b(?:other|another|compet\w+|foundational)\b[^.;]{{0,40}}\bmodels?|\bmodels?\b[^.;]{{0,20}}\bcompet\w+)
        """,
    "mau-cap": r"(?:\b(?:monthly|daily)\ active\ users?|\bactive\ users\ (?:per|a)\ month|\bmau\b)(?=[^;]*\d|[^;]*million)|\d[\d,]*\ (?:million\ )?(?:monthly|daily)?\ ?active\ users",
    "revenue-cap": r"""
        \b(?:annual|yearly|monthly|gross|total|aggregate)\W+(?:\w+\W+)?(?:revenues?|turnover|sales)\b(?=[^;]*\d)
        | \d[\d,.]*\W*(?:usd|million|m)?\W+(?:in|of)\ (?:annual|yearly|gross)\W+(?:\w+\W+)?(?:revenues?|turnover)
        """,
    "territory": rf"""
        (?:{NOT}|\bexcept|\boutside)[^.;]{{0,120}}\b(?:european\ union|united\ kingdom|south\ korea)\b
        | \b(?:licen[cs]\w+|rights)\b[^.;]{{0,80}}\bnot\ granted\b[^.;]{{0,160}}\beuropean\ union\b
        """,
    "no-derivatives": rf"""
        (?:{MAY_NOT})\ (?:[\w,]+\ ){{0,6}}(?:modify|adapt|create\ derivative)\b(?!\ the\ licen)[\w\ ,]{{0,60}}(?:\.|;|$)
        | \bno[- ]?derivatives?\b(?!\ of)|\bderivative\ works\ are\ (?:not|prohibited)
        """,
    "use-based": rf"""
        \b(?:you|licensees?|users?)\ (?:further\ |hereby\ )?(?:{MAY_NOT}|agree\ not\ to|are\ not\ (?:allowed|permitted)\ to)
          (?:\ \w+,?){{0,4}}?\ use\b(?!\ (?:both|this\ file|technical))(?!\W+(?:or\W+)?(?:\w+\W+){{0,6}}(?:trademarks?|names?|logos?|marks?)\b)
        | \buse[- ]based\ restrictions?\b|\brestricted\ uses\b|\bprohibited\ uses?\b(?!\ policy)
        | 不得[^。]{{0,40}}(?:违法|非法|军事|危害)
        """,
    "acceptable-use-policy": r"""
        \b(?:comply|complies|compliance|adhere\w*|subject|agree\w*|bound|violat\w+|accordance|incorporated|abide|must)\b[^.;]{0,160}
          \b(?:acceptable|prohibited|fair)\ use\ policy|\busage\ policy\b
        | \b(?:acceptable|prohibited)\ use\ policy\b[^.;]{0,80}\b(?:comply|adhere\w*|subject|agree\w*|bound|incorporated|applies)\b
        """,
    "field-of-use": rf"(?:{NOT}|{MAY_NOT})[^.]{{0,400}}\b(?:military|warfare|surveillance|biometric)\b|不得[^。]{{0,30}}军事",
    "reverse-engineering-ban": rf"(?:{NOT}|{MAY_NOT})[^.;]{{0,60}}\breverse[- ]engineer",
    "remote-restriction": r"\bright\ to\ restrict\W+remotely",
    "guardrail-circumvention-terminates": r"\b(?:bypass|circumvent|disable)\w*\b[^.;]{0,120}\bguardrails?\b",
}
PATTERNS = {kind: re.compile(pattern, re.VERBOSE) for kind, pattern in KINDS.items()}
PROSE = frozenset(KINDS) - {
    "field-of-use",
    "guardrail-circumvention-terminates",
    "reverse-engineering-ban",
}  # else advice
NEEDLES = {  # what a sentence must hold before its pattern is tried: patterns are dear, and most sentences are about nothing here
    "non-commercial": ("commerc", "comerc", "personal use", "商", "営利", "상업"),
    "research-only": ("research", "研究", "学术", "學術", "科研"),
    "output-training-ban": ("model",),
    "mau-cap": ("active users", "active user", "mau", "users per month"),
    "revenue-cap": ("revenue", "turnover", "sales"),
    "territory": ("european union", "united kingdom", "south korea"),
    "no-derivatives": ("modify", "adapt", "derivative"),
    "use-based": ("use", "不得"),
    "acceptable-use-policy": ("use policy", "usage policy"),
    "field-of-use": ("military", "warfare", "surveillance", "biometric", "军事"),
    "reverse-engineering-ban": ("reverse",),
    "remote-restriction": ("right to restrict",),
    "guardrail-circumvention-terminates": ("guardrail",),
}
GIST = (  # what a card must hold before its lines are read
    "commerc", "comerc", "personal use", "商", "営利", "상업", "研究", "学术", "research", "output", "active user", "revenue", "turnover",
    "european union", "derivative", "not use", "not to use", "t use", "prohibited use", "restricted use", "based restriction", "use policy",
    "usage policy", "不得",
)  # fmt: skip
PERMITS = re.compile(
    r"\bno (?:commercial )?(?:restrictions?|limit\w*)\b|\bnot (?:restrict|limit|prohibit|prevent|forbid|only|just)\w*(?! to (?:academic|research|non))"
    r"|\bboth\b[^.;]*\bcommercial|\bcommercial(?:ly)?,? (?:and|or|as well as) (?:for )?(?:non-?\s?commercial|research|academic)"
    r"|\bnon-?\s?commercial (?:and|or|as well as|&) (?:for )?commercial|\bresearch,? (?:and|or|&|as well as) (?:for )?commercial\b"
    r"|\bcommercial\W+us\w+ (?:is |are )?(?:also )?(?:allowed|permitted|ok\b|okay|fine|possible|free)"
    r"|\b(?:allow|permit|enabl)\w*(?: for)? (?:[\w-]+ ){0,2}commercial|\bwhether\b|\bfree (?:for|of charge for) commercial"
    r"|\binclud\w+ commercial us|\bnon-?commercial,? and (?:limited )?commercial|\balternative is allowed|可商用|允许商用|商用可|免费商用|no longer"
)
LIMITED = re.compile(r"(?:but |and )?(?:is |are )?not limited to\b")
ADVICE = re.compile(
    r"\b(?:intend\w*|recommend\w*|suitable|suited|designed|should|advis\w+|aimed?|primar\w+|out[- ]of[- ]scope|consider\w*)\b"
)
BINDING = re.compile(r"\blicen[cs]\w+|\bprohibit\w*|\bforbid\w*|\ballowed\b|\bpermitted\b|\bterms\b")
SIDE = re.compile(
    r"out[- ]of[- ]scope|misuse|malicious|limitation|bias|\brisks?\b|intended|ethic|recommend|considerations|data(?:set)?s?\b|corpus|corpora"
    r"|citation|acknowledg|evaluation|benchmark|related|changelog|news|faq|prompt|example|usage$|how to use|factual|safety|direct use",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\b(?:data\s?sets?|corp(?:us|ora)|(?:training|instruction|this|the) data|data|benchmarks?|code(?:base)?|demo|paper|tokenizer|apis?|images?|dictionar\w+"
    r"|(?:base|original|parent|upstream|teacher|foundation|pre-?trained|underlying) models?|original (?:weights|licen[cs]e)|other models?|website|library|software)\b"
)
OWN = re.compile(r"\b(?:models?|weights?|checkpoints?|loras?|adapters?|merges?|deltas?|parameters|mix)\b")
TOGETHER = re.compile(
    r"\bmodels?\W+(?:and|or|&|/|,)\W+(?:\w+\W+){0,3}(?:data|code|weights)|\b(?:data(?:set)?s?|code),?\W+(?:and|or|&|,)\W+(?:\w+\W+){0,3}(?:models?|weights)"
)
LOWER = re.compile(r"[a-z(\"'’]").match
GOES_ON = re.compile(r"(?![-*•#|]|\(?\w{1,3}[.)]\s|\d+\.)").match  # no item of a list
END = re.compile(r"(?<=[.!?;。！？；])\s+|(?<=[。！？；])")


def find(text: str) -> tuple[Hit, ...]:
    """Find what a licence text restricts: one hit a kind, the first of each."""
    lines = ((number, line) for number, line in enumerate(text[:LONGEST].splitlines(), start=1))
    return _first(hit for number, sentence in _sentences(lines, wrapped=True) for hit in _hits(number, sentence))


def find_in_prose(card: Card) -> tuple[Hit, ...]:
    """Find what the prose of a card restricts, of the model itself: one hit a kind, the first of each."""
    lower = card.content.lower()
    if not any(word in lower for word in GIST):
        return ()
    lines = ((line.number, line.text) for line in card.prose if _speaks(line))
    return _first(
        hit
        for number, sentence in _sentences(lines)
        for hit in _hits(number, sentence, prose=True)
        if hit.kind in PROSE and not is_advice(sentence.lower())
    )


def is_advice(sentence: str) -> bool:
    """Tell whether a sentence (in lower case) recommends rather than binds."""
    return bool(ADVICE.search(sentence)) and not BINDING.search(sentence)


def is_about_other(before: str) -> bool:
    """Tell by the words before a term (in lower case) whether it is of another thing than the model: its data, code, base."""
    if TOGETHER.search(before):
        return False
    others = [found.start() for found in OTHER.finditer(before)]
    own = [found.start() for found in OWN.finditer(OTHER.sub(lambda found: " " * len(found[0]), before))]
    return bool(others) and (not own or others[0] < own[0] or others[-1] > own[-1])


def _speaks(line: Line) -> bool:
    """Tell whether a line can hold a term: not in a section of advice or of other things, and no row of a wide table."""
    return not (line.text.startswith("|") and line.text.count("|") > 4) and not (
        SIDE.search(line.section) and "licen" not in line.section.lower()
    )


def _sentences(lines: Iterable[tuple[int, str]], *, wrapped: bool = False) -> Iterator[tuple[int, str]]:
    """Yield sentences with the line they begin on; a line goes on where the next begins in lower case, or as wrapped text does."""
    first, last, held = 0, -1, ""
    for number, text in lines:
        bare = text.strip()
        if held and number == last + 1 and bare and len(held) < 4000 and (GOES_ON if wrapped else LOWER)(bare):
            held, last = f"{held} {bare}", number
            continue
        yield from _split(first, held)
        first, last, held = number, number, bare
    yield from _split(first, held)


def _split(number: int, text: str) -> Iterator[tuple[int, str]]:
    if text:
        yield from ((number, sentence) for sentence in END.split(text) if sentence)


def _hits(number: int, sentence: str, *, prose: bool = False) -> Iterator[Hit]:
    lower = sentence[:3000].lower()
    likely = [kind for kind, needles in NEEDLES.items() if any(needle in lower for needle in needles)]
    words = LIMITED.sub("", lower.replace("’", "'")) if likely else ""
    for kind in likely:
        found = PATTERNS[kind].search(words)
        if found is None or "if you do not agree" in words or (prose and is_about_other(words[: found.end()])):
            continue
        if kind in ("non-commercial", "research-only") and (PERMITS.search(words) or words.rstrip().endswith("?")):
            continue
        yield Hit(kind, number, sentence.strip()[:QUOTE])


def _first(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    found: dict[str, Hit] = {}
    for hit in hits:
        found.setdefault(hit.kind, hit)
    return tuple(found.values())
