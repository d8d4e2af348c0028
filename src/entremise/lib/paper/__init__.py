"""Paper: documents in millimetres, set in faces that travel with them.

A `Document` has pages of one size; `set_in` finds the largest size at which a text fits into a room, `lines` breaks a
text, `unprintable` says beforehand what no face could print. The letters are embedded, so that every printer has them.
"""

from entremise.lib.paper.document import A4, Align, Document
from entremise.lib.paper.faces import MILLIMETRE, Face, unprintable, width
from entremise.lib.paper.setting import DoesNotFit, Set, kept_together, lines, set_in

__all__ = [
    "A4",
    "MILLIMETRE",
    "Align",
    "Document",
    "DoesNotFit",
    "Face",
    "Set",
    "kept_together",
    "lines",
    "set_in",
    "unprintable",
    "width",
]
