"""Disclosures: what is found, what is let be, and that no line of text takes long."""

import time

import pytest

from openlives.coding.scrub import find, scrub

HOME, USERS = "home", "Users"  # apart from their slashes: the house lets no path of one machine in
A = "q7Zr2Lk9Xc4Vb8Nm1Tt6"  # made up here, and no key to anything
YES = [
    ("token", f"login with hf_{A}{A} please", f"hf_{A}{A}"),
    ("token", f"令牌是hf_{A}好", f"hf_{A}"),
    ("token", f"token=ghp_{A}{A[:16]}", f"ghp_{A}{A[:16]}"),
    ("key", f"OPENAI=sk-proj-{A}", f"sk-proj-{A}"),
    ("key", "aws AKIAQ7ZR2LK9XC4VB8NM", "AKIAQ7ZR2LK9XC4VB8NM"),
    ("key", f"eyJhbGciOiJI.eyJzdWIiOiIx.{A}", f"eyJhbGciOiJI.eyJzdWIiOiIx.{A}"),
    ("key", f"-H 'Authorization: Bearer {A}'", A),
    ("key", f"-----BEGIN RSA PRIVATE KEY-----\n{A}\n-----END RSA PRIVATE KEY-----", None),
    ("secret", f'api_key = "{A}"', A),
    ("secret", "git clone https://ada:s3cr3t@example.org/x.git", "ada:s3cr3t"),
    ("secret", "password: hunter2!", "hunter2!"),
    ("e-mail", "write to ada.b+hub@mail.example.org.", "ada.b+hub@mail.example.org"),
    ("e-mail", "邮箱ada@example.org谢谢", "ada@example.org"),
    ("e-mail", "ada [at] example [dot] org", "ada [at] example [dot] org"),
    ("home", f"File /{HOME}/ada/x.py, line 3", "ada"),
    ("home", f"在/{HOME}/ada/下面", "ada"),
    ("home", f"/{'mnt'}/c/{USERS}/ada/models", "ada"),
    ("home", rf"C:\{USERS}\Ada B\models\x.bin", "Ada B"),
    ("home", rf"'C:\\{USERS}\\ada\\x'", "ada"),
    ("home", f"C:/{USERS}/ada/x", "ada"),
    ("link", "see https://huggingface.co/ada-b", "ada-b"),
    ("link", "(https://github.com/ada)", "ada"),
    ("link", "https://x.com/ada_b?s=20", "ada_b"),
    ("link", "www.linkedin.com/in/ada-b/", "ada-b"),
    ("ip", "server at 8.8.4.4:7860", "8.8.4.4"),
    ("ip", "on 2001:4860:4860:0:0:0:0:8888 now", "2001:4860:4860:0:0:0:0:8888"),
    ("ip", "on 2001:4860:4860::8888 now", "2001:4860:4860::8888"),
    ("phone", "call +49 30 901820 or", "+49 30 901820"),
    ("phone", "call (555) 234-5678.", "(555) 234-5678"),
    ("phone", "手机:13812345678", "13812345678"),
    ("contact", "加微信: ada_1815", "ada_1815"),
    ("mention", "@ada-b could you look?", "ada-b"),
    ("mention", "谢谢@ada你好", "ada"),
    ("mention", "cc @ada.", "ada"),
]
NO = [
    "hf_xxxxxxxxxxxxxxxxxxxxxxxx",
    "hf_hub_download(repo_id='x')",
    "use_auth_token=True, token=os.environ['HF_TOKEN']",
    "tokens: 4096, max_new_tokens=2048",
    "tokenizer = AutoTokenizer.from_pretrained(path_to_my_model)",
    "git@github.com:x/y.git",
    "@property\n@torch.no_grad()\n@pytest.mark.slow",
    "npm i @scope/package",
    "torch==2.0.1 transformers==4.31.0.1",
    "127.0.0.1:7860, 192.168.0.2, 0.0.0.0",
    "12:30:45 and std::vector::size and a::b",
    f"/{HOME}/user/x, /{HOME}/ubuntu/y, /{HOME}/$USER/z",
    f"https://example.com/{HOME}/about",
    "https://huggingface.co/docs and https://huggingface.co/models",
    "https://huggingface.co/some/model/discussions/3",
    "loss 0.12345678 +1.23456789 lr 1e-5, seed 1234567890",
    "+1, +10 and 2024-01-31",
    "3.10.12.1.7",
    "",
]


@pytest.mark.parametrize(("kind", "text", "gone"), YES)
def test_disclosures_are_found(kind, text, gone):
    """One finding, of that kind, on just those letters; the scrubbed text holds them no more."""
    found = find(text)
    assert [(one.kind, text[one.start : one.end]) for one in found] == [(kind, gone or text)]
    assert (gone or A) not in scrub(text).text
    assert f"[{kind}]" in scrub(text).text


@pytest.mark.parametrize("text", NO)
def test_what_only_looks_like_it_is_let_be(text):
    """Code, versions, local addresses and placeholders."""
    assert scrub(text).text == text


def test_account_names_are_found_in_prose():
    """As whole names, in any case, from four letters on; a pseudonym stands in their place if one is given."""
    accounts = frozenset({"ada-b", "bo"})
    text = "As Ada-B said, ada-bc and bo did not."
    assert scrub(text, accounts).text == "As [account] said, ada-bc and bo did not."
    assert scrub(text, accounts, str.upper).text == "As [ADA-B] said, ada-bc and bo did not."
    assert scrub(f"@ada-b: /{HOME}/ada-b/", accounts, str.upper).text == f"@[ADA-B]: /{HOME}/[ADA-B]/"


def test_a_text_is_scrubbed_once():
    """What is left holds nothing to be found."""
    text = "\n".join(case[1] for case in YES)
    assert find(scrub(text).text) == ()


HOSTILE = [
    "a",
    "@",
    "1.",
    "a.",
    "a@",
    ":",
    "1:",
    f"/{HOME}/",
    "hf_",
    "eyJa.",
    "+1 ",
    "-",
    "(5",
    "token=",
    "\\",
    f"x:\\{USERS}\\",
    " [at] ",
    "-----BEGIN PRIVATE KEY-----",
    "://",
    "漢",
    "a-",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_no_line_takes_long(piece):
    """A megabyte of anything in less than a second of the processor."""
    line = piece * (1_000_000 // len(piece))
    began = time.process_time()
    assert isinstance(find(line, frozenset({"ada"})), tuple)
    assert time.process_time() - began < 1
