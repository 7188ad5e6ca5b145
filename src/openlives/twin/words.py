"""What things are called in the made-up world, and what is said there; `{}` is the name of the model."""

MARK = "(made-up world)"
HIDDEN = "This comment has been hidden"  # what the Hub itself puts in the place of a hidden text

FIRST_NAMES = (
    "ada",
    "bea",
    "cyr",
    "dov",
    "eli",
    "fay",
    "gus",
    "hal",
    "ida",
    "jon",
    "kit",
    "lea",
    "max",
    "nia",
    "pia",
    "ray",
    "sol",
    "tam",
    "uma",
    "zoe",
)
PLACES = ("harbour", "orchard", "quarry", "loom", "kiln", "lighthouse", "mill", "forge")
TITLES = (
    "How much memory does {} need?",
    "{} does not load",
    "Which prompt format?",
    "Thank you for {}!",
    "Licence of {}?",
    "Training data of {}",
    "Wrong end token",
    "Smaller files for {}?",
    "Results differ from the card",
    "Can {} be fine-tuned?",
    "Please update the card",
    "Error on two cards",
)
CHANGES = ("Update README.md of {}", "Fix the tokenizer of {}", "Add an example to {}", "Correct the licence of {}")
SAYINGS = (
    "I tried {} today, and it answers in rhymes.",
    "Has anybody got {} to run on a small machine?",
    "The same here, after the update.",
    "It works now, thank you.",
    "Which version did you use with {}?",
    "Could the card say what {} was trained on?",
    "I would like to use {} in class. May I?",
    "We will look into it.",
    "The output stops in the middle of a word.",
    "See the notes in the card of {}.",
    "It needs less memory with shorter texts.",
    "Beautiful work!",
    "My results with {} are worse than those of the card.",
    "Try it with a lower temperature.",
    "Is there a smaller one than {}?",
    "Closing, since it was answered.",
)
ERRANDS = {  # title, text, and whether it is a pull request; only numbers, links and the model's name ever differ
    "SFconvertbot": (f"Adding `safetensors` variant of this model {MARK}", f"Converted by a machine. {MARK}", True),
    "librarian-bot": (f"Librarian Bot: Add metadata {MARK}", f"This adds metadata to the card. {MARK}", True),
    "made-up-repeater": (
        f"Score no. {{1}} {MARK}",
        f"{{0}} scored {{1}}. See https://score.example/{{1}} {MARK}",
        False,
    ),
}
