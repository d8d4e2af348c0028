"""Every word for people is read: none blames, cheers, ranks or scores them (R29, R49)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

import polib
import pytest

from tests.structure.repository import SOURCES

FRENCH, ENGLISH = "fr", "en"

# By what they would do to whoever reads them.
UNKIND: Mapping[str, Mapping[str, str]] = {
    FRENCH: {
        "blaming": r"échecs?|échou\w+|raté\w*|mauvais\w*|fautes?|fauti\w+|coupables?|torts?|reproch\w+|déce(?:v|pt)\w+"
        r"|déçu\w*|médiocr\w+|insuffisan\w+|pires?|incompéten\w+|négligen\w+|blâm\w+|honte\w*|hélas|malheureus\w+",
        "cheering": r"félicit\w+|bravo|champion\w*|superbes?|génial\w*|excellent\w*|victoires?|triomph\w+|bien joué"
        r"|exploits?|fiers? de vous",
        "ranking": r"classement\w*|classée?s?|palmarès|podium|meilleurs? (?:taux|scores?|donneur\w*|receveur\w*)"
        r"|top \d+|médailles?|trophées?|concours|en tête d\w+|devanc\w+",
        "scoring": r"scores?|points?|badges?|taux de (?:réussite|succès)|performan\w+|récompens\w+|niveau \d+"
        r"|série de (?:victoires|réussites|jours)",
    },
    ENGLISH: {
        "blaming": r"fail\w*|bad(?:ly)?|faults?|faulty|blam\w+|guilt\w*|poor(?:ly)?|worse|worst|disappoint\w*|mediocre"
        r"|incompeten\w+|careless\w*|neglig\w+|asham\w+|unfortunately|alas",
        "cheering": r"congratulat\w+|well done|bravo|champions?|awesome|amazing|excellent|superb|great|triumph\w*"
        r"|good job|hurray|proud of you",
        "ranking": r"ranks?|ranking\w*|ranked|leaderboards?|podium|best (?:rates?|scores?|givers?|receivers?)|top \d+"
        r"|medals?|trophy|trophies|ahead of (?:others|you)",
        "scoring": r"scores?|points?|badges?|success rates?|rewards?|rewarded|level \d+|winning|streaks?",
    },
}
_PLACE = re.compile(r"%\(\w+\)[sd]")  # what stands there instead is not read
EXCLAIMING = r"(?<![<{%!])!(?![=\[\-])"

_SOLIDITY = "R30: how solid a relationship is, out of 100 and explained; nobody earns any by sending"
_GOOD_TURNS = "R24: good turns both ways, by which a member's own book proposes whom to send a card"
_WELCOME = "good and other news are equally welcome"
_NOBODY = "it says that nobody is at fault"
_OTHER = "the word in another sense"

# Every text that may hold such a word, by its English: why, and the only places that may say it.
_BOND, _ASKING = "web/templates/bonds/part.html", "web/templates/asking/show.html"
ALLOWED: Mapping[str, tuple[str, frozenset[str]]] = {
    english: (why, frozenset(f"entremise/{place}" for place in places))
    for why, english, places in (
        (_GOOD_TURNS, "%(count)d point", ("web/attention_words.py",)),
        (
            _GOOD_TURNS,
            "Good turns, both ways, never money: ten points for each recommendation they brought you, five for each "
            "work you delivered and for their satisfaction, four for every other good turn, whoever did it. They come "
            "from what you remembered with each contact.",
            ("web/templates/attentions/cards.html",),
        ),
        (_SOLIDITY, "%(number)d point of solidity", ("web/need_permissions.py",)),
        (_SOLIDITY, "(+%(count)s point)", (_BOND,)),
        (_SOLIDITY, "Points", (_BOND,)),
        (_SOLIDITY, "of 100 points", (_BOND,)),
        (_SOLIDITY, "Where these points come from", (_BOND,)),
        (
            _SOLIDITY,
            "The line marks 60: from there on a relationship is solid. More of anything good never takes a point away; "
            "a long silence does.",
            (_BOND,),
        ),
        (
            _SOLIDITY,
            "The relationship has %(points)d of 100 points today; it is solid from %(bar)d.",
            ("web/asking_words.py",),
        ),
        (
            _SOLIDITY,
            "You delivered work that they found good, and the relationship is solid: %(points)s of 100 points.",
            (_ASKING,),
        ),
        (
            _SOLIDITY,
            "You know this person better than any score does. It is possible once for each person, ever, and it is "
            "remembered.",
            ("web/templates/asking/overrule.html",),
        ),
        (
            _WELCOME,
            "A line is enough, good or bad: it shows that the lead was looked into.",
            ("web/lead_pages.py",),
        ),
        (
            _WELCOME,
            "A line is enough, good or bad: it shows that the recommendation was taken care of.",
            ("web/sayings.py",),
        ),
        (
            _WELCOME,
            "News to %(giver)s, good or bad.",
            ("web/templates/mail/referral/said/introduction_receiver.txt",),
        ),
        (
            _NOBODY,
            "This stays between you. Nobody is at fault: a frank no leaves the door open.",
            ("web/templates/mail/referral/said/told_no.txt",),
        ),
        (
            _NOBODY,
            "A recommendation that comes to nothing is not a fault: it measures something. Note those you have "
            "received, as far back as you remember, and how they ended; this page shows what they tell.",
            ("web/templates/learning/hub.html",),
        ),
        (
            _OTHER,  # a slip of the fingers
            "It may have been mistyped, or what was here has gone. Nobody did anything wrong.",
            ("web/templates/404.html",),
        ),
        (
            _OTHER,  # an address that is somebody else's
            "The message came to the wrong address, or to somebody of the same name. Saying so is no answer: it "
            "decides nothing for the person who was meant.",
            ("web/templates/repairs/not_them.html",),
        ),
        (
            _OTHER,  # to what extent
            "The same people are in several address books. How often can only be counted in books whose owners agree. "
            "Yours is not counted unless you say so.",
            ("web/templates/moi/sphere.html",),
        ),
        (
            "R1: what a giver risks who hardly knows somebody, said before",
            "What they do, well or badly, will be remembered as your recommendation.",
            ("web/need_forms.py",),
        ),
        (
            "R1: what a giver risks who hardly knows somebody, said before",
            "You hardly know %(receiver)s. What they do, well or badly, will be remembered as your recommendation.",
            ("web/need_words.py",),
        ),
        (
            _OTHER,  # to point at
            "Without anybody's name. Because a rare trade points at few people, the region will be named, not the "
            "town.",
            ("web/need_choosing.py",),
        ),
        (_OTHER, "“%(words)s” points at %(person)s.", ("web/need_words.py",)),
    )
}

# Said to whoever runs the program, about the program.
_OF_THE_PROGRAM = ("entremise/cli/", "entremise/demo/", "entremise/config/")
_NOT_YOURS = {"500.html": {"blaming: fault", "blaming: faute"}}  # "it is not your fault"


def _unkind(text: str, language: str) -> Iterator[str]:
    text = _PLACE.sub("", text)
    for kind, words in UNKIND[language].items():
        for found in re.finditer(rf"(?<![\w’-])(?:{words})(?![\w])", text, re.IGNORECASE):
            yield f"{kind}: {found[0]}"
    if re.search(EXCLAIMING, text):
        yield "cheering: !"


def _texts(entry: polib.POEntry, language: str) -> list[str]:
    if language == ENGLISH:
        return [entry.msgid, entry.msgid_plural]
    return [entry.msgstr, *entry.msgstr_plural.values()]


def _places(entry: polib.POEntry) -> frozenset[str]:
    return frozenset(place for place, _line in entry.occurrences)


@cache
def _entries() -> tuple[polib.POEntry, ...]:
    """Every text of the catalogues for people who send and receive."""
    paths = [SOURCES / "locale" / locale / "LC_MESSAGES" / "django.po" for locale in ("fr", "fr_CA")]
    every = [entry for path in paths for entry in polib.pofile(str(path))]
    return tuple(one for one in every if not one.obsolete and not (one.occurrences and _of_the_program(one)))


def _of_the_program(entry: polib.POEntry) -> bool:
    return all(place.startswith(_OF_THE_PROGRAM) for place in _places(entry))


def _faults(entry: polib.POEntry) -> list[str]:
    said = [(text, language) for language in (ENGLISH, FRENCH) for text in _texts(entry, language)]
    return [f"{fault}, in: {text}" for text, language in said for fault in _unkind(text, language)]


def test_r29_r49_no_word_blames_cheers_ranks_or_scores() -> None:
    assert len(_entries()) > 1000
    unkind = [fault for entry in _entries() if entry.msgid not in ALLOWED for fault in _faults(entry)]
    assert not unkind, "\n".join(unkind)


@pytest.mark.parametrize("english", ALLOWED)
def test_a_text_that_is_let_through_needs_it_and_is_said_in_one_place_only(english: str) -> None:
    found = [entry for entry in _entries() if entry.msgid == english]
    assert any(_faults(entry) for entry in found)
    assert frozenset().union(*(_places(entry) for entry in found)) == ALLOWED[english][1]


# What people read in a template stands in the catalogue; what is left are names, signs and numbers.
_MARKUP = re.compile(
    r"{%\s*(comment|blocktranslate).*?end\1\s*%}|{#.*?#}|<(script|style).*?</\2>|{%.*?%}|{{.*?}}|<!--.*?-->|<[^>]*>",
    re.DOTALL,
)


def test_r29_r49_nor_does_a_template_by_itself() -> None:
    pages = [path for path in (SOURCES / "web" / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    assert pages
    for page in pages:
        plain = _MARKUP.sub(" ", page.read_text(encoding="utf-8"))
        found = {*_unkind(plain, ENGLISH), *_unkind(plain, FRENCH)}
        assert found <= _NOT_YOURS.get(page.name, set()), page


@pytest.mark.parametrize(
    ("planted", "language"),
    [
        ("Votre troisième échec de suite.", FRENCH),
        ("Ce client a eu tort.", FRENCH),
        ("Hélène vous a recommandé à une mauvaise personne.", FRENCH),
        ("Félicitations, 12 recommandations envoyées.", FRENCH),
        ("Vous êtes en tête du classement.", FRENCH),
        ("Votre score : 8.", FRENCH),
        ("Le meilleur taux du groupe", FRENCH),
        ("Vous gagnez 10 points par envoi.", FRENCH),
        ("Continuez comme ça !", FRENCH),
        ("Three failures in a row.", ENGLISH),
        ("It was the giver's fault.", ENGLISH),
        ("A bad month.", ENGLISH),
        ("Congratulations, that is your best rate yet.", ENGLISH),
        ("You rank second.", ENGLISH),
        ("You earned 3 points.", ENGLISH),
        ("Keep going!", ENGLISH),
    ],
)
def test_an_unkind_word_is_found(planted: str, language: str) -> None:
    assert list(_unkind(planted, language))


@pytest.mark.parametrize(
    ("kind", "language"),
    [
        ("À quel moment est-ce devenu clair ?", FRENCH),
        ("Trois réponses, c’est trop peu pour conclure.", FRENCH),
        ("What would have made it clearer?", ENGLISH),
        ("Three answers are too few to conclude.", ENGLISH),
    ],
)
def test_a_kind_word_passes(kind: str, language: str) -> None:
    assert not list(_unkind(kind, language))
