"""The patterns of `scrub`: what discloses a secret or a person, in the order in which they claim their letters.

The last group of a pattern is what must go, and the doubt is a test of that text which may still say no.
"""

import re
import tomllib
from collections.abc import Callable
from importlib import resources
from typing import NamedTuple

ACCOUNT = 4  # letters of a name from which on it is looked for in prose
NAMED = frozenset({"mention", "account", "home", "link"})  # kinds that name a person
ACCOUNTS = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9][A-Za-z0-9._-]{1,95}")
_WORDS = tomllib.loads(resources.files("openlives.coding").joinpath("disclosures.toml").read_text(encoding="utf-8"))
EVERYBODY, DECORATORS, PAGES = (frozenset(_WORDS[kind]) for kind in ("everybody", "decorators", "pages"))
SITES = (
    r"(?:huggingface\.co|hf\.co|github\.com|gitlab\.com|kaggle\.com|twitter\.com|x\.com|instagram\.com|facebook\.com"
    r"|t\.me|youtube\.com|medium\.com|tiktok\.com|ko-fi\.com|patreon\.com|civitai\.com/user|linkedin\.com/in"
    r"|reddit\.com/u(?:ser)?|bsky\.app/profile|orcid\.org)"
)


def _any(_: str) -> bool:
    return True


def _varied(text: str) -> bool:
    return len({*text.lower().rpartition("_")[2]}) > 4  # hf_xxxxxxxx is nobody's


def _secret(text: str) -> bool:
    return _varied(text) and any(letter.isdigit() for letter in text) and any(letter.isalpha() for letter in text)


def _password(text: str) -> bool:
    return any(not letter.isalpha() for letter in text) and len({*text}) > 2


def _somebody(text: str) -> bool:
    return text.strip().lower() not in EVERYBODY


def _page_of_somebody(text: str) -> bool:
    return text.lower().lstrip("@") not in PAGES


def _mentioned(text: str) -> bool:
    return text.lower() not in DECORATORS


def _address(text: str) -> bool:
    return not text.startswith("git@")


def _phone(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return 8 <= digits <= 15 and re.fullmatch(r"\+?[0-9]+\.[0-9]+", text) is None


TOKENS = (
    r"hf_[A-Za-z0-9]{16,200}|api_org_[A-Za-z0-9]{16,200}",
    r"gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_-]{20,255}",
)
KEYS = (
    r"(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[0-9A-Za-z_-]{35}|ya29\.[0-9A-Za-z_-]{20,400}",
    r"sk-(?:proj-|ant-|or-)?[A-Za-z0-9_-]{20,250}|xox[abeprs]-[A-Za-z0-9-]{10,250}|(?:r8|npm|pypi)[_-][A-Za-z0-9_-]{30,250}",
    r"eyJ[A-Za-z0-9_-]{8,2000}\.eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{5,2000}",
)
START, STOP = r"(?<![A-Za-z0-9_-])(", r")(?![A-Za-z0-9])"
SPOKEN = r"(?i)(?:passw(?:or)?d|passphrase|密码)[\"']?\s{0,3}[=:：]\s{0,3}[\"']?([^\s\"'`,;<>()\[\]{}]{6,100})"
MAIL = (
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}(?:@|\s?[\[(]at[\])]\s?)"
    r"(?:[A-Za-z0-9-]{1,63}(?:\.|\s?[\[(]dot[\])]\s?)){1,6}[A-Za-z]{2,24}(?![A-Za-z0-9])"
)
UNIX = r"(?<![A-Za-z0-9_./])(?:[A-Za-z]:)?/(?:[\w-]{1,30}/){0,3}(?:home|[Uu]sers)/([^\s/\\:*?\"'<>|$(){}\[\],;]{1,40})"
WINDOWS = r"(?i)(?<![a-z])[a-z]:\\{1,2}users\\{1,2}([^\\/:*?\"'<>|\[\]\r\n]{1,40}(?=\\)|[^\s\\/:*?\"'<>|\[\]]{1,40})"
MENTION = r"(?<![A-Za-z0-9_@/.`\]])@([A-Za-z0-9](?:[A-Za-z0-9_-]{0,94}[A-Za-z0-9])?)(?![A-Za-z0-9_/(]|\.\w{1,40}\()"


class Pattern(NamedTuple):
    """A kind, the cues without one of which (in lower case) it is not looked for, the pattern, and the doubt."""

    kind: str
    cues: tuple[str, ...]
    pattern: re.Pattern[str]
    doubt: Callable[[str], bool]


def _of(kind: str, cues: str, pattern: str, doubt: Callable[[str], bool] = _any) -> Pattern:
    return Pattern(kind, tuple(cues.split()), re.compile(pattern), doubt)


PATTERNS = (
    _of(
        "key",
        "-----begin",
        r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[^-]{0,16000}(?:-----END [A-Z ]{0,30}-----)?",
    ),
    _of("token", "hf_ api_org_ gh glpat-", START + "|".join(TOKENS) + STOP, _varied),
    _of("key", "akia asia aiza ya29. sk- xox r8 npm pypi eyj", START + "|".join(KEYS) + STOP, _varied),
    _of("key", "bearer", r"(?i)(?<![a-z])bearer\s{1,3}([a-z0-9._~+/=-]{16,400})", _secret),
    _of("secret", "://", r"(?<=://)([^\s/:@]{1,64}:[^\s/:@]{1,128})(?=@)"),
    _of(
        "secret",
        "api access secret token",
        r"(?i)(?:api[_-]?key|access[_-]?key|secret|token)[\"']?\s{0,3}[=:]\s{0,3}[\"']?([a-z0-9_+/=.-]{16,200})",
        _secret,
    ),
    _of("secret", "passw passphrase 密码", SPOKEN, _password),
    _of("e-mail", "@ [at] (at)", MAIL, _address),
    _of("home", "home/ users/", UNIX, _somebody),
    _of("home", "users\\", WINDOWS, _somebody),
    _of(
        "link",
        ".c .me .a .org",
        rf"(?i)(?<![a-z0-9-]){SITES}/(@?[a-z0-9][a-z0-9._-]{{0,38}}[a-z0-9])/?(?![/a-z0-9_-])",
        _page_of_somebody,
    ),
    _of("link", "discord", r"(?i)(?<![a-z0-9-])discord(?:\.gg|\.com/users|app\.com/users)/([a-z0-9]{2,40})"),
    _of("mention", "@", MENTION, _mentioned),
    _of(
        "phone",
        "+",
        r"(?<![A-Za-z0-9_+.])(\+[1-9][0-9]{0,2}(?:[ .-]?\(?[0-9]{1,4}\)?){2,6})(?![A-Za-z0-9_])",
        _phone,
    ),
    _of(
        "phone",
        "- .",
        r"(?<![A-Za-z0-9_(+.-])(\(?[2-9][0-9]{2}\)?[ .-][0-9]{3}[.-][0-9]{4})(?![A-Za-z0-9_-])",
        _phone,
    ),
    _of(
        "phone",
        "phone tel mobile whatsapp 电话 手机 電話",
        r"(?i)(?:\bphone|\btel|\bmobile|\bwhatsapp|电话|手机|電話)\s?[:：.]?\s{0,2}(\+?[0-9][0-9 ().-]{6,20}[0-9])",
        _phone,
    ),
    _of(
        "contact",
        "wechat weixin 微信 qq",
        r"(?i)(?:\bwechat|\bweixin|微信|\bqq)\s?号?\s?[:：]\s?([a-z0-9_-]{5,30})",
    ),
)
