"""What Typer says of a mistyped command line, as sentences that can be said in other languages."""

from __future__ import annotations

import re
from typing import Final

import typer

from qaudit.model.language import Said, message, places, said

# The forms that Typer's own sentences have, and what is said for each; any other is told as it is.
_FORMS: Final = {
    "Missing command": message("Missing command"),
    "Missing argument {name}": message("Missing argument {name}"),
    "Missing option {name}": message("Missing option {name}"),
    "No such command {name}": message("No such command {name}"),
    "No such option: {name} (Possible options: {names})": message("No such option: {name}; perhaps {names}"),
    "No such option: {name}": message("No such option: {name}"),
    "Option {name} requires an argument": message("Option {name} needs a value"),
    "Option {name} does not take a value": message("Option {name} does not take a value"),
    "Got unexpected extra argument(s) ({names})": message("More arguments than it takes: {names}"),
    "Invalid value for {name}: {reason}": message("Invalid value for {name}: {reason}"),
    "Input should be a valid integer, unable to parse string as an integer": message("it must be a whole number"),
    "Input should be a valid number, unable to parse string as a number": message("it must be a number"),
    "Input should be greater than or equal to {least}": message("it must be {least} or more"),
}


def usage_sentence(error: typer.TyperException) -> str:
    """What is wrong with a command line, and where its usage is told."""
    context = getattr(error, "ctx", None)
    text = " ".join(error.format_message().split()).rstrip(".")
    command = context.command_path if context else "qaudit"
    return said("{problem} ({way_out})", problem=sentence_of(text), way_out=said("see {command} --help", command=command))


def sentence_of(text: str) -> str:
    """A text of Typer as the sentence whose form it has."""
    for form, sentence in _FORMS.items():
        pattern = re.escape(form)
        for name in places(form):
            pattern = pattern.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>.+?)")
        if found := re.fullmatch(pattern, text, re.DOTALL):
            values = found.groupdict()
            return Said(sentence, values | {"reason": sentence_of(values["reason"])} if "reason" in values else values)
    return text
