"""Documents on paper: millimetres kept, faces embedded, French lines broken as a printer would."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from entremise.lib.paper import A4, Document, DoesNotFit, Face, kept_together, lines, set_in, unprintable, width

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EUROPE = "àâäåæçčďéèêëěğíîïıįķłľñńňóôöøőœřśşșťțúûüůűųýÿžßÀÂÆÇÉÈÊŒĄĐÞðþ€«»’“”„–—…°²½ ĸ ΑΩ Жя"


def _document(text: str = "Hélène Cœur", *, at: datetime = NOON) -> bytes:
    paper = Document(size=A4, title="Cartes", at=at, language="fr")
    paper.add_page()
    for number, face in enumerate(Face):
        paper.line(text, x=20, y=30 + 10 * number, face=face, size=12)
    return paper.content()


def test_a_page_has_its_millimetres_and_every_face_is_in_the_file() -> None:
    reader = PdfReader(BytesIO(_document()))
    (page,) = reader.pages
    assert [round(float(side) / 72 * 25.4, 2) for side in page.mediabox[2:]] == [210, 297]
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].get_object().values()]
    assert len(fonts) >= len(Face)
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)
    assert page.extract_text().count("Hélène Cœur") == len(Face)


def test_a_baseline_stands_where_it_was_asked_from_the_upper_left_corner() -> None:
    found: list[tuple[float, float]] = []

    def see(text: str, _cm: object, tm: list[float], _font: object, _size: object) -> None:
        if text.strip():
            found.append((tm[4] / 72 * 25.4, 297 - tm[5] / 72 * 25.4))

    PdfReader(BytesIO(_document())).pages[0].extract_text(visitor_text=see)
    assert found[0] == (pytest.approx(20, abs=0.01), pytest.approx(30, abs=0.01))


def test_the_same_instant_gives_the_same_bytes_and_the_file_names_nobody() -> None:
    assert _document() == _document()
    assert _document() != _document(at=NOON.replace(hour=13))
    told = PdfReader(BytesIO(_document())).metadata
    assert told is not None
    assert told.creation_date == NOON
    assert (told.title, told.author, told.creator, told.producer) == ("Cartes", "", "Entremise", "Entremise")


@pytest.mark.parametrize("face", list(Face))
def test_every_european_letter_and_french_space_can_be_printed(face: Face) -> None:
    assert unprintable(EUROPE.replace("ĸ", "") + "\u00a0\u202f\u2011", face=face) == ""
    assert unprintable("d’accord 漢 🙂 漢", face=face) == "漢🙂"


def test_a_line_never_begins_with_a_sign_nor_ends_with_an_opening_quote() -> None:
    text = "Elle a dit : « merci » et 1 250 € ; pourquoi pas ?"
    for room in range(25, 80):
        for line in lines(text, face=Face.WORDS, size=12, room=room):
            assert line[0] not in ":;?»€"
            assert line[-1] != "«"
            assert not line.endswith("1")
            assert width(line, face=Face.WORDS, size=12) <= room
    assert kept_together(kept_together(text)) == kept_together(text)


def test_a_word_wider_than_the_room_is_broken_and_nothing_is_lost() -> None:
    word = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
    broken = lines(f"Das {word}\nund mehr", face=Face.PLAIN, size=12, room=20)
    assert all(width(line, face=Face.PLAIN, size=12) <= 20 for line in broken)
    assert "".join(broken) == f"Das{word}und mehr"
    assert broken[-1] == "und mehr"


def test_a_text_takes_the_largest_size_that_fits_and_says_when_none_does() -> None:
    short = set_in("Merci", face=Face.WORDS, sizes=(10, 14), room=60, height=20)
    assert (short.size, short.lines) == (14, ("Merci",))
    long = "Merci pour cette année. " * 5
    smaller = set_in(long, face=Face.WORDS, sizes=(10, 14), room=60, height=28)
    assert smaller.size == 10
    assert smaller.height <= 28
    with pytest.raises(DoesNotFit) as told:
        set_in(long * 9, face=Face.WORDS, sizes=(10, 14), room=60, height=28)
    assert told.value.lines_over > 1


def test_a_document_without_a_page_is_refused() -> None:
    with pytest.raises(ValueError, match="without a page"):
        Document(size=A4, title="", at=NOON, language="fr").content()
