"""Whether the code that trained the model can be had."""

import re

from openlives.governance.evidence import Dossier, Evidence, Finding
from openlives.governance.passages import cue, evidence_of, has_text, said
from openlives.governance.probes.probe import Probe

SCRIPT = re.compile(
    r"(?:^|/)[\w.-]{0,120}?(?:pre-?train|train|finetune|fine[_-]tune|sft|dpo|ppo|rlhf)[\w.-]{0,120}\.(?:py|sh|ipynb|ya?ml|toml|slurm|sbatch)$",
    re.IGNORECASE,
)
RECIPES = re.compile(
    r"(?:^|/)(?:train(?:ing)?|pre-?train(?:ing)?|recipes?)/[\w./-]{1,200}\.(?:py|sh|ya?ml|toml|json)$", re.IGNORECASE
)
NOT_TRAINING = re.compile(
    r"eval|inference|test|benchmark|tokenizer|constrain|finetun|fine[_-]tun|lora|ptuning|example", re.IGNORECASE
)
SAYS = cue(
    r"(?:pre-?|re-?)?training (?:code(?:base)?s?\b(?! ?(?:data|models?|tokens?|corpus))|scripts?|recipes?|notebooks?|config\w* files?|repository|commands?)"
    r"|code (?:for|to|used (?:for|to)|that) (?:\w+ ){0,2}(?:pre-?|re-?)?train"
    r"|\b(?:pre-?|re-?)?(?:train|training|reproduc(?:e|ing)|replicat(?:e|ing))\b[^.]{0,40}\b(?:code(?! ?(?:data|models?|language|tokens?|generation|llms?|instruct|commits?))|scripts?|recipes?|notebook|codebase)\b"
    r"|(?:steps|how|code|scripts?|details|instructions|guide)[^.]{0,20} (?:to|for|on) (?:reproduc|replicat)\w+"
    r"|to (?:reproduce|replicate) (?:the |our )?(?:training|model|results)|reproducing \w+|训练代码|学習コード",
    "train",
    "reproduc",
    "replicat",
    "训练",
    "学習",
)
RUN = cue(r"(?:torchrun|deepspeed|accelerate launch|python3?|bash|sbatch|sh)\s+\S*train\S*", "train")
DENIED = cue(
    r"custom training (?:libraries|code)|(?:not|n't|no plans to) (?:\w+ ){0,3}(?:releas|shar|open)\w* (?:\w+ ){0,3}training code|\[ \][^.]*(?:train|code)|(?:code|scripts?)[^.]{0,30}(?:coming soon|will be released)",
    "train",
    "code",
    "script",
)


def scripts(dossier: Dossier) -> list[tuple[str, Evidence]]:
    """Name the files of linked repositories, and of the model's own, that look like training."""
    found = [
        (file, Evidence(f"repository {repository.name}: files", file, repository.revision, repository.seen))
        for repository in dossier.repositories
        for file in repository.files or ()
        if (SCRIPT.search(file) or RECIPES.search(file)) and not NOT_TRAINING.search(file)
    ]
    own = [file for file in dossier.files or () if SCRIPT.search(file) and not NOT_TRAINING.search(file)]
    return found + [(file, dossier.at("files", file)) for file in own]


def observe(dossier: Dossier) -> Finding:
    """Look for training code among the files and in the text: both is `yes`, one of them `partial`."""
    files = scripts(dossier)
    told = [p for p in said(dossier, SAYS) if not DENIED.search(p.low)] + said(dossier, RUN, code=True, aside=True)
    denied = said(dossier, DENIED)
    evidence = (*(evidence for _, evidence in files[:3]), *evidence_of(told, 3))
    value = tuple(file for file, _ in files[:10])
    if files and told:
        return Finding(
            "training_code",
            "yes",
            "training code lies among its files, and the text says how to run it",
            evidence,
            value,
        )
    if told and not denied:
        return Finding(
            "training_code", "yes" if len(told) > 1 else "partial", "the text speaks of training code", evidence, value
        )
    if files:
        return Finding(
            "training_code",
            "partial",
            "some files look like training code, but the text does not speak of it",
            evidence,
            value,
        )
    if denied:
        return Finding(
            "training_code", "no", "says that its training code is kept, or still to come", evidence_of(denied)
        )
    if has_text(dossier) or dossier.files is not None:
        return Finding("training_code", "no", "no training code was seen among its files or in its text")
    return Finding("training_code", "unknown", "neither files nor text were seen")


PROBE = Probe(
    name="training_code",
    looks_for="training scripts among the files, and a text that says how to train or reproduce",
    why="Without the code nobody can rebuild a model. Code for inference, tests, or tuning it further is not it.",
    source="OSAID 1.0, Code; §3.2",
    observe=observe,
)
