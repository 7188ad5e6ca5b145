"""How good we are at telling: verdicts against labels that people gave, beside simple rules and people themselves."""
