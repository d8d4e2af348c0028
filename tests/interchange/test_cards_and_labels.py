"""Cards, envelopes and labels as a printer gets them (R24): measured on the finished PDF."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PageObject, PdfReader

from entremise.interchange import cards, labels
from entremise.lib.paper import DoesNotFit, Face, width

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
POINT = 25.4 / 72
INES = ("Inès Morel", "12 rue Mercière", "69002 LYON")
LONG = (
    "Maximilienne-Alexandrine de La Rochefoucauld-Montbazon de Saint-Exupéry",
    "Société anonyme des établissements réunis de chauffage et de ventilation du Sud-Est",
    "Résidence des Hauts de Bellevue, bâtiment C, escalier 4, appartement 1203",
    "1289 avenue du Maréchal-de-Lattre-de-Tassigny prolongée",
    "73100 AIX-LES-BAINS CEDEX",
    "ROYAUME-UNI",
)
Drawn = tuple[str, float, float, float]


def _drawn(page: PageObject) -> list[Drawn]:
    """Every line on a page: its text, the left end of its baseline in millimetres from the upper left, its size."""
    found: list[Drawn] = []
    height = float(page.mediabox.height) * POINT

    def see(text: str, _cm: object, tm: list[float], _font: object, size: float) -> None:
        if text.strip():
            found.append((text.strip(), tm[4] * POINT, height - tm[5] * POINT, size))

    page.extract_text(visitor_text=see)
    return found


def _pages(content: bytes) -> list[PageObject]:
    return list(PdfReader(BytesIO(content)).pages)


def _size(page: PageObject) -> tuple[float, float]:
    return round(float(page.mediabox.width) * POINT, 1), round(float(page.mediabox.height) * POINT, 1)


def _labels(addresses: list[tuple[str, ...]], *, sheet: str = "L7160", first: int = 1) -> list[PageObject]:
    made = labels.labels(addresses, sheet=labels.SHEETS[sheet], first=first, title="x", at=AT, language="fr")
    return _pages(made)


def test_r24_the_sheets_have_the_measures_of_their_maker() -> None:
    small, large = labels.SHEETS["L7160"], labels.SHEETS["L7163"]
    assert (small.columns, small.rows, small.width, small.height, small.count) == (3, 7, 63.5, 38.1, 21)
    assert (large.columns, large.rows, large.width, large.height, large.count) == (2, 7, 99.1, 38.1, 14)
    for sheet in (small, large):
        right = 210 - (sheet.left + (sheet.columns - 1) * sheet.across + sheet.width)
        bottom = 297 - (sheet.top + (sheet.rows - 1) * sheet.down + sheet.height)
        assert right == pytest.approx(sheet.left, abs=0.05)
        assert bottom == pytest.approx(sheet.top, abs=0.05)


@pytest.mark.parametrize("name", ["L7160", "L7163"])
def test_r24_every_line_of_every_label_stays_inside_its_label(name: str) -> None:
    sheet = labels.SHEETS[name]
    people = [LONG if n % 2 else (f"Personne {n}", *INES[1:]) for n in range(sheet.count)]
    (page,) = _labels(people, sheet=name)
    assert _size(page) == (210, 297)
    lines = _drawn(page)
    at = 0
    for position, address in enumerate(people):
        x, y = sheet.corner(position)
        words = ""
        while words.replace(" ", "").replace("-", "") != "".join(address).replace(" ", "").replace("-", ""):
            text, left, base, size = lines[at]
            at, words = at + 1, words + text
            assert x + 3 <= left
            assert left + width(text, face=Face.PLAIN, size=size) <= x + sheet.width - 3
            assert y + 3 <= base - size * POINT * 0.75
            assert base + size * POINT * 0.25 <= y + sheet.height - 3
    assert at == len(lines)


def test_a_short_address_is_large_and_stands_in_the_middle_of_its_label() -> None:
    lines = _drawn(_labels([INES])[0])
    assert [text for text, *_where in lines] == list(INES)
    assert {size for *_where, size in lines} == {12}
    tops, bottoms = lines[0][2] - 12 * POINT * 0.7, lines[-1][2]
    assert (tops + bottoms) / 2 == pytest.approx(15.15 + 38.1 / 2, abs=0.2)


def test_a_name_that_is_a_little_long_is_set_smaller_before_it_is_broken() -> None:
    name = "Anne-Charlotte de Villeneuve-Bargemont"
    lines = _drawn(_labels([(name, *INES[1:])])[0])
    assert lines[0][0] == name
    assert 8 <= lines[0][3] < 12


def test_r24_a_used_sheet_begins_at_its_first_free_label_and_goes_on_on_the_next() -> None:
    sheet = labels.SHEETS["L7160"]
    pages = _labels([INES] * 3, first=20)
    assert len(pages) == 2
    first = [line for line in _drawn(pages[0]) if line[0] == "Inès Morel"]
    assert [round(line[1] - sheet.corner(position)[0], 1) for line, position in zip(first, (19, 20), strict=True)] == [
        3.5,
        3.5,
    ]
    assert _drawn(pages[1])[0][1] == pytest.approx(sheet.left + 3.5, abs=0.05)


@pytest.mark.parametrize("first", [0, 22, -3])
def test_a_label_that_the_sheet_does_not_have_is_refused(first: int) -> None:
    with pytest.raises(labels.OutOfSheet) as told:
        _labels([INES], first=first)
    assert told.value.count == 21


def _cards(words: list[str], *, layout: str = "a6", blank_backs: bool = False) -> list[PageObject]:
    made = cards.cards(
        words, layout=cards.LAYOUTS[layout], blank_backs=blank_backs, title="Cartes", at=AT, language="fr"
    )
    return _pages(made)


WORDS = "Chère {prénom},\n\nMerci pour cette année : « trois » recommandations, et nos déjeuners."


@pytest.mark.parametrize(("layout", "size"), [("a6", (148, 105)), ("folded", (297, 210))])
def test_r24_a_card_has_its_format_ones_own_words_and_a_blank_back(layout: str, size: tuple[float, float]) -> None:
    words = [cards.addressed(WORDS, first_name=name) for name in ("Inès", "Zoë")]
    pages = _cards(words, layout=layout, blank_backs=True)
    assert [_size(page) for page in pages] == [size] * 4
    assert "Chère Inès," in pages[0].extract_text()
    assert "Chère Zoë," in pages[2].extract_text()
    assert [page.extract_text().strip() for page in (pages[1], pages[3])] == ["", ""]
    assert len(_cards(words, layout=layout)) == 2


@pytest.mark.parametrize("layout", ["a6", "folded"])
def test_r24_words_stay_far_from_every_edge_and_fold_with_room_to_sign(layout: str) -> None:
    made = cards.LAYOUTS[layout]
    for line in _drawn(_cards(["Très long mais encore possible. " * 12], layout=layout)[0]):
        text, left, base, size = line
        right = left + width(text, face=Face.WORDS, size=size)
        assert left >= (made.fold or 0) + 11
        assert right <= made.page[0] - 11
        assert 11 <= base <= made.page[1] - 11 - made.signed


def test_words_that_are_too_long_for_the_card_are_refused_with_by_how_much() -> None:
    with pytest.raises(DoesNotFit) as told:
        cards.set_words("Une ligne.\n" * 40, layout=cards.LAYOUTS["a6"])
    assert told.value.lines_over >= 10


@pytest.mark.parametrize("place", cards.PLACES)
def test_the_first_name_comes_where_the_words_leave_a_place_for_it(place: str) -> None:
    assert cards.addressed(f"Cher {place}, oui {place}", first_name="Marc") == "Cher Marc, oui Marc"


@pytest.mark.parametrize(("layout", "size"), [("a6", (162, 114)), ("folded", (229, 162))])
def test_r24_an_envelope_has_the_sender_above_and_the_address_where_the_post_looks(
    layout: str, size: tuple[float, float]
) -> None:
    made = cards.envelopes(
        [INES, LONG], layout=cards.LAYOUTS[layout], sender=("Hélène", "69001 LYON"), title="x", at=AT, language="fr"
    )
    pages = _pages(made)
    assert [_size(page) for page in pages] == [size] * 2
    for page in pages:
        sender, *_rest = lines = _drawn(page)
        assert (sender[0], sender[1]) == ("Hélène", pytest.approx(10, abs=0.05))
        for text, left, base, letters in lines[2:]:
            assert left >= size[0] * 0.44
            assert left + width(text, face=Face.PLAIN, size=letters) <= size[0] - 11
            assert size[1] * 0.45 <= base <= size[1] - 20


def test_every_face_of_a_card_and_of_a_label_is_in_the_file() -> None:
    for page in (_cards([WORDS])[0], _labels([INES])[0]):
        fonts = [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]  # type: ignore[index]
        assert fonts
        assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)


def test_printing_twice_gives_the_same_file() -> None:
    sheet = labels.SHEETS["L7163"]
    made, again = (
        labels.labels([INES, LONG], sheet=sheet, first=2, title="x", at=AT, language="fr") for _time in range(2)
    )
    assert made == again
