"""Threads about access: requests that wait, are refused, or are not understood, and ways round a gate (methods, 9).

Written cues in the title and the opening comment decide, and keep to what every engine's regular expressions share.
"""

import re

import narwhals.stable.v2 as nw
import pandas as pd

from openlives.measures.engine import Frame, on_any_engine

NEAR = r"[^.!?\n]{0,40}"
DECIDED = r"(?:grant|approv|pending|reject|denied|deny|denial|declin|refus|revok|awaiting)\w*"
ANYWHERE = (  # in titles and in opening comments
    r"\brequest(?:s|ed|ing)?\b.{0,12}\baccess\b|\baccess\b.{0,4}\brequest",
    rf"\b{DECIDED}\b{NEAR}\baccess\b|\baccess\b{NEAR}\b{DECIDED}\b",
    rf"\b(?:request|application|submission)\b{NEAR}\b{DECIDED}\b",
    rf"\bpermission\b{NEAR}\baccess\b|\b(?:give|grant|let) (?:me|us) (?:have )?access\b",
    r"\bwait\w* (?:for|on) (?:\w+ ){0,2}(?:access|approval)\b",
    r"\bgated (?:repo|access)|\bnot in the authori[sz]ed list\b|\baccess(?:ing)? (?:a |the |this )?gated\b",
    r"(?:申请|等待|拒绝|没有).{0,6}(?:访问|权限|授权|批准|审核|通过)|访问(?:权限|申请|被拒)",
    r"アクセス.{0,6}(?:権|許可|申請|リクエスト|承認|拒否)|承認(?:待ち|され)",
    r"(?:접근|액세스|엑세스).{0,6}(?:권한|승인|요청|거부|허가)",
    rf"\b(?:solicit|permis|aprob|aprov|rechaz|rejeit)\w*{NEAR}\b(?:acceso|acesso)\b",
    rf"\b(?:acceso|acesso)\b{NEAR}\b(?:solicit|permis|aprob|aprov|rechaz|rejeit|negad)",
    rf"\b(?:demand|autoris|refus)\w*{NEAR}\bacc[eè]s\b|\bacc[eè]s\b{NEAR}\b(?:demand|autoris|refus)",
    rf"\b(?:zugriff|zugang)\w*{NEAR}(?:anfrag|genehmig|abgelehnt|verweiger|freigabe|beantrag)",
    r"доступ.{0,30}(?:запрос|отказ|одобр|предостав)|(?:запрос|отказ|одобр|предостав).{0,30}доступ",
)
TITLE = (  # too common in the midst of other matters
    r"\b(?:get|got|gain\w*|give|have|need|want|obtain\w*|receiv\w*|no|without)\b (?:\w+ )?\baccess\b",
    r"^\W*(?:model )?access\W*(?:please|pls|issues?|problems?|needed|req\w*|error)?\W*$",
    rf"\bask\w*\b{NEAR}\baccess\b|\baccess to (?:the )?(?:download|models?|weights|files?|repo)\b|\baccess list\b",
    r"\bgated models?\b",
    rf"\b(?:wait\w*|how long)\b{NEAR}\b(?:access\b|approv)",
)
OTHER = r"(?i)\baccess[ _-]?tokens?\b|\baccess to (?:the )?(?:gpus?|internet|api)\b"  # another kind of access
LEADS_AWAY = r"(?i)huggingface\.co/|hf\.co/|upload|mirror|gated|gat(?:e|ing)\b"  # what is worth a closer look
AROUND = r"(?i)\bre-?upload|\bmirror(?:s|ed)?\b|\b(?:un|non-?)gated\b|\bwithout (?:the |a )?gat(?:e|ing)\b"
PAGE = re.compile(r"(?:huggingface\.co|hf\.co)/([\w.-]+/[\w.-]+)")
SHORTEST = 5  # letters and digits that two names must share to be one


@on_any_engine
def access_threads(openings: Frame) -> Frame:
    """Openings of threads (`thread`, `title`, `body`) that are about access: `thread`."""
    title, body = (_words(nw.col(name)) for name in ("title", "body"))
    about = _any(title, (*ANYWHERE, *TITLE)) | _any(body, ANYWHERE)
    return openings.filter(about).select("thread")


def _words(text: nw.Expr) -> nw.Expr:
    return text.fill_null("").str.replace_all(OTHER, " ")


def _any(text: nw.Expr, cues: tuple[str, ...]) -> nw.Expr:
    return text.str.contains("(?i)" + "|".join(f"(?:{cue})" for cue in cues))


def ways_around(comments: pd.DataFrame) -> pd.Series:
    """Whether each comment (`name` of the model, `body`) points round its gate, to a copy by somebody else.

    It does so in words, or by a link to a page of another owner with the same base name.
    """
    said = comments["body"].str.contains(AROUND)
    linked = [
        any(same_base(name, page) for page in PAGE.findall(body))
        for name, body in zip(comments["name"], comments["body"], strict=True)
    ]
    return said | pd.Series(linked, index=comments.index, dtype=bool)


def same_base(name: str, other: str) -> bool:
    """Tell whether the model of another owner has this model's name, or a longer or shorter form of it."""
    (owner, _, tail), (its_owner, _, its_tail) = name.lower().partition("/"), other.lower().partition("/")
    one, two = sorted((re.sub(r"[^a-z0-9]", "", text) for text in (tail, its_tail)), key=len)
    return owner != its_owner and len(one) >= SHORTEST and one in two
