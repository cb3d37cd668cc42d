"""Counts a text's tokens before it is sent: by the model's own tokenizer, else as an upper bound."""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path

_WORD = re.compile(r"[A-Za-z]+")
_DIGITS = re.compile(r"\d+")
_MARK = re.compile(r"[!-,./:-@\[-`{-~]|-(?![A-Za-z])|\n+")
_BLANK_BEFORE_DIGIT = re.compile(r"[ \t](?=\d)")
_WIDE_BLANK = re.compile(r"[ \t]{3,}")
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_GIBBERISH = re.compile(r"(?i:[bcdfghjklmnpqrstvwxz]{5,}|q[^u])|^[a-z]{0,1}[bcdfghjklmnpqrstvwxz]{4,}")
_CAPITALS = re.compile(r"[A-Z]{2}|[a-z][A-Z]")
_FREQUENT = frozenset(
    ["the", "of", "and", "to", "in", "a", "is", "that", "for", "we", "with", "on", "as", "by"]
)

_WHOLE_WORDS = Path(__file__).with_name("whole_words.txt")
"""File of English words of seven letters or more that are one token in both of OpenAI's public vocabularies."""
_SHORT = 6
_LONG_WORD = 60
_LETTERS, _LETTERS_OF_FOREIGN, _LETTERS_OF_NAME, _LETTERS_OF_CAPITALS = 3, 3, 4, 2
_CODED_SHARE = 0.3
"""Share of capitals among small letters from which a long word counts as a code, not a name."""
_FREQUENT_SHARE = 0.12
_FEW_WORDS = 40
_DIGITS_A_TOKEN = 3
_TWO_BYTES = 0x800


def tokens_at_most(text: str) -> int:
    """Return an upper bound of the text's tokens for today's tokenizers, at most 1.3 times that of an English abstract.

    Short English words and those of a list count one token each, others one per three letters, acronyms one per two, odd
    strings of letters one per letter; a number counts the blank before it as a token. Calibrated on 30 abstracts against
    two public vocabularies (cl100k_base, o200k_base).
    """
    words = Counter(_WORD.findall(text))
    number = words.total()
    frequent = sum(words[word] for word in _FREQUENT)
    is_english = number < _FEW_WORDS or frequent >= _FREQUENT_SHARE * number
    tokens = sum(
        times
        * (_tokens_of if len(word) <= _LONG_WORD else _tokens_of.__wrapped__)(word, is_english=is_english)
        for word, times in words.items()
    )
    tokens += sum(-(-len(digits) // _DIGITS_A_TOKEN) for digits in _DIGITS.findall(text))
    tokens += len(_BLANK_BEFORE_DIGIT.findall(text))
    tokens += len(_MARK.findall(text)) + sum(len(blank) // 2 for blank in _WIDE_BLANK.findall(text))
    if not text.isascii():
        tokens += sum(1 if ord(char) < _TWO_BYTES else len(char.encode()) for char in _FOREIGN.findall(text))
    return tokens + 1  # a blank at the end


@lru_cache(maxsize=16_384)  # of words up to `_LONG_WORD`: a megabyte or two
def _tokens_of(word: str, *, is_english: bool) -> int:
    if is_english and (word.lower() in _whole_words() or (len(word) <= _SHORT and word[1:].islower())):
        return 1
    capitals = sum(letter.isupper() for letter in word)
    if len(word) <= _SHORT and word.isupper():
        letters = _LETTERS_OF_CAPITALS
    elif _GIBBERISH.search(word):
        letters = 1
    elif word.isupper():
        letters = _LETTERS_OF_CAPITALS
    elif len(word) > _SHORT and capitals > _CODED_SHARE * len(word):
        letters = 1
    elif _CAPITALS.search(word):
        letters = _LETTERS_OF_NAME
    else:
        letters = _LETTERS if is_english else _LETTERS_OF_FOREIGN
    return -(-len(word) // letters)


@cache
def _whole_words() -> frozenset[str]:
    return frozenset(_WHOLE_WORDS.read_text(encoding="ascii").split())


@cache
def tiktoken_counter(model: str) -> Callable[[str], int] | None:
    """Return the tokenizer of an OpenAI model if tiktoken and its vocabulary are on this machine, else None."""
    try:
        import tiktoken
        from tiktoken.model import encoding_name_for_model
    except ImportError:
        return None
    try:
        name = encoding_name_for_model(model)
    except KeyError:
        name = "o200k_base"
    if not _is_cached(name):
        return None
    encoding = tiktoken.get_encoding(name)
    return lambda text: len(encoding.encode(text, disallowed_special=()))


def _is_cached(name: str) -> bool:
    """Return whether tiktoken would find the vocabulary in its cache folder (TIKTOKEN_CACHE_DIR, or its usual place)."""
    import os
    from hashlib import sha1
    from tempfile import gettempdir

    named = os.environ.get("TIKTOKEN_CACHE_DIR", os.environ.get("DATA_GYM_CACHE_DIR"))
    if named == "":  # no cache at all, as tiktoken understands it
        return False
    folder = named or Path(gettempdir()) / "data-gym-cache"
    address = f"https://openaipublic.blob.core.windows.net/encodings/{name}.tiktoken"
    return (Path(folder) / sha1(address.encode(), usedforsecurity=False).hexdigest()).is_file()
